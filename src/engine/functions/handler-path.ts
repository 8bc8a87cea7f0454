import { posix } from 'node:path';
import type { Language } from '../../protocol/functions.ts';

const nodeExtensions = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts', 'tsx'];
const buildFolders = new Set(['dist', 'build', 'out', 'lib', '.build', '.webpack', '.esbuild', '.aws-sam']);
const sourceFolders = ['src', ''];

/** A file that a handler may name, and the folder from which the handler's path leads to it. */
export type Candidate = { file: string; codeRoot: string };

export type HandlerTarget = { symbol: string; candidates: Candidate[] };

/**
 * Takes a handler such as `src/app.handler` apart as the Lambda runtimes do. Node: the file name ends at its first dot,
 * the rest is the exported name, which may have dots itself. Python: the symbol follows the last dot, other dots are folders.
 * Null when it has no symbol. Candidates come in the order in which they count.
 */
export function handlerTarget(handler: string, language: Language, codeRoot: string): HandlerTarget | null {
  const folder = posix.dirname(handler);
  const base = posix.basename(handler);
  const dot = language === 'node' ? base.indexOf('.') : base.lastIndexOf('.');
  if (dot < 1 || dot === base.length - 1) return null;
  const stem = language === 'node' ? base.slice(0, dot) : base.slice(0, dot).replaceAll('.', '/');
  const path = posix.join(codeRoot, folder, stem);
  if (path.startsWith('../')) return null;
  const places = [{ path, codeRoot }, ...sourcesOf(path, codeRoot)];
  return { symbol: base.slice(dot + 1), candidates: places.flatMap((place) => filesOf(place, language)) };
}

function filesOf({ path, codeRoot }: { path: string; codeRoot: string }, language: Language): Candidate[] {
  const files =
    language === 'node' ? nodeExtensions.map((extension) => `${path}.${extension}`) : [`${path}.py`, `${path}/__init__.py`];
  return files.map((file) => ({ file, codeRoot }));
}

/** Where the source of a built file may be: beside its build folder, in `src` or right there. */
function sourcesOf(path: string, codeRoot: string): { path: string; codeRoot: string }[] {
  const parts = path.split('/');
  const at = parts.findIndex((part) => buildFolders.has(part));
  if (at === -1) return [];
  const rootDepth = codeRoot === '.' ? 0 : codeRoot.split('/').length;
  return sourceFolders.map((source) => {
    const head = [...parts.slice(0, at), source].filter((part) => part !== '');
    const root = at < rootDepth ? [...head, ...parts.slice(at + 1, rootDepth)].join('/') || '.' : codeRoot;
    return { path: posix.join(...head, ...parts.slice(at + 1)), codeRoot: root };
  });
}

/** The file name of a handler without folders and symbol. */
export function handlerStem(file: string): string {
  return posix.basename(file).replace(/\.[^.]+$/, '');
}
