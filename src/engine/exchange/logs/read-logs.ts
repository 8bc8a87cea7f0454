import { type LoggedCall, trackCalls } from './call-tracker.ts';
import { readEntries } from './entries.ts';
import type { LogEntry, PlatformEvent } from './entry.ts';
import type { Fact } from './fact.ts';
import { jsonFact } from './json-fact.ts';
import { textFact } from './text-fact.ts';

export type LogReading = {
  /** In the order of the log; an attempt that was repeated under the same request id is a call of its own. */
  calls: LoggedCall[];
  /** Lines and events that were read, and how many of them say nothing of how a call went: what functions print, notices of the platform. */
  lines: { read: number; other: number };
  /** Reports that the log holds more than once. */
  duplicates: number;
  /** Calls that began or ended and have no report: how long they took is not known. */
  withoutReport: number;
  /** Lines that look like reports and cannot be read, with the first few. */
  unparsed: { count: number; examples: string[] };
  /** Errors that could belong to any of several calls under way. */
  unassigned: number;
  /** True when there are reports in the text format and nothing else: an error that the function raised itself cannot be seen there. */
  reportsAlone: boolean;
};

const examplesShown = 3;
const exampleLength = 160;

/** Takes the entries of a log one by one, in their order: a long log need not be in memory as a whole. */
export type LogReader = { take(this: void, entry: LogEntry): void; reading(this: void): LogReading };

/**
 * Reads the REPORT lines of AWS Lambda, text or JSON. Figures that are not there are null, and a call without a report is
 * counted, never given a duration.
 */
export function createLogReader(): LogReader {
  const tracker = trackCalls();
  const lines = { read: 0, other: 0 };
  const unparsed = { count: 0, examples: [] as string[] };
  let reportsAlone = true;
  return {
    take(entry) {
      const fact = factOf(entry);
      lines.read += 1;
      if (fact === null) {
        lines.other += 1;
        return;
      }
      if (fact.kind === 'unparsed') {
        unparsed.count += 1;
        if (unparsed.examples.length < examplesShown) unparsed.examples.push(fact.text.slice(0, exampleLength));
      } else if ((fact.kind !== 'report' && fact.kind !== 'trace') || entry.event !== undefined) reportsAlone = false;
      tracker.take(fact, entry);
    },
    reading: () => ({
      calls: tracker.calls,
      lines,
      duplicates: tracker.duplicates(),
      withoutReport: tracker.withoutReport(),
      unparsed,
      unassigned: tracker.unassigned(),
      reportsAlone: reportsAlone && tracker.calls.length > 0,
    }),
  };
}

/**
 * Reads a log as text, in whichever form the AWS tools give it (`readEntries`).
 * @throws ReefError `invalid-import` when the form itself cannot be read
 */
export function readLogs(text: string): LogReading {
  const reader = createLogReader();
  for (const entry of readEntries(text)) reader.take(entry);
  return reader.reading();
}

/** What an entry says of calls; null for what is the function's own, or nothing that matters here. */
export function factOf({ message, event }: LogEntry): Fact | null {
  if (event === undefined) return textFact(message);
  return jsonFact(event) ?? (event.type === 'platform.report' ? { kind: 'unparsed', text: shown(event) } : null);
}

function shown({ type, record }: PlatformEvent): string {
  try {
    return JSON.stringify({ type, record });
  } catch {
    return type; // Nested deeper than can be written.
  }
}
