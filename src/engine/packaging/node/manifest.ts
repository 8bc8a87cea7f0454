import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import * as z from 'zod/mini';
import { packageFailed } from '../package-failed.ts';

const Names = z._default(z.record(z.string(), z.string()), {});
/** A list, or one name: both are written. */
const OneOrMore = z.optional(z.union([z.string(), z.array(z.string())]));

/** The part of a `package.json` that says what a package needs and where it runs. */
const Manifest = z.object({
  type: z.optional(z.string()),
  dependencies: Names,
  optionalDependencies: Names,
  peerDependencies: Names,
  os: OneOrMore,
  cpu: OneOrMore,
  libc: OneOrMore,
  gypfile: z.optional(z.boolean()),
  binary: z.optional(z.unknown()),
});
export type Manifest = z.infer<typeof Manifest>;

/**
 * The `package.json` of a folder; null when it has none.
 * @throws ReefError `package-failed` when it is no such file
 */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const file = join(folder, 'package.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw packageFailed(`${file} is not a valid package.json: correct it`, cause);
  }
}

/** The folder (real path) of a package as code in `from` would find it; null when it is not installed. */
export async function findPackage(name: string, from: string): Promise<string | null> {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (!at.endsWith(`${sep}node_modules`) && (await isFolder(folder))) return realpath(folder);
    if (dirname(at) === at) return null;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** The nearest folder with a `package.json`, from a folder upwards; null when there is none. */
export async function nearestManifest(from: string): Promise<{ folder: string; manifest: Manifest } | null> {
  for (let at = from; ; at = dirname(at)) {
    const manifest = await readManifest(at);
    if (manifest !== null) return { folder: at, manifest };
    if (dirname(at) === at) return null;
  }
}

/** The package that an import names, without what it takes of it: `@scope/name/part` is of `@scope/name`. */
export function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Whether a list of names, or of scopes such as `@aws-sdk/*`, has a package. */
export function isListed(name: string, list: readonly string[]): boolean {
  return list.some((each) => each === name || (each.endsWith('/*') && name.startsWith(each.slice(0, -1))));
}

/** Folder and name of the package that a file was installed with; null for one of the project's own. */
export function installedWith(file: string): { folder: string; name: string } | null {
  const marker = `${sep}node_modules${sep}`;
  const at = file.lastIndexOf(marker);
  if (at === -1) return null;
  const name = packageName(file.slice(at + marker.length).replaceAll(sep, '/'));
  return { folder: file.slice(0, at + marker.length) + name.replaceAll('/', sep), name };
}
