import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { FileChange } from './template-files.ts';

/** The changes of files as `git diff` shows them. */
export function unifiedDiff(changes: readonly FileChange[]): string {
  return changes.map(({ file, before, after }) => patchOf(file, before, after)).join('');
}

function patchOf(file: string, before: string, after: string): string {
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, options);
}
