import type { TextEdit } from './function-index.ts';
import type { TextLines } from './text-lines.ts';

/** A text of the workspace; the path is relative to the workspace folder. */
export type TextFile = { path: string; text: string; lines: TextLines };

/** Replaces `start`–`end` of a file's text. */
export type Change<File extends TextFile = TextFile> = { file: File; start: number; end: number; newText: string };

export function toTextEdits(changes: readonly Change[]): TextEdit[] {
  return changes.map(({ file, start, end, newText }) => ({ file: file.path, range: file.lines.range(start, end), newText }));
}

export function applyChanges(file: string, text: string, changes: readonly Change[]): string {
  const own = changes.filter((change) => change.file.path === file).toSorted((a, b) => b.start - a.start);
  return own.reduce((result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end), text);
}

/** Offset of the end of the line that holds `from`. */
export function lineEnd({ text }: TextFile, from: number): number {
  const at = text.slice(from).search(/\r|\n/);
  return at === -1 ? text.length : from + at;
}

/** How lines of a text end. */
export function endOfLine({ text }: TextFile): string {
  return /\r\n|\n/.exec(text)?.[0] ?? '\n';
}
