import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryByInput, safeForInput } from '../../../src/engine/studies/tracing/input-size.ts';
import { nextTrial, safeSizeMb, type SizeSearch, type Trial } from '../../../src/engine/studies/tracing/safe-size.ts';

const search: SizeSearch = { leastMb: 6, mostMb: 1024, stepMb: 1, guessMb: 100, confirmations: 3 };

/** Runs the search on a program that needs so much. */
function searched(neededMb: number, wish: SizeSearch): Trial[] {
  const trials: Trial[] = [];
  for (let memoryMb = nextTrial(trials, wish); memoryMb !== null; memoryMb = nextTrial(trials, wish)) {
    const passed = memoryMb >= neededMb;
    trials.push({ memoryMb, passed, durationMs: passed ? 10 : null });
    if (trials.length > 60) throw new Error('the search does not end');
  }
  return trials;
}

describe('the safe size', () => {
  it('is the smallest that passes, to the step, and passes as often as is wanted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1024 }),
        fc.integer({ min: 1, max: 1500 }),
        fc.integer({ min: 1, max: 16 }),
        (needed, guessMb, stepMb) => {
          const trials = searched(needed, { ...search, guessMb, stepMb });
          const size = safeSizeMb(trials) ?? Number.NaN;
          expect(size).toBeGreaterThanOrEqual(needed);
          expect(size - Math.max(needed, search.leastMb)).toBeLessThan(stepMb);
          expect(trials.filter(({ memoryMb }) => memoryMb === size)).toHaveLength(search.confirmations);
          expect(trials.length).toBeLessThan(35);
        },
      ),
    );
  });

  it('is unknown when the largest fails', () => {
    expect(safeSizeMb(searched(2000, search))).toBeNull();
  });

  it('is above every failure, though a smaller one passed before', () => {
    const trials = [
      { memoryMb: 50, passed: true, durationMs: 1 },
      { memoryMb: 60, passed: false, durationMs: null },
      { memoryMb: 70, passed: true, durationMs: 1 },
    ];
    expect(safeSizeMb(trials)).toBe(70);
    expect(nextTrial(trials, search)).toBe(65);
  });
});

describe('memory over input size', () => {
  const line = (inputMb: number): { inputBytes: number; peakMb: number } => ({
    inputBytes: inputMb * 2 ** 20,
    peakMb: 30 + 12 * inputMb,
  });

  it('is a line that says what a larger input needs', () => {
    const fit = memoryByInput([1, 2, 5].map(line));
    if (fit === null) throw new Error('no fit');
    expect(fit.baseMb).toBeCloseTo(30, 6);
    expect(fit.mbPerInputMb).toBeCloseTo(12, 6);
    expect(safeForInput(fit, 8 * 2 ** 20, 0.1)).toEqual({ memoryMb: Math.ceil(126 * 1.1), isTrusted: true });
    expect(safeForInput(fit, 11 * 2 ** 20, 0).isTrusted).toBe(false);
  });

  it('covers every run that was seen', () => {
    const peak = fc.record({
      inputBytes: fc.integer({ min: 0, max: 2 ** 30 }),
      peakMb: fc.double({ min: 1, max: 3000, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(peak, { minLength: 3, maxLength: 12 }), (peaks) => {
        const fit = memoryByInput(peaks);
        if (fit === null) return;
        for (const { inputBytes, peakMb } of peaks) {
          expect(safeForInput(fit, inputBytes, 0).memoryMb).toBeGreaterThanOrEqual(peakMb - 1e-6);
        }
      }),
    );
  });

  it('needs three sizes', () => {
    expect(memoryByInput([1, 1, 2].map(line))).toBeNull();
  });
});
