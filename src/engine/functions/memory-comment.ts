import { isCollection } from 'yaml';
import type { Change } from './memory-edit.ts';
import type { SettingsSite } from './templates/template-function.ts';

/** How Reef's own comments begin: a later one takes their place. */
const mark = '# Reef:';

/**
 * The changes of a memory size with a YAML comment that says `why`: at the end of its line, or above it where the line has
 * a comment already. Null where there is no room for one: JSON, flow maps, values of several lines.
 */
export function withComment(
  changes: readonly Change[],
  { memoryKey }: Pick<SettingsSite, 'memoryKey'>,
  why: string,
): Change[] | null {
  const comment = `${mark} ${oneLine(why)}`;
  const [change, ...others] = changes;
  if (change === undefined || isJson(change)) return null;
  const commented = /^\d+$/.test(change.newText.replace(/^&\S+ /, ''))
    ? besideValue(change, memoryKey, comment)
    : besideNewLine(change, memoryKey, comment);
  return commented === null ? null : [...commented, ...others];
}

function isJson({ file }: Change): boolean {
  const { contents } = file.document;
  return isCollection(contents) && contents.flow === true;
}

/** The value is replaced and its line stays. */
function besideValue(change: Change, memoryKey: string, comment: string): Change[] | null {
  const { file, start, end, newText } = change;
  const lineStart = file.text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = endOfLine(file.text, end);
  const before = file.text.slice(lineStart, start);
  const after = file.text.slice(end, lineEnd);
  if (!new RegExp(String.raw`^ *(?:- +)?["']?${memoryKey}["']? *: *(?:&\S+ +)?$`).test(before)) return null;
  if (after.trim() === '' || after.trimStart().startsWith(mark))
    return [{ ...change, end: lineEnd, newText: `${newText} ${comment}` }];
  if (!after.trimStart().startsWith('#') || before.includes('- ')) return null;
  const indent = /^ */.exec(before)?.[0] ?? '';
  const above = file.text.lastIndexOf('\n', lineStart - 2) + 1;
  // A comment that Reef wrote above the line before is replaced.
  const from = lineStart > 0 && file.text.slice(above, lineStart).trimStart().startsWith(mark) ? above : lineStart;
  const eol = /\r\n|\n/.exec(file.text)?.[0] ?? '\n';
  return [{ file, start: from, end: lineStart, newText: `${indent}${comment}${eol}` }, change];
}

/** The property is new and has a line of its own within the inserted text. */
function besideNewLine(change: Change, memoryKey: string, comment: string): Change[] | null {
  const line = new RegExp(String.raw`(^|\n) *${memoryKey}: \d+(?=\r?\n|$)`);
  if (!line.test(change.newText)) return null;
  // A template may hold `$&`, which a replacement text would read as a pattern.
  return [{ ...change, newText: change.newText.replace(line, (found) => `${found} ${comment}`) }];
}

function endOfLine(text: string, from: number): number {
  const at = text.slice(from).search(/\r|\n/);
  return at === -1 ? text.length : from + at;
}

/** Comments end with their line, whatever a name holds. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}
