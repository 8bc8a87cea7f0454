import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hull, maximumHull, runsInBins, upscalingHull } from '../../../src/engine/studies/tracing/hull.ts';
import { guardedLimit, limitSteps } from '../../../src/engine/studies/tracing/limits.ts';
import { isProven, replay } from '../../../src/engine/studies/tracing/replay.ts';
import { areaUnder, bytesInMb } from '../../../src/engine/studies/tracing/trace.ts';
import { anyCurve, curveEvery, reference } from './traces.ts';

const staticMb = 773;
const hull = (memoryMb: number[]): Hull => ({ binMs: 100, memoryMb });
const ahead = (lookAheadMs: number, margin: number): Hull =>
  upscalingHull(maximumHull([reference], 100), { lookAheadMs, margin, staticMb });
/** A limit for each bin as it is, without waiting to lower it. */
const bins = (limits: Hull) => limitSteps(limits, staticMb, 1);

describe('the maximum hull', () => {
  it('has the highest of all runs in each bin, and no bin is missing', () => {
    const runs = [curveEvery(100, [1, 3, 1]), curveEvery(400, [2, 2])];
    expect(maximumHull(runs, 100).memoryMb).toEqual([3, 3, 2, 2, 2]);
    expect(runsInBins(runs, maximumHull(runs, 100))).toEqual([2, 2, 2, 1, 1]);
  });

  it('covers every moment of every run', () => {
    fc.assert(
      fc.property(fc.array(anyCurve, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 250 }), (runs, binMs) => {
        const over = maximumHull(runs, binMs);
        for (const run of runs) {
          const steps = limitSteps(over, 1000, 1).filter(({ atMs }) => atMs < over.memoryMb.length * binMs);
          expect(replay(run, steps, { lagMs: 0, staticMb: 1000 }).worstDeficitMb).toBeLessThan(1e-6);
        }
      }),
    );
  });
});

describe('the upscaling hull', () => {
  it.each([
    [0, [200, 200, 200, 40, 40]],
    [0.1, [220, 220, 220, 44, 44]],
  ])('is high before the rise, with a margin of %d', (margin, expected) => {
    const limits = upscalingHull(hull([10, 20, 200, 40, 40]), { lookAheadMs: 200, margin, staticMb: 1024 });
    expect(limits.memoryMb).toEqual(expected);
  });

  it('is never below what an engine takes, nor above the static size', () => {
    const limits = upscalingHull(hull([3.75, 1000]), { lookAheadMs: 0, margin: 0.1, staticMb: 1024 });
    expect(limits.memoryMb).toEqual([6, 1024]);
  });

  it('has as many bins ahead as the time needs, whatever the rounding', () => {
    const limits = upscalingHull(hull([1, 1, 1, 100]), { lookAheadMs: 0.3 * 1000, margin: 0, staticMb: 1024 });
    expect(limits.memoryMb[0]).toBe(100);
  });
});

describe('the reference run', () => {
  it('has this area, in MB·s and as a share of a static size', () => {
    const area = areaUnder(reference) / bytesInMb / 1000;
    expect(area).toBeCloseTo(1783.1, 0);
    expect(area / (staticMb * 3.652)).toBeCloseTo(0.632, 3);
  });

  it.each([
    [300, 0, 0, 0.736],
    [300, 0, 85, 0.756],
    [300, 0, 200, 0.78],
    [300, 0.1, 0, 0.794],
    [300, 0.1, 200, 0.837],
    [100, 0, 0, 0.689],
    [100, 0, 85, 0.709],
  ])(
    'stays below limits that look %d ms ahead with margin %d, when they come %d ms late',
    (lookAheadMs, margin, lagMs, share) => {
      const seen = replay(reference, bins(ahead(lookAheadMs, margin)), { lagMs, staticMb });
      expect(seen.violationMs).toBe(0);
      expect(seen.reservedShare).toBeCloseTo(share, 2);
    },
  );

  it('is above limits that look less far ahead than they are late: they are refused', () => {
    const steps = bins(ahead(100, 0));
    const seen = replay(reference, steps, { lagMs: 200, staticMb });
    // 84.2 % for limits that are not rounded up to whole MB.
    expect(seen.violationShare).toBeCloseTo(0.67, 2);
    expect(seen.worstDeficitMb).toBeCloseTo(94.5, 1);
    expect(isProven([reference], steps, 200, staticMb)).toBe(false);
    expect(isProven([reference], steps, 85, staticMb)).toBe(true);
  });

  it('is above the limits of the older rule, which skips the next bin', () => {
    const over = maximumHull([reference], 100);
    const older = over.memoryMb.map((mb, bin) => Math.max(mb, over.memoryMb[bin + 2] ?? 0));
    expect(replay(reference, bins({ binMs: 100, memoryMb: older }), { lagMs: 85, staticMb }).violationMs).toBeGreaterThan(0);
  });
});

describe('the steps of a limit', () => {
  it('are raised at once, lowered after three bins, and end at the static size', () => {
    const steps = limitSteps(hull([50, 50, 50, 200, 60, 200, 60, 50, 50, 40]), 512);
    expect(steps).toEqual([
      { atMs: 0, limitMb: 50 },
      { atMs: 300, limitMb: 200 },
      { atMs: 600, limitMb: 60 },
      { atMs: 700, limitMb: 50 },
      { atMs: 1000, limitMb: 512 },
    ]);
  });

  it('keep any run that made the hull below its limits, on time and late', () => {
    fc.assert(
      fc.property(fc.array(anyCurve, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 300 }), (runs, delayMs) => {
        const binMs = 50;
        const over = maximumHull(runs, binMs);
        const limits = upscalingHull(over, { lookAheadMs: delayMs + binMs, margin: 0, staticMb: 1024 });
        expect(isProven(runs, limitSteps(limits, 1024), delayMs, 1024)).toBe(true);
      }),
    );
  });

  it('are never set below what is in use', () => {
    expect(guardedLimit(100, 120, 512)).toBe(126);
    expect(guardedLimit(100, 10, 512)).toBe(100);
    expect(guardedLimit(3, 1, 512)).toBe(6);
    expect(guardedLimit(100, 600, 512)).toBe(512);
  });
});
