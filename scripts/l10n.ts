/**
 * Writes `l10n/bundle.l10n.json`: every text that the extension hands to `vscode.l10n.t`, as the base for translations.
 * Usage: node scripts/l10n.ts
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
export const bundlePath = join(root, 'l10n', 'bundle.l10n.json');

/** A call of `t` with a literal first; the models get `vscode.l10n.t` under the name `t`. */
const call = /\bt\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;

/** Where they are: the extension, and how figures are written, which it shares with the terminal. */
const sources = ['src/extension/**/*.ts', 'src/engine/format/call-facts.ts'];

/** The texts in the extension's sources, sorted. */
export function messages(): string[] {
  const found = new Set<string>();
  for (const file of globSync(sources, { cwd: root })) {
    for (const [, single, double] of readFileSync(join(root, file), 'utf8').matchAll(call)) {
      found.add((single ?? double ?? '').replaceAll(/\\(['"])/g, '$1'));
    }
  }
  return [...found].sort((a, b) => a.localeCompare(b, 'en'));
}

if (import.meta.main) {
  writeFileSync(bundlePath, `${JSON.stringify(Object.fromEntries(messages().map((text) => [text, text])), null, 2)}\n`);
}
