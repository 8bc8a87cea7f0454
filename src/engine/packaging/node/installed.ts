import { posix } from 'node:path';
import type { Platform } from '../../functions/native/platform.ts';
import { packageFailed } from '../package-failed.ts';
import { findPackage, isListed, type Manifest, readManifest } from './manifest.ts';

/** A package as it is installed here, and its folder in the archive. */
export type Installed = { name: string; folder: string; manifest: Manifest; place: string };

/** A package that is needed, and the folder (absolute) from which it is looked for. */
export type Need = { name: string; from: string };

const npmProcessors = { x86_64: 'x64', arm64: 'arm64' } as const;

/**
 * Packages with all that they depend on at run time, placed as Node.js looks for them: each as high as it can be, below the
 * package that needs it where another version has that place. Packages for other platforms, and those that are provided
 * otherwise, are left out.
 * @throws ReefError `package-failed` when one is not installed, or only for other platforms
 */
export async function installedClosure(
  needs: readonly Need[],
  provided: readonly string[],
  platform: Platform,
): Promise<Installed[]> {
  const packages: Installed[] = [];
  const byPlace = new Map<string, string>();
  type Step = Need & { by: string; place: string; isOptional: boolean };
  const queue: Step[] = needs.map((need) => ({ ...need, by: '', place: '', isOptional: false }));
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const { name, from, by, isOptional } = step;
    if (isListed(name, provided)) continue;
    const folder = await findPackage(name, from);
    if (folder === null && isOptional) {
      if (isForPlatform(name, platform)) throw noBinary(by, `${name} is not installed`, platform);
      continue;
    }
    if (folder === null) throw notInstalled(name, by);
    const manifest = await readManifest(folder);
    if (manifest === null) throw packageFailed(`${folder} has no package.json: install ${name} again`);
    if (!runsOn(manifest, platform)) continue;
    const place = placeFor(name, folder, step.place, byPlace);
    if (place === null) continue;
    byPlace.set(place, folder);
    packages.push({ name, folder, manifest, place });
    queue.push(...dependenciesOf(manifest).map((next) => ({ ...next, from: folder, by: name, place })));
  }
  return packages;
}

function notInstalled(name: string, by: string): Error {
  const who = by === '' ? `${name} is` : `${by} needs ${name}, which is`;
  return packageFailed(`${who} not installed: run npm install, or list it under provided when a layer brings it`);
}

/** Why a package does not run where it is deployed, and how to get one that does. */
export function noBinary(name: string, why: string, { architecture }: Platform): Error {
  const install = `npm install --os=linux --cpu=${npmProcessors[architecture]} --libc=glibc`;
  return packageFailed(
    `${name} has no binary that runs on AWS Lambda (${architecture}): ${why}; try "${install}", or deploy an image`,
  );
}

function dependenciesOf({
  dependencies,
  optionalDependencies,
  peerDependencies,
}: Manifest): { name: string; isOptional: boolean }[] {
  const names = [
    ...new Set([...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...Object.keys(peerDependencies)]),
  ];
  return names.toSorted().map((name) => ({ name, isOptional: name in optionalDependencies || !(name in dependencies) }));
}

/**
 * Where a package goes that something at `from` needs; null when it is there already. Node.js takes the first of its name on
 * the way up: that must be this one.
 */
function placeFor(name: string, folder: string, from: string, byPlace: ReadonlyMap<string, string>): string | null {
  for (let at = from; ; at = parentPlace(at)) {
    const place = posix.join(at, 'node_modules', name);
    const taken = byPlace.get(place);
    if (taken === folder) return null;
    if (taken !== undefined) return posix.join(from, 'node_modules', name);
    if (at === '') return place;
  }
}

/** `node_modules/a/node_modules/b` is below `node_modules/a`, which is below the root. */
function parentPlace(place: string): string {
  const at = place.lastIndexOf('node_modules/');
  return at <= 0 ? '' : place.slice(0, at - 1);
}

function runsOn({ os, cpu, libc }: Manifest, { architecture }: Platform): boolean {
  return allows(os, 'linux') && allows(cpu, npmProcessors[architecture]) && allows(libc, 'glibc');
}

/** As npm reads such lists: `!name` is all but that. */
function allows(stated: string | string[] | undefined, wanted: string): boolean {
  const list = typeof stated === 'string' ? [stated] : (stated ?? []);
  if (list.includes(`!${wanted}`)) return false;
  const allowed = list.filter((each) => !each.startsWith('!'));
  return allowed.length === 0 || allowed.includes(wanted) || allowed.includes('any');
}

/** Whether a name is that of a package with the binary for a platform, e.g. `@img/sharp-linux-arm64`. */
function isForPlatform(name: string, { architecture }: Platform): boolean {
  return /\blinux/.test(name) && name.includes(npmProcessors[architecture]) && !name.includes('musl');
}
