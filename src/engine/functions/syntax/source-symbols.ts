import { posix } from 'node:path';
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Language, TextRange } from '../../../protocol/functions.ts';
import { languageOfFile } from '../runtimes.ts';
import { firstError, withClosedSyntaxTree } from './grammars.ts';
import { readNodeModule } from './node-module.ts';
import { readPythonModule } from './python-module.ts';

export type SourceSymbols = {
  language: Language;
  /** What a handler may name, with the range of the name. */
  exports: ReadonlyMap<string, TextRange>;
  /** True when the module exports more than its text shows (`export * from`, `module.exports = require(…)`). */
  isOpen: boolean;
  /** Exported names that are handlers by name and parameters, even when no template says so. */
  handlers: readonly string[];
  syntaxError: TextRange | null;
};

export type ModuleSymbols = Pick<SourceSymbols, 'exports' | 'isOpen' | 'handlers'>;

const maxUnclaimedLength = 256 * 1024;
const testFile =
  /(?:^|\/)(?:__tests__|__mocks__|__fixtures__)\/|\.(?:test|spec|stories|config|min)\.[^/]+$|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$/;

export function isSourceFile(file: string): boolean {
  return languageOfFile(file) !== null;
}

/** Whether a source is for tests or tools, so that what it defines is not deployed. */
export function isTestFile(file: string): boolean {
  return testFile.test(file);
}

/** Cheap test before parsing a source that no template names: without these words it holds no handler. */
export function mayHoldHandler(file: string, text: string): boolean {
  if (text.length > maxUnclaimedLength || isTestFile(file)) return false;
  if (!text.includes('andler')) return false;
  return posix.extname(file) === '.py' ? text.includes('def ') : text.includes('export');
}

/** Parses one source. The parser is tolerant: a file in the middle of an edit still gives what can be told. */
export async function readSourceSymbols(file: string, text: string): Promise<SourceSymbols> {
  const language = languageOfFile(file) ?? 'node';
  const readModule = language === 'python' ? readPythonModule : readNodeModule;
  const read = (root: Node): ModuleSymbols & Pick<SourceSymbols, 'syntaxError'> => ({
    ...readModule(root),
    syntaxError: firstError(root),
  });
  const { open, best } = await withClosedSyntaxTree(file, text, read, ({ exports }) => exports.size);
  return { language, ...best, syntaxError: open.syntaxError };
}
