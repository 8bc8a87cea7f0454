import type { Period } from '../../targets/function-logs.ts';
import type { LogEntry } from './entry.ts';

export type LatestEntries = {
  /** Oldest first. */
  entries: LogEntry[];
  /** How much of the period they are from, ms. */
  coveredMs: number;
  /** False where the bound was reached before the period was. */
  complete: boolean;
};

const firstStepMs = 3_600_000;

/**
 * The latest entries of a log in a period: the last hour is read, then what is before it in steps that double, until the period
 * or the bound is reached, so that of a busy function the last minutes are read, and not those of two weeks ago.
 */
export async function latestEntries(
  read: (period: Period) => AsyncIterable<LogEntry[]>,
  period: Period,
  mostEntries: number,
): Promise<LatestEntries> {
  const steps: LogEntry[][] = [];
  let left = mostEntries;
  let coveredMs = 0;
  let { toMs } = period;
  for (let stepMs = firstStepMs; toMs > period.fromMs && left > 0; stepMs *= 2) {
    const fromMs = Math.max(period.fromMs, toMs - stepMs);
    const entries: LogEntry[] = [];
    for await (const page of read({ fromMs, toMs })) {
      for (const entry of page) entries.push(entry);
      if (entries.length >= left) break;
    }
    left -= entries.length;
    coveredMs += left > 0 ? toMs - fromMs : spanMs(entries);
    steps.push(entries);
    toMs = fromMs;
  }
  return { entries: steps.toReversed().flat(), coveredMs, complete: left > 0 };
}

/** From the first to the last of some entries, ms. */
function spanMs(entries: readonly LogEntry[]): number {
  const times = entries.flatMap(({ atMs }) => atMs ?? []);
  if (times.length === 0) return 0;
  return times.reduce((a, b) => Math.max(a, b)) - times.reduce((a, b) => Math.min(a, b));
}
