import { posix, relative, sep } from 'node:path';
import ignore from 'ignore';
import type { ZipBuild } from './build.ts';
import type { Wanted } from './code-files.ts';

/** Folders that hold no code of a function, or that are made anew: installed packages are packed in their own way. */
const noCode = new Set('node_modules __pycache__ venv coverage cdk.out site-packages'.split(' '));
/** Never, whatever `include` says: repositories, and what Reef keeps. */
const never = new Set('.git .hg .svn .reef'.split(' '));
const bytecode = /\.py[co]$/;

/**
 * The files of a code folder that ship as they are: all but those whose name, or folder, begins with a dot (`.env`, `.venv`),
 * those of `exclude`, installed packages, caches, and what is no code; and those of `include` in any case.
 */
export function wholeFolder(build: ZipBuild): Wanted {
  const included = matcher(build.include);
  const excluded = matcher(build.exclude);
  const notCode = notCodeOf(build);
  const parts = (path: string): string[] => path.split('/');
  const isOrdinary = (path: string): boolean =>
    !parts(path).some((part) => part.startsWith('.') || noCode.has(part)) && !bytecode.test(path);
  return {
    file: (path) => included(path) || (isOrdinary(path) && !excluded(path) && !notCode.has(path)),
    folder: (path) =>
      !never.has(posix.basename(path)) && (build.include.length > 0 || (isOrdinary(path) && !excluded(`${path}/`))),
  };
}

/** The files of `include` alone, which go beside a bundle. */
export function includedFiles({ include, exclude }: ZipBuild): Wanted {
  const included = matcher(include);
  const excluded = matcher(exclude);
  return {
    file: (path) => included(path) && !excluded(path),
    folder: (path) => include.length > 0 && !never.has(posix.basename(path)) && !excluded(`${path}/`),
  };
}

function matcher(patterns: readonly string[]): (path: string) => boolean {
  const rules = ignore().add([...patterns]);
  return (path) => patterns.length > 0 && rules.ignores(path);
}

function notCodeOf({ notCode, codeRoot }: ZipBuild): ReadonlySet<string> {
  return new Set(notCode.map((file) => relative(codeRoot, file).split(sep).join('/')));
}
