import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { FunctionSpec } from '../../deploy/spec.ts';
import { platformOf } from '../../functions/native/platform.ts';
import type { ZipBuild } from '../build.ts';
import { checkBinaries } from '../check-binaries.ts';
import { listCodeFiles } from '../code-files.ts';
import type { Contents } from '../contents.ts';
import type { Entry } from '../entry.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { packageFailed } from '../package-failed.ts';
import { wholeFolder } from '../wanted-files.ts';
import { checkSourceExports } from './exported.ts';
import { installedClosure, type Need } from './installed.ts';
import { findPackage, isListed, nearestManifest } from './manifest.ts';
import { packageFiles } from './package-files.ts';
import { sdkOf } from './runtime-sdk.ts';

/** A function of Node.js whose folder is packed as it is, with the packages that it depends on at run time. */
export async function folderContents(build: ZipBuild, spec: FunctionSpec, signal: AbortSignal): Promise<Contents> {
  const { handler, runtime, architecture } = spec;
  if (handler === null || runtime === null) throw packageFailed(`${spec.name} has no handler: it is an image`);
  const file = relative(build.folder, build.handlerFile).split(sep).join('/');
  if (!/\.[cm]?js$/.test(file))
    throw packageFailed(`AWS Lambda does not run ${file}: leave out "bundle: false", or name the compiled file as handler`);
  await checkSourceExports(build);
  const platform = platformOf(runtime, architecture);
  const own = await listCodeFiles(build.codeRoot, wholeFolder(build), signal);
  await checkBinaries(own, /\.node$/i, platform);
  const left = [...build.provided, ...sdkOf(build, runtime)];
  const { needs, isModule } = await dependenciesOf(build);
  const packages = await installedClosure(needs, left, platform);
  const entries: Entry[] = [
    ...own.map(({ path, file: content, isExecutable }) => ({ path, isExecutable, content: { file: content }, package: null })),
    ...(await packageFiles(packages, platform, signal)),
  ];
  if (isModule && !entries.some(({ path }) => path === 'package.json')) entries.push(moduleManifest);
  const settings = { runtime, architecture, handler, bundle: false };
  const leftOut = needs.map(({ name }) => name).filter((name) => isListed(name, left));
  const notes = leftOut.length === 0 ? [] : [`${leftOut.join(', ')}: not packed, as the runtime or a layer brings it.`];
  const made = { entries, fetched: [], handler, notes, bundled: new Map<string | null, number>() };
  return { fingerprint: await fingerprintOf(settings, entries, signal), settings, make: () => Promise.resolve(made) };
}

/** A package.json above the code folder does not ship, and what it says of the code must hold all the same. */
const moduleManifest: Entry = {
  path: 'package.json',
  isExecutable: false,
  content: { bytes: Buffer.from('{"type":"module"}\n') },
  package: null,
};

/** What the nearest package.json asks for; without one, all that is installed in the folder. */
async function dependenciesOf({ codeRoot, folder }: ZipBuild): Promise<{ needs: Need[]; isModule: boolean }> {
  const found = await nearestManifest(codeRoot);
  if (found === null || relative(folder, found.folder).startsWith('..')) {
    const names = await installedIn(join(codeRoot, 'node_modules'));
    return { needs: names.map((name) => ({ name, from: codeRoot })), isModule: false };
  }
  const { dependencies, optionalDependencies, type } = found.manifest;
  const needs = Object.keys(dependencies).map((name) => ({ name, from: found.folder }));
  for (const name of Object.keys(optionalDependencies)) {
    if ((await findPackage(name, found.folder)) !== null) needs.push({ name, from: found.folder });
  }
  return { needs: needs.toSorted((a, b) => (a.name < b.name ? -1 : 1)), isModule: type === 'module' };
}

async function installedIn(modules: string): Promise<string[]> {
  const names = (await readdir(modules).catch(() => [])).filter((name) => !name.startsWith('.'));
  const all = await Promise.all(
    names.map(async (name) =>
      name.startsWith('@') ? (await readdir(join(modules, name))).map((inner) => `${name}/${inner}`) : [name],
    ),
  );
  return all.flat().toSorted();
}
