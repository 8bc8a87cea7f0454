import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRawResults, parseRawResults } from '../../../src/engine/exchange/functracer/raw-results.ts';
import { formatResultsDat, parseResultsDat, runResult } from '../../../src/engine/exchange/functracer/results-dat.ts';
import { formatUhull, parseUhull } from '../../../src/engine/exchange/functracer/uhull.ts';
import { billOf } from '../../../src/engine/pricing/providers/cost.ts';
import { providerPrices } from '../../../src/engine/pricing/providers/table.ts';
import { figuresOf } from '../../../src/engine/studies/tracing/figures.ts';
import { bytesInMb, curveOf } from '../../../src/engine/studies/tracing/trace.ts';
import { reference, referenceMs, referencePeakBytes, traceOf } from '../tracing/traces.ts';

describe('rawresults.csv', () => {
  const text = ['10:00:00.000,0', '10:00:00.098,1048576', '10:00:01.250,810766336,872415232', '10:00:03.652,0', ''].join('\n');

  it('becomes a run', () => {
    const trace = parseRawResults(text, 'a.csv');
    expect([...trace.usage.timeMs]).toEqual([0, 98, 1250, 3652]);
    expect([...trace.limit.values]).toEqual([872_415_232]);
    expect(trace.endMs).toBe(referenceMs);
    expect(figuresOf(trace).peakMb).toBe(referencePeakBytes / bytesInMb);
  });

  it('goes on over midnight', () => {
    expect(parseRawResults('23:59:59.900,0\n00:00:01.000,0', 'a.csv').endMs).toBeCloseTo(1100, 6);
  });

  it.each([
    ['', 'a.csv holds no run: two rows are the least.'],
    ['10:00:00.000,0', 'a.csv holds no run: two rows are the least.'],
    ['10:00:00.000,0\ntime,bytes', 'a.csv, line 2: "time,bytes" is not "HH:MM:SS.mmm,bytes" or "HH:MM:SS.mmm,bytes,limit".'],
    ['10:00:01.000,0\n10:00:00.500,0', 'a.csv, line 2: the time is before that of the line above.'],
  ])('that is not one is refused: %j', (bad, sentence) => {
    expect(() => parseRawResults(bad, 'a.csv')).toThrow(sentence);
  });

  it('is written so that it reads back, to the ms', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 2 ** 32 })), { minLength: 1 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 86_400_000 }), fc.boolean(), (gaps, startedAtMs, hasLimit) => {
        let timeMs = 0;
        const points = gaps.map(([gap, bytes]): [number, number] => [(timeMs += gap), bytes]);
        const usage = curveOf(points);
        const limit = curveOf(hasLimit ? points.map(([time]): [number, number] => [time, 2 ** 33]) : []);
        const run = traceOf(usage, { startedAtMs, limit, endMs: timeMs + 1 });
        const back = parseRawResults(formatRawResults(run), 'a.csv');
        expect(back.usage.timeMs.slice(1, -1)).toEqual(usage.timeMs);
        expect(back.usage.values.slice(1, -1)).toEqual(usage.values);
        expect([...back.limit.values]).toEqual([...limit.values]);
        expect(back.endMs).toBe(timeMs + 1);
      }),
    );
  });
});

describe('results.dat', () => {
  it('holds the reference run as the older work computed it', () => {
    const price = providerPrices.find(({ id }) => id === 'aws-2020');
    const peakMb = Math.ceil(referencePeakBytes / bytesInMb);
    const bill = price && billOf(price, { durationMs: referenceMs, initMs: 0, peakMb, over: [] }, 1_000_000);
    if (!bill) throw new Error('no bill');
    // Without the million requests and 400,000 GB-s that were free.
    const free = 0.2 + 400_000 * 1.667e-5;
    const line = formatResultsDat([runResult(referenceMs, peakMb, { ...bill, costUsd: bill.costUsd + free })]);
    expect(line).toBe('3652 774 37 832 50.30 46.20 4.10\n');
    expect(parseResultsDat(line, 'a.dat')[0]).toMatchObject({ billedUnits: 37, billedMb: 832, overheadUsd: 4.1 });
  });

  it.each(['1 2 3', '1 2 3 4 5 6 x', '1 2 3 4 5 6 7 8', '-1 2 3 4 5 6 7'])('that is not one is refused: %s', (line) => {
    expect(() => parseResultsDat(line, 'a.dat')).toThrow('a.dat, line 1: there should be seven numbers');
  });
});

describe('uhull.json', () => {
  it('becomes limits without missing bins; its end key may be a hair off', () => {
    const text = '{"0.0": 20, "0.1": 0, "0.3": 60.5, "0.4": 40, "0.6000000000000001": 0}';
    expect(parseUhull(text, 'u.json')).toEqual({ binMs: 100, memoryMb: [20, 20, 20, 60.5, 40, 40] });
  });

  it.each([
    ['nonsense', 'u.json is not JSON'],
    ['[1, 2]', 'u.json is not an uhull'],
    ['{"a": 1}', 'u.json is not an uhull'],
    ['{"0.1": "much"}', 'u.json is not an uhull'],
    ['{"0.1": -1}', 'u.json is not an uhull'],
    ['{}', 'u.json holds no limits'],
    ['{"0.1": 0}', 'u.json holds no limits'],
    ['{"0.1": 5, "999999": 0}', 'u.json ends after 999999 s'],
  ])('that is not one is refused: %s', (text, sentence) => {
    expect(() => parseUhull(text, 'u.json')).toThrow(sentence);
  });

  it('is written so that it reads back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 6, max: 10_240 }), { minLength: 1, maxLength: 200 }), (memoryMb) => {
        expect(parseUhull(formatUhull({ binMs: 100, memoryMb }), 'u.json').memoryMb).toEqual(memoryMb);
      }),
    );
  });
});

it('the reference run survives the way through rawresults.csv', () => {
  const back = parseRawResults(formatRawResults(traceOf(reference)), 'a.csv');
  expect(figuresOf(back)).toMatchObject({ peakMb: 773, durationMs: referenceMs });
});
