import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanLog } from '../../../src/engine/targets/aws/scan-log.ts';
import type { QueryResult } from '../../../src/engine/targets/aws/insights.ts';
import type { ScanResult } from '../../../src/engine/targets/function-logs.ts';
import { ReefError } from '../../../src/protocol/errors.ts';

const rowsPerQuery = 5;
const bytesPerEvent = 100;
const period = { fromMs: 1_000_000_000, toMs: 1_000_500_000 };

type Event = { atMs: number; id: number };

/** Queries over these events, which give no more rows than allowed and are paid for by what they look at. */
function queriesOf(events: readonly Event[], answers: (Partial<QueryResult> | Error)[] = []) {
  const asked: [number, number][] = [];
  const run = async (fromS: number, toS: number): Promise<QueryResult> => {
    const special = answers[asked.length];
    asked.push([fromS, toS]);
    if (special instanceof Error) throw special;
    const found = events
      .filter(({ atMs }) => atMs >= fromS * 1000 && atMs < (toS + 1) * 1000)
      .toSorted((a, b) => a.atMs - b.atMs);
    const rows = found.slice(0, rowsPerQuery).map(({ atMs, id }) => [
      { field: '@timestamp', value: new Date(atMs).toISOString().replace('T', ' ').replace('Z', '') },
      { field: '@ptr', value: String(id) },
    ]);
    return { rows, matched: found.length, scannedBytes: found.length * bytesPerEvent, status: 'Complete', ...special };
  };
  return { run, asked };
}

async function scanned(
  queries: ReturnType<typeof queriesOf>,
  maxBytes = Infinity,
): Promise<ScanResult & { ids: number[]; done: number[] }> {
  const done: number[] = [];
  const scan = { maxBytes, onProgress: (now: { done: number }) => void done.push(now.done) };
  const pages = scanLog(queries.run, period, scan, rowsPerQuery, new AbortController().signal);
  const ids: number[] = [];
  let page = await pages.next();
  for (; page.done !== true; page = await pages.next()) {
    for (const row of page.value) ids.push(Number(row.find(({ field }) => field === '@ptr')?.value));
  }
  return { ...page.value, ids, done };
}

const events = (gaps: readonly number[]): Event[] => {
  let atMs = period.fromMs;
  return gaps.map((gapMs, id) => ({ atMs: (atMs += gapMs), id }));
};

describe('a period that has more rows than a query gives', () => {
  it('is read whole, each row once, unless a single second has too many', async () => {
    // Bursts and long silences; never more than fit in a second.
    const gaps = fc.array(fc.oneof(fc.integer({ min: 251, max: 400 }), fc.integer({ min: 1_000, max: 30_000 })), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(gaps, async (all) => {
        const logged = events(all).filter(({ atMs }) => atMs <= period.toMs);
        const { ids, missing, done } = await scanned(queriesOf(logged));
        expect(ids.toSorted((a, b) => a - b)).toEqual(logged.map(({ id }) => id));
        expect(missing).toEqual([]);
        expect(done.at(-1)).toBe(1);
      }),
      { numRuns: 200 },
    );
  });

  it('says which second has more than that', async () => {
    const crowd = Array.from({ length: 12 }, (_, id) => ({ atMs: period.fromMs + 20_000 + id, id }));
    const { ids, missing } = await scanned(queriesOf([...crowd, { atMs: period.fromMs + 30_000, id: 99 }]));
    expect(ids).toEqual([0, 1, 2, 3, 4, 99]);
    expect(missing).toEqual(['1970-01-12T13:47:00Z: more lines in one second than a query gives (5): the others are left out.']);
  });

  it('that is quiet takes few queries', async () => {
    const queries = queriesOf([]);
    await scanned(queries);
    expect(queries.asked.length).toBeLessThan(5);
    expect(queries.asked[0]?.[0]).toBe(1_000_000);
    expect(queries.asked.at(-1)?.[1]).toBe(1_000_500);
  });
});

describe('what queries cost', () => {
  it('ends them before it is more than was agreed', async () => {
    const steady = events(Array.from({ length: 240 }, () => 2_000));
    const whole = await scanned(queriesOf(steady));
    expect(whole.missing).toEqual([]);
    // Some of it is read again: a query that was full has looked at more than it gave.
    expect(whole.scannedBytes).toBeGreaterThanOrEqual(240 * bytesPerEvent);
    const maxBytes = 100 * bytesPerEvent;
    const { scannedBytes, missing, ids } = await scanned(queriesOf(steady), maxBytes);
    expect(scannedBytes).toBeLessThanOrEqual(maxBytes);
    expect(ids.length).toBeGreaterThan(10);
    expect(missing).toEqual([expect.stringMatching(/^1970-01-12T.*Z to 1970-01-12T13:55:00Z: the agreed cost is reached\.$/)]);
  });
});

describe('a query that does not end well', () => {
  it('is told, and the others are made', async () => {
    const steady = events(Array.from({ length: 40 }, () => 10_000));
    const timedOut = queriesOf(steady, [{}, { status: 'Timeout', rows: [] }]);
    const { ids, missing } = await scanned(timedOut);
    expect(missing).toEqual([expect.stringContaining('the query ended as Timeout')]);
    expect(ids.length).toBeGreaterThan(20);
  });

  it('leaves what was found when the service fails later on, and is an error at once', async () => {
    const busy = new ReefError('service-failed', 'AWS throttled logs:StartQuery.', {
      cause: Object.assign(new Error('slow down'), { name: 'ThrottlingException' }),
    });
    const steady = events(Array.from({ length: 40 }, () => 10_000));
    const later = await scanned(queriesOf(steady, [{}, busy]));
    expect(later.ids.length).toBeGreaterThan(0);
    expect(later.missing).toEqual([expect.stringContaining('AWS throttled logs:StartQuery.')]);
    await expect(scanned(queriesOf(steady, [busy]))).rejects.toBe(busy);
    const denied = new ReefError('access-denied', 'aws may not do logs:GetQueryResults.');
    await expect(scanned(queriesOf(steady, [{}, denied]))).rejects.toBe(denied);
  });
});
