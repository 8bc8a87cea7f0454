import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate, firstAtOrAfter, outline, valueAt } from '../../../src/engine/studies/tracing/decimate.ts';
import { type Curve, curveOf, largest } from '../../../src/engine/studies/tracing/trace.ts';
import { spikeAt, tracedRun } from '../../support/traces.ts';

const curves = fc
  .array(fc.tuple(fc.double({ min: 0.001, max: 5, noNaN: true }), fc.nat(1000)), { minLength: 1, maxLength: 400 })
  .map((steps): Curve => {
    let at = 0;
    return curveOf(steps.map(([gap, value]) => [(at += gap), value] as const));
  });

function pairs({ timeMs, values }: Curve): string[] {
  return Array.from(timeMs, (ms, i) => `${ms}:${values[i]}`);
}

describe('thinning out a curve', () => {
  it('keeps the largest and the smallest value in sight, and makes no point up', () => {
    fc.assert(
      fc.property(curves, fc.integer({ min: 1, max: 60 }), (curve, columns) => {
        const end = curve.timeMs.at(-1) ?? 0;
        const thin = decimate(curve, 0, end, columns);
        expect(largest(thin)).toBe(largest(curve));
        expect(Math.min(...thin.values)).toBe(Math.min(...curve.values));
        const known = new Set(pairs(curve));
        expect(pairs(thin).every((pair) => known.has(pair))).toBe(true);
      }),
    );
  });

  it('stays in order, and within two points a column and one beyond each end', () => {
    fc.assert(
      fc.property(
        curves,
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (curve, columns, share) => {
          const end = curve.timeMs.at(-1) ?? 0;
          const { timeMs } = decimate(curve, (share * end) / 2, end - (share * end) / 4, columns);
          expect(timeMs.every((ms, i) => i === 0 || ms > (timeMs[i - 1] ?? 0))).toBe(true);
          expect(timeMs.length).toBeLessThanOrEqual(2 * columns + 4);
        },
      ),
    );
  });

  it('takes one point beyond each end, so that lines reach the edge', () => {
    const curve = curveOf([
      [0, 1],
      [10, 2],
      [20, 3],
      [30, 4],
    ]);
    expect([...decimate(curve, 12, 18, 100).timeMs]).toEqual([10, 20]);
  });

  it('keeps a spike of a single reading among a million', () => {
    const trace = tracedRun(1_000_000);
    const { usage } = outline(trace, 1000);
    expect(usage.timeMs.length).toBeLessThanOrEqual(2004);
    expect([...usage.timeMs]).toContain(spikeAt(1_000_000));
  });
});

describe('the value at a time', () => {
  const curve = curveOf([
    [5, 50],
    [7, 70],
  ]);

  it.each([
    [4, null],
    [5, 50],
    [6.9, 50],
    [7, 70],
    [100, 70],
  ])('at %d ms is %s', (ms, value) => {
    expect(valueAt(curve, ms)).toBe(value);
  });

  it('is found where the search says', () => {
    expect([4, 5, 6, 7, 8].map((ms) => firstAtOrAfter(curve.timeMs, ms))).toEqual([0, 0, 1, 1, 2]);
  });
});
