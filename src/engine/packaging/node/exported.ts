import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { readSourceSymbols } from '../../functions/syntax/source-symbols.ts';
import type { ZipBuild } from '../build.ts';
import { packageFailed } from '../package-failed.ts';
import type { Bundle } from './bundle.ts';

/** What esbuild writes at the end of a CommonJS bundle of an ES module: the names that it exports. */
const annotation = /\b0\s*&&\s*\(module\.exports\s*=\s*\{([^}]*)\}/g;
const opensMore = /\bexport\s*\*\s*from\b/;

/**
 * Makes sure that the bundle exports what the handler names.
 * @throws ReefError `package-failed` when it does not
 */
export async function checkExported(build: ZipBuild, made: Bundle): Promise<void> {
  if (made.isCommonJs && made.format === 'esm') {
    throw packageFailed(
      `${nameOf(build)} is CommonJS and imports what only an ES module can wait for: write it as one (.mjs, or "type": "module")`,
    );
  }
  check(build, made.isCommonJs ? await exportsOfSource(build.handlerFile) : made.exported);
}

/** The same of a file that is packed as it is. */
export async function checkSourceExports(build: ZipBuild): Promise<void> {
  check(build, await exportsOfSource(build.handlerFile));
}

function check(build: ZipBuild, exported: ReadonlySet<string> | null): void {
  const wanted = build.symbol.split('.', 1)[0] ?? '';
  if (exported === null || exported.has(wanted)) return;
  const has = exported.size === 0 ? 'it exports nothing' : `it exports ${[...exported].toSorted().join(', ')}`;
  throw packageFailed(`${nameOf(build)} does not export "${build.symbol}", which the handler names (${has}): correct handler`);
}

function nameOf({ folder, handlerFile }: ZipBuild): string {
  return relative(folder, handlerFile).split(sep).join('/');
}

/** The names that a bundle of an ES module exports; null: more than can be told, as it exports all of something outside. */
export function exportsOfModule(format: Bundle['format'], text: string, listed: readonly string[]): ReadonlySet<string> | null {
  if (format === 'esm') return opensMore.test(text) ? null : new Set(listed);
  const names = ([...text.matchAll(annotation)].at(-1)?.[1] ?? '').split(',').map((name) => name.trim());
  return names.some((name) => name.startsWith('...')) ? null : new Set(names.filter((name) => name !== ''));
}

/** Null: more than can be told. */
async function exportsOfSource(file: string): Promise<ReadonlySet<string> | null> {
  const symbols = await readSourceSymbols(file, await readFile(file, 'utf8'));
  return symbols.isOpen || symbols.syntaxError !== null ? null : new Set(symbols.exports.keys());
}
