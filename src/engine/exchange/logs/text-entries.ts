import { stripVTControlCharacters } from 'node:util';
import { jsonEntries, parsedObject } from './json-entries.ts';
import { type LogEntry, timeOf } from './entry.ts';

/** `2024/05/01/[$LATEST]0a1b…`, or with the function's name before the version. */
const streamName = /^\d{4}\/\d\d\/\d\d\/\S*\[[^\]\s]{1,64}\][0-9a-f]{6,64}$/;

/**
 * Lines of text, as a console, an export, `aws logs tail` or `sam logs` prints them: each may begin with a time
 * and the name of its stream, in either order. A line that is JSON is read as an event.
 */
export function textEntries(text: string): LogEntry[] {
  return text.split(/\r?\n/).flatMap((line) => lineEntries(stripVTControlCharacters(line)));
}

function lineEntries(line: string): LogEntry[] {
  const { message, atMs, stream } = withoutPrefix(line);
  if (message === '') return [];
  if (/^[{[]/.test(message)) {
    const value = parsedObject(message);
    if (value !== undefined) return jsonEntries(value, { atMs, stream });
  }
  return [{ message, atMs, stream }];
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
