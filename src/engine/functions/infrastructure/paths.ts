import { posix } from 'node:path';
import type { CodeLocation } from '../templates/template-function.ts';
import { evaluate, type Names } from './evaluate.ts';
import type { Expression } from './expression.ts';

/** Stands for the workspace folder in paths that are built from a file's own; no path that somebody writes looks so. */
const workspace = '/\0';

/** A path of the workspace as the value of `__dirname`, `__file__` or `path.module`. */
export function ownPath(path: string): string {
  return posix.join(workspace, path);
}

/**
 * A path relative to the workspace folder; null when it is not known or leads out of it. One that is relative itself is so
 * to `folder`; null: to a folder that is not known.
 */
export function pathOf(expression: Expression | undefined, names: Names, folder: string | null): string | null {
  const path = expression === undefined ? undefined : evaluate(expression, names);
  if (typeof path !== 'string' || path === '') return null;
  const isOwn = path.startsWith(`${workspace}/`) || path === workspace;
  if (!isOwn && (folder === null || posix.isAbsolute(path))) return null;
  const inside = posix.relative(workspace, isOwn ? path : posix.join(workspace, folder ?? '', path));
  return inside === '..' || inside.startsWith('../') ? null : inside || '.';
}

/** Code at a path: a folder or file, or an archive that a build made. */
export function localCode(path: string): CodeLocation {
  return /\.(?:zip|jar)$/i.test(path) ? { kind: 'elsewhere', why: `it is in the archive ${path}` } : { kind: 'path', path };
}
