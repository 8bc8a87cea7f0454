import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../src/engine/exchange/logs/entry.ts';
import { latestEntries } from '../../../src/engine/exchange/logs/latest-entries.ts';
import type { Period } from '../../../src/engine/targets/function-logs.ts';

const hourMs = 3_600_000;

/** A log with an entry every so often from 0 to the end, given in pages as CloudWatch does, oldest first. */
function logOf(everyMs: number, endMs: number, pageSize = 10) {
  const asked: Period[] = [];
  let given = 0;
  async function* read({ fromMs, toMs }: Period): AsyncGenerator<LogEntry[]> {
    asked.push({ fromMs, toMs });
    const entries: LogEntry[] = [];
    for (let atMs = Math.ceil(fromMs / everyMs) * everyMs; atMs < Math.min(toMs, endMs); atMs += everyMs)
      entries.push({ message: String(atMs), atMs, stream: null });
    for (let i = 0; i < entries.length; i += pageSize) {
      const page = entries.slice(i, i + pageSize);
      given += page.length;
      yield page;
    }
  }
  return { read, asked, given: () => given };
}

const times = (entries: LogEntry[]): (number | null)[] => entries.map(({ atMs }) => atMs);

describe('the latest entries of a log', () => {
  it('are all of a period where these are few, in their order, each once', async () => {
    const log = logOf(10 * 60_000, 48 * hourMs);
    const found = await latestEntries(log.read, { fromMs: 0, toMs: 48 * hourMs }, 1_000);
    expect(times(found.entries)).toEqual(Array.from({ length: 288 }, (_, i) => i * 10 * 60_000));
    expect(found).toMatchObject({ coveredMs: 48 * hourMs, complete: true });
    // 1, 2, 4, 8, 16 hours and the rest.
    expect(log.asked).toHaveLength(6);
  });

  it('are the newest where there are too many, and tell how much of the period they are from', async () => {
    const log = logOf(60_000, 48 * hourMs);
    const found = await latestEntries(log.read, { fromMs: 0, toMs: 48 * hourMs }, 100);
    // The last hour whole, and of the two before it the first forty minutes.
    expect(found.entries).toHaveLength(100);
    expect(found.entries.at(-1)?.atMs).toBe(48 * hourMs - 60_000);
    expect(times(found.entries)).toEqual(times(found.entries).toSorted((a, b) => (a ?? 0) - (b ?? 0)));
    expect(found).toMatchObject({ coveredMs: hourMs + 39 * 60_000, complete: false });
    expect(log.given()).toBe(100);
  });

  it('of a log without any cover the whole period', async () => {
    const found = await latestEntries(logOf(60_000, 0).read, { fromMs: 0, toMs: 5 * hourMs }, 100);
    expect(found).toEqual({ entries: [], coveredMs: 5 * hourMs, complete: true });
  });
});
