import { relative, sep } from 'node:path';
import type { FunctionSpec } from '../../deploy/spec.ts';
import { type Platform, platformOf } from '../../functions/native/platform.ts';
import type { ZipBuild } from '../build.ts';
import { checkBinaries } from '../check-binaries.ts';
import { listCodeFiles } from '../code-files.ts';
import type { Contents, Made } from '../contents.ts';
import type { Entry } from '../entry.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { packageFailed } from '../package-failed.ts';
import { includedFiles } from '../wanted-files.ts';
import type { Outside } from './bundle-options.ts';
import { type Bundle, bundle } from './bundle.ts';
import { BundleRecords } from './bundle-records.ts';
import { esbuildVersion } from './esbuild.ts';
import { checkExported } from './exported.ts';
import { installedClosure, type Need } from './installed.ts';
import { findPackage, installedWith, isListed } from './manifest.ts';
import { packageFiles } from './package-files.ts';
import { sdkOf } from './runtime-sdk.ts';

type Bundled = Made & { read: string[] };

/**
 * A bundled function of Node.js. When nothing that was read for its last bundle differs, it is not bundled to know that.
 * @param records folder (absolute) where Reef keeps what it remembers of packages
 */
export async function bundledContents(
  build: ZipBuild,
  spec: FunctionSpec,
  records: string,
  signal: AbortSignal,
): Promise<Contents> {
  const settings = settingsOf(build, spec, await esbuildVersion());
  const record = new BundleRecords(records, build, settings);
  const known = await record.fingerprint(signal);
  if (known !== null) return { fingerprint: known, settings, make: (makeSignal) => makeBundle(build, spec, makeSignal) };
  const startedMs = Date.now();
  const made = await makeBundle(build, spec, signal);
  const fingerprint = await fingerprintOf(settings, made.entries, signal);
  await record.keep({ read: made.read, sinceMs: startedMs, fingerprint }, signal);
  return { fingerprint, settings, make: () => Promise.resolve(made) };
}

/** What decides about the bundle beside the code. */
function settingsOf(
  { bundle, minify, sourceMaps, external, provided, bundleAwsSdk, include, exclude }: ZipBuild,
  spec: FunctionSpec,
  esbuild: string,
) {
  const { runtime, architecture, handler } = spec;
  return {
    esbuild,
    runtime,
    architecture,
    handler,
    bundle,
    minify,
    sourceMaps,
    external,
    provided,
    bundleAwsSdk,
    include,
    exclude,
  };
}

async function makeBundle(build: ZipBuild, spec: FunctionSpec, signal: AbortSignal): Promise<Bundled> {
  const { handler, runtime, architecture } = spec;
  if (handler === null || runtime === null) throw packageFailed(`${spec.name} has no handler: it is an image`);
  const platform = platformOf(runtime, architecture);
  const made = await bundle(build, handler, runtime, signal);
  await checkExported(build, made);
  const sdk = sdkOf(build, runtime);
  const packages = await installedClosure(await needsOf(made.outside), [...build.provided, ...sdk], platform);
  const beside = [
    ...(await packageFiles(packages, platform, signal)),
    ...(await ownBinaries(build, made.outside, platform)),
    ...(await included(build, made, signal)),
  ];
  const bundleEntries = made.files.map(({ path, bytes }): Entry => ({
    path,
    isExecutable: false,
    content: { bytes },
    package: null,
  }));
  const manifests = packages.map(({ folder }) => `${folder}${sep}package.json`);
  return {
    entries: [...bundleEntries, ...beside],
    fetched: [],
    handler,
    notes: notesOf(made.outside, sdk, packages.length),
    bundled: bytesByPackage(made),
    read: [...made.inputs.keys(), ...manifests, ...beside.flatMap(({ content }) => ('file' in content ? [content.file] : []))],
  };
}

/** The packages beside the bundle; the bundle finds one version of each. */
async function needsOf({ external }: Outside): Promise<Need[]> {
  const needs: Need[] = [];
  for (const [name, importers] of external) {
    const folders = new Set<string | null>();
    for (const from of importers) folders.add(await findPackage(name, from));
    if (folders.size > 1) {
      const all = [...folders].map((folder) => folder ?? 'none').join(', ');
      throw packageFailed(
        `${name} is needed in several versions (${all}), and a bundle can have one beside it: make them the same, or set "bundle: false"`,
      );
    }
    const [from] = importers;
    if (from !== undefined) needs.push({ name, from });
  }
  return needs.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function ownBinaries(build: ZipBuild, { binaries }: Outside, platform: Platform): Promise<Entry[]> {
  const files = [...binaries].map((file) => ({
    path: relative(build.codeRoot, file).split(sep).join('/'),
    file,
    isExecutable: false,
  }));
  const outside = files.find(({ path }) => path.startsWith('../'));
  if (outside !== undefined) {
    throw packageFailed(`${outside.file} is outside of the code folder: set code to a folder that holds both`);
  }
  await checkBinaries(files, /./, platform);
  return files.map(({ path, file, isExecutable }) => ({ path, isExecutable, content: { file }, package: null }));
}

async function included(build: ZipBuild, { files }: Bundle, signal: AbortSignal): Promise<Entry[]> {
  const found = build.include.length === 0 ? [] : await listCodeFiles(build.codeRoot, includedFiles(build), signal);
  const made = new Set(files.map(({ path }) => path));
  return found
    .filter(({ path }) => !made.has(path))
    .map(({ path, file, isExecutable }) => ({ path, isExecutable, content: { file }, package: null }));
}

function bytesByPackage({ inputs }: Bundle): Map<string | null, number> {
  const sums = new Map<string | null, number>();
  for (const [file, bytes] of inputs) {
    const name = installedWith(file)?.name ?? null;
    sums.set(name, (sums.get(name) ?? 0) + bytes);
  }
  return sums;
}

function notesOf({ provided, external }: Outside, sdk: readonly string[], packages: number): string[] {
  const ofRuntime = [...provided].filter((name) => isListed(name, sdk)).toSorted();
  const ofLayer = [...provided].filter((name) => !isListed(name, sdk)).toSorted();
  return [
    ...(ofRuntime.length > 0
      ? [`${ofRuntime.join(', ')}: not packed, as the runtime has it; bundleAwsSdk: true packs yours.`]
      : []),
    ...(ofLayer.length > 0 ? [`${ofLayer.join(', ')}: not packed, as it is provided; a layer must bring it.`] : []),
    ...(external.size > 0
      ? [`${[...external.keys()].toSorted().join(', ')}: packed as installed, with what it needs (${packages} packages).`]
      : []),
  ];
}
