import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { packageFailed } from './package-failed.ts';
import { isExecutable } from './executable.ts';

export type CodeFile = {
  /** Relative to the folder, with `/`. */
  path: string;
  /** Absolute; of a link, what it leads to. */
  file: string;
  isExecutable: boolean;
};

/** Which paths (relative, with `/`) are wanted; a folder that is not is not looked into. */
export type Wanted = { file: (path: string) => boolean; folder: (path: string) => boolean };

/**
 * The files of a folder and of those below it, by path. Links are followed within the folder: what they lead to is packed in
 * their place.
 * @throws ReefError `package-failed` for a link that leads out of the folder or in a circle, and for what cannot be read
 */
export async function listCodeFiles(folder: string, wanted: Wanted, signal: AbortSignal): Promise<CodeFile[]> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw packageFailed(`The code folder ${folder} cannot be read: correct code`, cause);
  });
  const found: CodeFile[] = [];

  /** `above` are the real paths of the folders on the way to this one. */
  async function visit(path: string, real: string, above: readonly string[]): Promise<void> {
    signal.throwIfAborted();
    for (const entry of await entriesOf(real)) {
      const inner = path === '' ? entry.name : posix.join(path, entry.name);
      if (!entry.isSymbolicLink()) {
        await take(inner, join(real, entry.name), entry, [...above, real]);
      } else if (wanted.file(inner) || wanted.folder(inner)) {
        const { target, stats } = await followed(join(real, entry.name), inner, root);
        if (stats.isDirectory() && [...above, real].includes(target)) throw loop(inner);
        await take(inner, target, stats, [...above, real]);
      }
    }
  }

  async function take(path: string, file: string, kind: Dirent | Stats, above: readonly string[]): Promise<void> {
    if (kind.isDirectory() && wanted.folder(path)) await visit(path, file, above);
    else if (kind.isFile() && wanted.file(path)) found.push({ path, file, isExecutable: await isExecutable(file) });
  }

  await visit('', root, []);
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw packageFailed(`The folder ${folder} cannot be read: allow it, or leave it out with exclude`, cause);
  });
}

async function followed(link: string, path: string, root: string): Promise<{ target: string; stats: Stats }> {
  try {
    const target = await realpath(link);
    const way = relative(root, target);
    if (way === '..' || way.startsWith(`..${sep}`)) {
      throw packageFailed(
        `${path} is a link to ${target}, which is outside of the code folder: set code to a folder that holds both, or leave it out with exclude`,
      );
    }
    return { target, stats: await stat(target) };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ELOOP') throw loop(path);
    if (code === 'ENOENT') throw packageFailed(`${path} is a link to nothing: correct it, or leave it out with exclude`, cause);
    throw cause;
  }
}

function loop(path: string): Error {
  return packageFailed(`${path} is a link that leads in a circle: correct it, or leave it out with exclude`);
}
