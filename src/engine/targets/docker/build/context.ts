import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import type { Headers } from 'tar-fs';
import { messageOf } from '../../../../protocol/errors.ts';
import { packageFailed } from '../../../packaging/package-failed.ts';
import { archiveOf } from '../archive.ts';

/** What a Dockerfile is built with. */
export type BuildContext = {
  /** Absolute. */
  folder: string;
  /** Relative to the folder, with `/`. */
  dockerfile: string;
  /** Files, links and folders that `.dockerignore` leaves in: paths relative to the folder, with `/`. */
  paths: ReadonlySet<string>;
};

const programBits = 0o111;
/** One time for all files, so that the same files make the same layers. */
const time = new Date(0);

/**
 * The files that a build sees, as Docker decides it: `<Dockerfile>.dockerignore`, else `.dockerignore`, leaves out; the
 * Dockerfile itself is always there.
 * @throws ReefError `package-failed`
 */
export async function readContext(folder: string, file: string, signal: AbortSignal): Promise<BuildContext> {
  const dockerfile = relative(folder, file).split(sep).join('/');
  if (dockerfile.startsWith('../'))
    throw packageFailed(`${file} is outside of its context ${folder}: set context to a folder that holds it`);
  await readFile(file).catch((cause: unknown) => {
    throw packageFailed(`The Dockerfile cannot be read: correct dockerfile: ${messageOf(cause)}`, cause);
  });
  const { default: createRules } = await import('@balena/dockerignore');
  const text = (await textOf(`${file}.dockerignore`)) ?? (await textOf(join(folder, '.dockerignore'))) ?? '';
  const rules = createRules({ ignorecase: false }).add(text);
  const takesBack = /^\s*!/m.test(text);
  const paths = new Set<string>();

  async function visit(path: string): Promise<void> {
    signal.throwIfAborted();
    const entries = await readdir(join(folder, path), { withFileTypes: true }).catch((cause: unknown) => {
      throw packageFailed(`${join(folder, path)} cannot be read: allow it, or leave it out in .dockerignore`, cause);
    });
    for (const entry of entries) {
      const inner = posix.join(path, entry.name);
      const isIgnored = inner !== dockerfile && rules.ignores(inner);
      if (!isIgnored) paths.add(inner);
      // What is in an ignored folder may be taken back by a later rule; the Dockerfile may be there.
      if (entry.isDirectory() && (!isIgnored || takesBack || dockerfile.startsWith(`${inner}/`))) await visit(inner);
    }
  }

  await visit('');
  return { folder, dockerfile, paths: withFolders(paths) };
}

/** With the folders on the way to what is wanted, be they ignored themselves. */
function withFolders(paths: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(paths);
  for (const path of paths) {
    for (let at = posix.dirname(path); at !== '.' && !all.has(at); at = posix.dirname(at)) all.add(at);
  }
  return all;
}

/** SHA-256, hex, over path, kind, mode and content of each file. */
export async function contextHash({ folder, paths }: BuildContext, signal: AbortSignal): Promise<string> {
  const whole = createHash('sha256');
  for (const path of [...paths].toSorted()) {
    signal.throwIfAborted();
    const file = join(folder, path);
    const stats = await lstat(file);
    if (stats.isSymbolicLink()) whole.update(`${path}\0link\0${await readlink(file)}\n`);
    else if (stats.isDirectory()) whole.update(`${path}\0folder\n`);
    else if (stats.isFile()) {
      const content = await readFile(file).catch((cause: unknown) => {
        throw packageFailed(`${file} cannot be read: allow it, or leave it out in .dockerignore`, cause);
      });
      const hash = createHash('sha256').update(content).digest('hex');
      whole.update(`${path}\0${(stats.mode & programBits) === 0 ? 'file' : 'program'}\0${hash}\n`);
    }
  }
  return whole.digest('hex');
}

/** The context as the engine takes it. */
export function contextArchive({ folder, paths }: BuildContext): Promise<NodeJS.ReadableStream> {
  const change = (header: Headers): Headers => ({
    ...header,
    mode: header.type === 'directory' || (header.mode & programBits) !== 0 ? 0o755 : 0o644,
    mtime: time,
    uid: 0,
    gid: 0,
  });
  const wanted = (path: string): boolean => path === folder || paths.has(relative(folder, path).split(sep).join('/'));
  return archiveOf(folder, wanted, change);
}

async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
