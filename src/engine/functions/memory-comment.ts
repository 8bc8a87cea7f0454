import { isCollection } from 'yaml';
import type { CodeSite, SettingsSite, YamlSite } from './templates/template-function.ts';
import { type Change, endOfLine, lineEnd } from './text-change.ts';

/** How Reef's own comments begin, after what begins a comment: a later one takes their place. */
const mark = 'Reef:';
const yamlMark = `# ${mark}`;

/**
 * The changes of a memory size with a comment that says `why`: at the end of its line, or in YAML above it where the line has
 * a comment already. Null where there is no room for one: JSON, flow maps, values of several lines, several settings on a line.
 */
export function withComment(changes: readonly Change[], settings: SettingsSite, why: string): Change[] | null {
  if (settings.kind === 'code') return withCodeComment(changes, settings, oneLine(why));
  const comment = `${yamlMark} ${oneLine(why)}`;
  const [change, ...others] = changes;
  if (change === undefined || isJson(settings)) return null;
  const commented = /^\d+$/.test(change.newText.replace(/^&\S+ /, ''))
    ? besideValue(change, settings.memoryKey, comment)
    : besideNewLine(change, settings.memoryKey, comment);
  return commented === null ? null : [...commented, ...others];
}

/** Behind the number and its comma, where nothing else follows on the line but a comment of Reef's. */
function withCodeComment(changes: readonly Change[], { lineComment }: CodeSite, why: string): Change[] | null {
  const at = changes.findIndex(({ newText }) => /\d/.test(newText));
  const change = changes[at];
  const [, upToNumber, otherLines] = /^([^]*?\d,?)(\r?\n[^]*)?$/.exec(change?.newText ?? '') ?? [];
  if (change === undefined || upToNumber === undefined) return null;
  const comment = ` ${lineComment} ${mark} ${why}`;
  if (otherLines !== undefined) return changes.with(at, { ...change, newText: upToNumber + comment + otherLines });
  const end = lineEnd(change.file, change.end);
  const behind = new RegExp(String.raw`^([,;]?)\s*(?:${lineComment} ${mark}.*)?$`).exec(change.file.text.slice(change.end, end));
  return behind === null ? null : changes.with(at, { ...change, end, newText: upToNumber + (behind[1] ?? '') + comment });
}

function isJson({ map, owner }: YamlSite): boolean {
  const contents = (map ?? owner)?.file.document.contents;
  return isCollection(contents) && contents.flow === true;
}

/** The value is replaced and its line stays. */
function besideValue(change: Change, memoryKey: string, comment: string): Change[] | null {
  const { file, start, end, newText } = change;
  const lineStart = file.text.lastIndexOf('\n', start - 1) + 1;
  const endOfIt = lineEnd(file, end);
  const before = file.text.slice(lineStart, start);
  const after = file.text.slice(end, endOfIt);
  if (!new RegExp(String.raw`^ *(?:- +)?["']?${memoryKey}["']? *: *(?:&\S+ +)?$`).test(before)) return null;
  if (after.trim() === '' || after.trimStart().startsWith(yamlMark))
    return [{ ...change, end: endOfIt, newText: `${newText} ${comment}` }];
  if (!after.trimStart().startsWith('#') || before.includes('- ')) return null;
  const indent = /^ */.exec(before)?.[0] ?? '';
  const above = file.text.lastIndexOf('\n', lineStart - 2) + 1;
  // A comment that Reef wrote above the line before is replaced.
  const from = lineStart > 0 && file.text.slice(above, lineStart).trimStart().startsWith(yamlMark) ? above : lineStart;
  return [{ file, start: from, end: lineStart, newText: `${indent}${comment}${endOfLine(file)}` }, change];
}

/** The property is new and has a line of its own within the inserted text. */
function besideNewLine(change: Change, memoryKey: string, comment: string): Change[] | null {
  const line = new RegExp(String.raw`(^|\n) *${memoryKey}: \d+(?=\r?\n|$)`);
  if (!line.test(change.newText)) return null;
  // A template may hold `$&`, which a replacement text would read as a pattern.
  return [{ ...change, newText: change.newText.replace(line, (found) => `${found} ${comment}`) }];
}

/** Comments end with their line, whatever a name holds. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}
