import { dirname, relative, resolve } from 'node:path';
import type * as Esbuild from 'esbuild';
import type { BuildFailure, BuildResult, Metafile, OutputFile } from 'esbuild';
import { messageOf } from '../../../protocol/errors.ts';
import type { ZipBuild } from '../build.ts';
import { packageFailed } from '../package-failed.ts';
import { bundleFailure, isBuildFailure, needsEsModule } from './bundle-errors.ts';
import { bundleOptions, type Format, type Outside, type Plan } from './bundle-options.ts';
import { withEsbuild } from './esbuild.ts';
import { exportsOfModule } from './exported.ts';
import { installedWith, nearestManifest } from './manifest.ts';
import { hasNativeCode } from './native-packages.ts';

/** A handler and all that it imports, as one file, with its source map. */
export type Bundle = {
  format: Format;
  /** By their paths in the archive. */
  files: { path: string; bytes: Uint8Array }[];
  /** What was read for it: absolute paths, with how much of the bundle came from it, bytes. */
  inputs: Map<string, number>;
  /** Of the handler's file, as it is written. */
  isCommonJs: boolean;
  /** What it exports, where it is no CommonJS; null: more than can be told. */
  exported: ReadonlySet<string> | null;
  outside: Outside;
};

type Built = { result: BuildResult & { metafile: Metafile; outputFiles: OutputFile[] }; outside: Outside };

const mostPasses = 20;

/**
 * Bundles. A pass may show that the code is to be bundled in another way (a package with compiled parts stays outside): then
 * it is bundled again so.
 * @throws ReefError `package-failed` with the first thing that is wrong, and its place; `signal`'s reason when it is aborted
 */
export async function bundle(build: ZipBuild, handler: string, runtime: string, signal: AbortSignal): Promise<Bundle> {
  let plan: Plan = { format: await formatOf(build), needsRequire: build.minify, native: new Set() };
  return withEsbuild(async (esbuild) => {
    for (let pass = 0; pass < mostPasses; pass++) {
      const built = await runPass(esbuild, { build, handler, runtime, plan }, signal);
      const better = await betterPlan(build, plan, built);
      if (better !== null) plan = better;
      else if ('result' in built) return bundleOf(build, plan, built);
      else throw bundleFailure(build, built);
    }
    throw packageFailed(`${build.handlerFile} cannot be bundled: set "bundle: false"`);
  });
}

/** As Node.js decides it: by the ending, else by the nearest package.json. */
async function formatOf({ handlerFile }: ZipBuild): Promise<Format> {
  if (/\.m[jt]s$/.test(handlerFile)) return 'esm';
  if (/\.c[jt]s$/.test(handlerFile)) return 'cjs';
  return (await nearestManifest(dirname(handlerFile)))?.manifest.type === 'module' ? 'esm' : 'cjs';
}

type PassInput = { build: ZipBuild; handler: string; runtime: string; plan: Plan };

async function runPass(
  esbuild: typeof Esbuild,
  { build, handler, runtime, plan }: PassInput,
  signal: AbortSignal,
): Promise<Built | BuildFailure> {
  const outside: Outside = { external: new Map(), provided: new Set(), native: new Set(), binaries: new Set() };
  const options = { ...bundleOptions(build, handler, runtime, plan, outside), write: false, metafile: true } as const;
  const building = await esbuild.context(options);
  const cancel = (): void => void building.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    return { result: await building.rebuild(), outside };
  } catch (error) {
    signal.throwIfAborted();
    if (isBuildFailure(error)) return error;
    throw packageFailed(`esbuild could not bundle ${build.handlerFile}: ${messageOf(error)}`, error);
  } finally {
    signal.removeEventListener('abort', cancel);
    await building.dispose();
  }
}

/** What the next pass must do otherwise; null: nothing. */
async function betterPlan(build: ZipBuild, plan: Plan, built: Built | BuildFailure): Promise<Plan | null> {
  const messages = 'result' in built ? built.result.warnings : built.errors;
  if (plan.format === 'cjs' && messages.some(needsEsModule)) return { ...plan, format: 'esm' };
  if (!('result' in built)) return null;
  const native = new Set(
    [...built.outside.native, ...(await nativePackages(build, built))].filter((name) => !plan.native.has(name)),
  );
  if (native.size > 0) return { ...plan, native: new Set([...plan.native, ...native]) };
  const text = plan.format === 'esm' && !plan.needsRequire ? (codeOf(built)?.text ?? '') : '';
  return text.includes('Dynamic require of "') ? { ...plan, needsRequire: true } : null;
}

async function nativePackages(build: ZipBuild, { result }: Built): Promise<string[]> {
  const packages = new Map<string, string>();
  for (const input of inputsOf(build, result.metafile).keys()) {
    const owner = installedWith(input);
    if (owner !== null) packages.set(owner.folder, owner.name);
  }
  const found = await Promise.all([...packages].map(async ([folder, name]) => ((await hasNativeCode(folder)) ? [name] : [])));
  return found.flat();
}

function codeOf({ result }: Built): OutputFile | undefined {
  return result.outputFiles.find(({ path }) => !path.endsWith('.map'));
}

function bundleOf(build: ZipBuild, { format }: Plan, built: Built): Bundle {
  const { metafile, outputFiles } = built.result;
  const entry = relative(build.codeRoot, build.handlerFile).replaceAll('\\', '/');
  const listed = Object.values(metafile.outputs).flatMap(({ exports }) => exports);
  return {
    format,
    files: outputFiles.map(({ path, contents }) => ({
      path: relative(build.codeRoot, path).replaceAll('\\', '/'),
      bytes: contents,
    })),
    inputs: inputsOf(build, metafile),
    isCommonJs: metafile.inputs[entry]?.format === 'cjs',
    exported: exportsOfModule(format, codeOf(built)?.text ?? '', listed),
    outside: built.outside,
  };
}

/** Names with a prefix stand for no file, as `(disabled):fs` does. */
function inputsOf({ codeRoot }: ZipBuild, { inputs, outputs }: Metafile): Map<string, number> {
  const files = Object.keys(inputs).filter((name) => !/^(?:\(|<|[a-z][a-z-]+:)/.test(name));
  const parts = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const bytes = new Map(parts.map(([name, { bytesInOutput }]) => [name, bytesInOutput]));
  return new Map(files.map((name) => [resolve(codeRoot, name), bytes.get(name) ?? 0]));
}
