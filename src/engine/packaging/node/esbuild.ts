import { accessSync, chmodSync, constants, existsSync } from 'node:fs';
import type * as Esbuild from 'esbuild';
import { assetPath } from '../../assets.ts';
import { packageFailed } from '../package-failed.ts';

/** Where esbuild's own JavaScript looks for its program; read once, when it is loaded. */
const variable = 'ESBUILD_BINARY_PATH';

/**
 * The esbuild that Reef ships, loaded when something is packed. The project's own is not used: the same Reef makes the same
 * archive for everyone, and no code of the project runs in this process.
 * @throws ReefError `package-failed` when this build of Reef has none for this machine
 */
async function loadEsbuild(): Promise<typeof Esbuild> {
  const program = assetPath(`native/esbuild${process.platform === 'win32' ? '.exe' : ''}`);
  if (!existsSync(program)) {
    throw packageFailed(
      `This build of Reef has no esbuild for ${process.platform}-${process.arch}: set "bundle: false", or install Reef for this platform`,
    );
  }
  makeExecutable(program);
  const before = process.env[variable];
  process.env[variable] = program;
  try {
    // It is CommonJS, though its types do not say so: in Reef's own bundle all of it is the default export.
    const loaded: typeof Esbuild & { default?: typeof Esbuild } = await import('esbuild');
    return loaded.default ?? loaded;
  } finally {
    if (before === undefined) delete process.env[variable];
    else process.env[variable] = before;
  }
}

let underWay = 0;

/** Works with esbuild. Its process ends when nobody does any more: between packages it would only take memory. */
export async function withEsbuild<Result>(work: (esbuild: typeof Esbuild) => Promise<Result>): Promise<Result> {
  const esbuild = await loadEsbuild();
  underWay += 1;
  try {
    return await work(esbuild);
  } finally {
    underWay -= 1;
    if (underWay === 0) await esbuild.stop();
  }
}

/** The version that bundles: another one may bundle otherwise. */
export async function esbuildVersion(): Promise<string> {
  return (await loadEsbuild()).version;
}

/** Some ways of unpacking an extension lose the mode of its files. */
function makeExecutable(program: string): void {
  try {
    accessSync(program, constants.X_OK);
  } catch {
    chmodSync(program, 0o755);
  }
}
