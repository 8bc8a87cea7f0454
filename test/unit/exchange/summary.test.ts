import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedCurveCsv } from '../../../src/engine/exchange/curve-csv.ts';
import { readLogs } from '../../../src/engine/exchange/logs/read-logs.ts';
import { samplesOf } from '../../../src/engine/exchange/logs/samples.ts';
import { summarise } from '../../../src/engine/exchange/logs/summary.ts';
import { parseCurves } from '../../../src/engine/targets/replay/parse.ts';
import { report, start } from './log-lines.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 1, 10, minute)).toISOString();
const callsOf = (...lines: string[]) => readLogs(lines.join('\n')).calls;

describe('the summary of a log', () => {
  it('takes durations from warm calls that succeeded, memory and init from all', () => {
    const { sizes, coldRate, outcomes } = summarise(
      callsOf(
        report(1, 'Init Duration: 200.00 ms', '900.00'),
        report(2, '', '10.00', 60),
        report(3, '', '30.00', 70),
        report(4, 'Status: timeout', '3000.00', 80),
      ),
    );
    expect(sizes).toEqual([
      { memoryMb: 128, calls: 4, warm: 2, meanMs: 20, sigmaLn: null, p50Ms: 20, p95Ms: 29, initMs: 200, peakMb: 80 },
    ]);
    expect({ coldRate, outcomes }).toEqual({ coldRate: 0.25, outcomes: { ok: 3, timeout: 1 } });
  });

  it('tells calls per month only from enough of a log', () => {
    const every = (minutes: number, count: number) =>
      summarise(callsOf(...Array.from({ length: count }, (_, n) => `${at(n * minutes)} ${report(n)}`))).callsPerMonth;
    expect(every(10, 13)).toBeCloseTo(730 * 6, 6);
    expect(every(10, 9)).toBeNull();
    expect(every(1, 13)).toBeNull();
    expect(summarise(callsOf(...Array.from({ length: 13 }, (_, n) => report(n)))).callsPerMonth).toBeNull();
  });

  it('of no calls is empty', () => {
    expect(summarise([])).toEqual({
      calls: 0,
      outcomes: {},
      coldRate: 0,
      sizes: [],
      fromMs: null,
      toMs: null,
      callsPerMonth: null,
    });
  });
});

describe('samples of a log', () => {
  const imported = { runId: 'r', architecture: 'x86_64', importedAtMs: 5 } as const;
  const stream = '2026/03/01/[$LATEST]0123456789abcdef0123456789abcdef';

  it('are numbered within their sandbox, which is a stream', () => {
    const lines = [report(1, 'Init Duration: 9.00 ms'), report(2), report(3)].map((line) => `${at(0)} ${stream} ${line}`);
    expect(
      samplesOf(callsOf(...lines, report(4)), imported).map((each) => [each.sandboxId, each.sandboxSequence, each.cold]),
    ).toEqual([
      [stream, 0, true],
      [stream, 1, false],
      [stream, 2, false],
      ['log:8f507cfc-0000-4697-b07a-000000000004', 1, false],
    ]);
  });

  it('cost what was billed; without it, what their durations cost', () => {
    const [billed] = samplesOf(callsOf(report(1, 'Init Duration: 200.00 ms', '10.00')), imported);
    expect(billed?.costUsd).toBeCloseTo(2e-7 + 1.66667e-5 * 0.125 * 0.01, 15);
    const [unbilled] = samplesOf(
      callsOf('REPORT RequestId: a\tDuration: 10.00 ms\tMemory Size: 128 MB\tInit Duration: 200.00 ms'),
      imported,
    );
    expect(unbilled?.costUsd).toBeCloseTo(2e-7 + 1.66667e-5 * 0.125 * 0.21, 15);
  });

  it('have the time of their start, else of the import', () => {
    const [timed, untimed] = samplesOf(callsOf(`${at(1)} ${start(1)}`, `${at(2)} ${report(1)}`, report(2)), imported);
    expect([timed?.startedAtMs, untimed?.startedAtMs]).toEqual([Date.parse(at(1)), 5]);
  });
});

describe('a curve as CSV', () => {
  const positive = fc.double({ min: 1e-3, max: 1e7, noNaN: true });
  const row = fc.record({
    memoryMb: fc.integer({ min: 1, max: 10_240 }),
    durationMs: positive,
    sigmaLn: fc.double({ min: 0, max: 2, noNaN: true }),
    initMs: fc.option(positive),
    peakMb: fc.option(positive),
    n: fc.option(fc.integer({ min: 1, max: 1e6 })),
  });
  const name = fc
    .string({ minLength: 1, maxLength: 20 })
    .filter((text) => text.trim() === text && text !== '' && !/\p{Cc}/u.test(text));

  it('is read back by the target replay as it was', () => {
    fc.assert(
      fc.property(name, fc.uniqueArray(row, { selector: ({ memoryMb }) => memoryMb, minLength: 1 }), (id, rows) => {
        const [curve] = parseCurves(recordedCurveCsv(id, 'arm64', rows), 'c.csv', 'c');
        const ascending = rows.toSorted((a, b) => a.memoryMb - b.memoryMb);
        expect(curve).toEqual({
          id,
          architecture: 'arm64',
          rows: ascending.map(({ memoryMb, durationMs, sigmaLn, initMs, peakMb }) => ({
            memoryMb,
            durationMs,
            sigmaLn,
            initMs,
            maxMemoryMb: peakMb,
          })),
        });
      }),
    );
  });
});
