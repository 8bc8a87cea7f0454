import { stripVTControlCharacters } from 'node:util';
import { decodedTail, jsonEntries, parsedObject } from './json-entries.ts';
import { type LogEntry, timeOf } from './entry.ts';

/** `2024/05/01/[$LATEST]0a1b…`, or with the function's name before the version. */
const streamName = /^\d{4}\/\d\d\/\d\d\/\S*\[[^\]\s]{1,64}\][0-9a-f]{6,64}$/;

/** A JSON document spread over more lines than this is none of an event. */
const mostJsonLines = 2_000;

/**
 * Lines of text, as a console, an export, `aws logs tail` or `sam logs` prints them: each may begin with a time
 * and the name of its stream, in either order. JSON, on a line or spread over several, is read as an event, and a line
 * that is the base64 tail of a log as its lines.
 */
export function textEntries(text: string): LogEntry[] {
  const lines = text.split(/\r?\n/);
  const entries: LogEntry[] = [];
  for (let i = 0; i < lines.length; i++) {
    const entry = withoutPrefix(stripVTControlCharacters(lines[i] ?? ''));
    const spread = entry.message === '{' ? spreadJson(lines, i) : undefined;
    // One at a time: a document on one line may hold more events than a call takes arguments.
    for (const each of spread === undefined ? messageEntries(entry) : jsonEntries(spread.value, entry)) entries.push(each);
    i = spread?.last ?? i;
  }
  return entries;
}

/** The document that begins with a line `{` and ends with a line `}`; undefined when these lines are none. */
function spreadJson(lines: readonly string[], first: number): { value: unknown; last: number } | undefined {
  const rest = lines.slice(first + 1, first + mostJsonLines);
  const length = rest.indexOf('}');
  const value = length < 0 ? undefined : parsedObject(`{${rest.slice(0, length + 1).join(' ')}`);
  return value === undefined ? undefined : { value, last: first + 1 + length };
}

function messageEntries({ message, ...context }: LogEntry): LogEntry[] {
  if (message === '') return [];
  const value = /^[{[]/.test(message) ? parsedObject(message) : undefined;
  if (value !== undefined) return jsonEntries(value, context);
  const tail = decodedTail(message);
  return tail === undefined ? [{ message, ...context }] : textEntries(tail);
}

function withoutPrefix(line: string): LogEntry {
  let message = line.trim();
  let atMs: number | null = null;
  let stream: string | null = null;
  for (;;) {
    const word = /^\S+/.exec(message)?.[0] ?? '';
    const time: LeadingTime | null = atMs === null ? leadingTime(message, word) : null;
    if (time !== null) atMs = time.atMs;
    else if (stream === null && streamName.test(word)) stream = word;
    else return { message, atMs, stream };
    message = message.slice((time?.text ?? word).length).trimStart();
  }
}

type LeadingTime = { text: string; atMs: number };

/** The time at the beginning, whose day and hour may stand apart. */
function leadingTime(message: string, word: string): LeadingTime | null {
  if (!/^\d{4}-/.test(word)) return null;
  const text = word.length > 'yyyy-mm-dd'.length ? word : (/^\S+ \S+/.exec(message)?.[0] ?? word);
  const atMs = timeOf(text);
  return atMs === null ? null : { text, atMs };
}
