import type { LogReading } from './read-logs.ts';
import type { LogSummary } from './summary.ts';

/** What to know of a log before believing its figures: what it did not say, and what could not be read. A sentence a line. */
export function logNotes(
  { lines, duplicates, withoutReport, unparsed, unassigned, reportsAlone }: Omit<LogReading, 'calls'>,
  { fromMs }: Pick<LogSummary, 'fromMs'>,
): string[] {
  const notes: string[] = [];
  if (lines.other > 0) {
    const all = lines.read.toLocaleString('en-US');
    notes.push(
      `${lines.other.toLocaleString('en-US')} of ${all} lines are what functions printed, or say nothing of how calls went.`,
    );
  }
  if (duplicates > 0) notes.push(`${duplicates} report(s) were in the log more than once, and count once.`);
  if (withoutReport > 0)
    notes.push(`${withoutReport} call(s) have no report in the log: how long they took is not known, and they are left out.`);
  if (unparsed.count > 0) {
    notes.push(
      `${unparsed.count} line(s) look like reports and cannot be read:`,
      ...unparsed.examples.map((line) => `  ${line}`),
    );
  }
  if (unassigned > 0) {
    notes.push(
      `${unassigned} error(s) could belong to any of several calls at once: export the log with the names of its streams, so that failed calls can be told.`,
    );
  }
  if (reportsAlone) {
    notes.push(
      'The log holds REPORT lines only: an error that the function raised itself cannot be seen there, and such calls count as ok.',
    );
  }
  if (fromMs === null) notes.push('The log has no times: the calls are kept with the time of the import.');
  return notes;
}
