import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, posix, relative, sep } from 'node:path';

/** A folder of this machine and where a container has it. */
export type Outer = { source: string; target: string };

/** More than any function needs; each costs the engine time at every start. */
const maxMounts = 64;

/** What a mount must not hide or cannot be put into. */
const systemFolder = /^\/([^/]*|(dev|proc|sys)\/.*)$/;

/**
 * Folders outside of the task folder in which Node looks for packages: `node_modules` of the folders above it (a monorepo's),
 * and the packages and package folders that links in all of them point to (workspaces of npm, Yarn and pnpm). Each gets the
 * place in the container that keeps the ways between them, as far as `..` can lead there: above `task` are its parent and
 * the root. Nothing else of those folders is shown. `truncated` tells that there were more than a container is given.
 */
export async function outerPackages(
  base: string,
  handlerFile: string,
  task: string,
): Promise<{ outer: Outer[]; truncated: boolean }> {
  const above = foldersAbove(base, task);
  const outer: Outer[] = [];
  const covers = (target: string): boolean => [task, ...outer.map((each) => each.target)].some((top) => isInside(top, target));
  for (const packages of above.map(packagesOf)) {
    // Two may fall together at the root: the nearer one counts.
    const source = await realpath(packages.source).catch(() => null);
    if (source !== null && !covers(packages.target)) outer.push({ source, target: packages.target });
  }
  const folders = [...foldersUp(dirname(handlerFile), base, task), ...above];
  const seen = new Set(folders.map(({ source }) => source));
  for (const folder of folders) {
    for (const link of await linksIn(packagesOf(folder))) {
      if (covers(link.target) || systemFolder.test(link.target) || !(await isPackage(link.source))) continue;
      if (outer.length >= maxMounts) return { outer, truncated: true };
      outer.push(link);
      // A package of the same repository has links of its own.
      if (!seen.has(link.source)) folders.push(link);
      seen.add(link.source);
    }
  }
  return { outer, truncated: false };
}

function packagesOf({ source, target }: Outer): Outer {
  return { source: join(source, 'node_modules'), target: posix.join(target, 'node_modules') };
}

/** From a folder up to the task folder. */
function foldersUp(folder: string, base: string, task: string): Outer[] {
  const steps = relative(base, folder).split(sep).filter(Boolean);
  return Array.from({ length: steps.length + 1 }, (_, i) => {
    const way = steps.slice(0, steps.length - i);
    return { source: join(base, ...way), target: posix.join(task, ...way) };
  });
}

function foldersAbove(base: string, task: string): Outer[] {
  const above = { source: dirname(base), target: posix.dirname(task) };
  return above.source === base ? [] : [above, ...foldersAbove(above.source, above.target)];
}

/** Where links in a folder of packages point to, the folder itself if it is a link. */
async function linksIn(folder: Outer): Promise<Outer[]> {
  const own = await lstat(folder.source).catch(() => null);
  if (own === null) return [];
  if (own.isSymbolicLink()) return destination(folder);
  const links: Outer[] = [];
  for (const entry of await readdir(folder.source, { withFileTypes: true })) {
    const each = { source: join(folder.source, entry.name), target: posix.join(folder.target, entry.name) };
    if (entry.isSymbolicLink()) links.push(...(await destination(each)));
    else if (entry.name.startsWith('@') && entry.isDirectory()) links.push(...(await linksIn(each)));
  }
  return links;
}

/** What a link points to, here and in the container; nothing when it leads nowhere. */
async function destination({ source, target }: Outer): Promise<Outer[]> {
  const text = (await readlink(source)).split(sep).join('/');
  const real = await realpath(source).catch(() => null);
  return real === null ? [] : [{ source: real, target: posix.resolve(posix.dirname(target), text) }];
}

/** A link may lead anywhere: only what is a package, or a folder of them, is shown to a function. */
async function isPackage(folder: string): Promise<boolean> {
  if (basename(folder) === 'node_modules') return true;
  const file = await stat(join(folder, 'package.json')).catch(() => null);
  return file?.isFile() === true;
}

/** For paths of this machine and, as both are written alike where links are looked at, of a container. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
