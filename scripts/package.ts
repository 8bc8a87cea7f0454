/**
 * Makes the VSIX: builds Reef for a platform and packs what `.vscodeignore` names.
 * Usage: npm run package [-- --target linux-x64]
 */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createVSIX, listFiles, type PackageManager } from '@vscode/vsce';
import { whyNoEsbuild } from './esbuild-program.ts';
import { runStep } from './step.ts';

const root = join(import.meta.dirname, '..');

/** VS Code's name of this platform, such as `linux-x64` or `alpine-arm64`. */
export function currentTarget(): string {
  const musl = process.platform === 'linux' && !JSON.stringify(process.report.getReport()).includes('glibcVersionRuntime');
  return `${musl ? 'alpine' : process.platform}-${process.arch}`;
}

/** What better-sqlite3 calls the platform. */
function prebuildOf(target: string): string {
  return target.replace(/^alpine-/, 'linuxmusl-');
}

async function build(target: string): Promise<void> {
  const code = await runStep(process.execPath, ['scripts/build.ts', '--target', prebuildOf(target)], { cwd: root });
  if (code !== 0) throw new Error(`The build for ${target} failed with exit code ${code}.`);
}

/** The files of the VSIX, relative to the repository, from what lies in `dist/` now. */
export async function packagedFiles(): Promise<string[]> {
  // The enum exists in vsce's types only; 2 is `None`: no package of node_modules goes in.
  return listFiles({ cwd: root, packageManager: 2 satisfies PackageManager.None });
}

/** Packs `dist/` as it is for `target`, which prints files and sizes; returns the path of the VSIX. */
export async function packVsix(target: string): Promise<string> {
  const folder = join(root, '.cache');
  await mkdir(folder, { recursive: true });
  const vsix = join(folder, `reef-${target}.vsix`);
  await createVSIX({
    cwd: root,
    packagePath: vsix,
    target,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return vsix;
}

/** Builds and packs; leaves `dist/` built for this machine. */
export async function packageVsix(target = currentTarget()): Promise<string> {
  const available = (await readdir(join(root, 'node_modules/better-sqlite3/prebuilds'))).map((file) =>
    file.replace(/\.node$/, ''),
  );
  if (!available.includes(prebuildOf(target))) {
    const names = available.map((name) => name.replace(/^linuxmusl-/, 'alpine-')).toSorted();
    throw new Error(`There is no better-sqlite3 for ${target}; choose one of: ${names.join(', ')}.`);
  }
  const noEsbuild = whyNoEsbuild(target);
  if (noEsbuild !== null) throw new Error(noEsbuild);
  await build(target);
  try {
    return await packVsix(target);
  } finally {
    if (target !== currentTarget()) await build(currentTarget());
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { target: { type: 'string', default: currentTarget() } } });
  try {
    await packageVsix(values.target);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
