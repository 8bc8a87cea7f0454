import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { FunctionInfo } from '../../protocol/functions.ts';
import { forEachConcurrent } from './files/concurrent.ts';
import { WorkspaceFiles } from './files/workspace-files.ts';

/** Bounds of what is read: files beyond them count by size and time, and a larger tree has no hash. */
const maxFiles = 5_000;
const maxFileBytes = 4 * 2 ** 20;
const concurrency = 16;
const shownDigits = 32;

/** What pins the packages of a function, which themselves are ignored folders. */
const lockFiles = new Set(
  (
    'package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock requirements.txt poetry.lock uv.lock ' +
    'Pipfile.lock pdm.lock'
  ).split(' '),
);

/** The files of a workspace, ignored ones left out, as they are on disk: what hashes of its functions are made from. */
export function listCode(folder: string, signal: AbortSignal): Promise<WorkspaceFiles> {
  return WorkspaceFiles.list(folder, new Map(), signal);
}

/**
 * Tells versions of a function's code apart: a hash over the files of its code root (what git and discovery ignore left
 * out), the lock files from there up to the workspace folder, runtime, handler, architecture and the names of environment
 * variables. Templates and events are no code. Null where the code cannot be seen: an image, a recorded curve, a tree of
 * more than 5,000 files. Code that is loaded from outside of the code root is not seen.
 */
export async function codeHash(
  fn: FunctionInfo,
  folder: string,
  listed: WorkspaceFiles,
  signal: AbortSignal,
): Promise<string | null> {
  const { packageType, codeRoot, handlerFile } = fn;
  if (packageType === 'image' || codeRoot === null || handlerFile === null) return null;
  const files = await codeFiles({ fn, codeRoot, handlerFile, folder, listed }, signal);
  if (files.length > maxFiles) return null;
  const prints = new Map<string, string>();
  await forEachConcurrent(files, concurrency, signal, async (file) => {
    prints.set(file, await printOf(join(folder, file)));
  });
  const hash = createHash('sha256');
  hash.update(JSON.stringify(settingsOf(fn)));
  for (const file of files) hash.update(`\n${posix.relative(codeRoot, file)}\0${prints.get(file)}`);
  return hash.digest('hex').slice(0, shownDigits);
}

/** The hash of code that a target holds, by what the target tells its versions apart with. */
export function heldCodeHash(fn: FunctionInfo, version: string): string {
  const hash = createHash('sha256').update(JSON.stringify([settingsOf(fn), version]));
  return hash.digest('hex').slice(0, shownDigits);
}

/** What runs the code, as far as it can change what a call does. Values of the environment may be secrets and are left out. */
function settingsOf({ runtime, language, handler, symbol, architecture, environment }: FunctionInfo): unknown[] {
  return [runtime, language, handler, symbol, architecture, Object.keys(environment).toSorted()];
}

type Code = { fn: FunctionInfo; codeRoot: string; handlerFile: string; folder: string; listed: WorkspaceFiles };

/** Relative to the workspace folder, in order. */
async function codeFiles({ fn, codeRoot, handlerFile, folder, listed }: Code, signal: AbortSignal): Promise<string[]> {
  const files = new Set(listed.tree.filesBelow(codeRoot));
  // Build output is code, though discovery and git ignore its folder.
  if (!files.has(handlerFile)) {
    const root = files.size === 0 ? codeRoot : posix.dirname(handlerFile);
    const { tree } = await listCode(join(folder, root), signal);
    for (const file of tree.filesBelow('.')) files.add(posix.join(root, file));
  }
  for (const file of await lockFilesAbove(folder, codeRoot, signal)) files.add(file);
  const noCode = [fn.template, ...Object.values(fn.properties).map(({ file }) => file), ...fn.events.map(({ file }) => file)];
  for (const file of noCode) if (file !== null) files.delete(file);
  return [...files].toSorted();
}

async function lockFilesAbove(folder: string, codeRoot: string, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  const folders = ['.'];
  for (let at = codeRoot; at !== '.' && !at.startsWith('..'); at = posix.dirname(at)) folders.push(at);
  const candidates = folders.flatMap((at) => [...lockFiles].map((name) => posix.join(at, name)));
  await forEachConcurrent(candidates, concurrency, signal, async (file) => {
    if ((await stat(join(folder, file)).catch(() => null))?.isFile() === true) found.push(file);
  });
  return found;
}

/** Content of a file, or size and time of a large one; a file that is gone meanwhile counts as such. */
async function printOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(path);
    if (size > maxFileBytes) return `${size}@${mtimeMs}`;
    return createHash('sha256')
      .update(await readFile(path))
      .digest('base64');
  } catch {
    return 'gone';
  }
}
