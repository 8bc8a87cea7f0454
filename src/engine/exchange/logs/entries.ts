import { CsvError, parse } from 'csv-parse/sync';
import { invalidImport } from '../invalid.ts';
import { decodedTail, jsonEntries, parsedObject } from './json-entries.ts';
import type { LogEntry } from './entry.ts';
import { textEntries } from './text-entries.ts';

const nowhere = { atMs: null, stream: null };

/**
 * The entries of a log in whichever form it came, oldest first: lines of text, a base64 tail, JSON or NDJSON of the
 * AWS tools, or the CSV of Logs Insights.
 * @throws ReefError `invalid-import` for rows of Logs Insights without their message
 */
export function readEntries(text: string): LogEntry[] {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const entries = entriesOf(trimmed);
  if (entries.length > 0 && entries.every(({ message }) => isRowWithoutMessage(message))) {
    throw invalidImport(
      'These rows of Logs Insights have no @message: query it again with "fields @timestamp, @logStream, @message".',
    );
  }
  return oldestFirst(entries);
}

function entriesOf(text: string): LogEntry[] {
  const document = /^[{[]/.test(text) ? parsedObject(text) : undefined;
  if (document !== undefined) return jsonEntries(document, nowhere);
  const tail = decodedTail(text);
  if (tail !== undefined) return textEntries(tail);
  const header = /^[^\n]*/.exec(text)?.[0] ?? '';
  if (/^"?@?\w+"?(,"?@?\w+"?)*\r?$/.test(header) && /@|message/.test(header) && header.includes(',')) return csvEntries(text);
  return textEntries(text);
}

function csvEntries(text: string): LogEntry[] {
  try {
    const rows: Record<string, string>[] = parse(text, {
      columns: true,
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
    });
    return rows.flatMap((row) => jsonEntries(row, nowhere));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalidImport(`The rows of Logs Insights are not CSV: export them again: ${error.message}`, error);
  }
}

function isRowWithoutMessage(message: string): boolean {
  return message.startsWith('@');
}

/** Logs Insights and the console give the newest first: what follows needs the order in which things happened. */
function oldestFirst(entries: LogEntry[]): LogEntry[] {
  const times = entries.flatMap(({ atMs }) => atMs ?? []);
  const [first, last] = [times[0], times.at(-1)];
  return first !== undefined && last !== undefined && first > last ? entries.toReversed() : entries;
}
