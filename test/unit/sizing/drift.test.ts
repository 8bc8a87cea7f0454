import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { driftOf } from '../../../src/engine/studies/sizing/drift.ts';
import { unmeasured, type NewSample } from '../../../src/protocol/samples.ts';
import type { CurvePoint } from '../../../src/protocol/sizing.ts';

/** 20 ms of waiting and 100 ms of CPU, known to ±2 %. */
const curve: CurvePoint[] = [128, 256, 512, 1024, 1769, 3008].map((memoryMb) => {
  const durationMs = believed(memoryMb);
  return {
    memory_mb: memoryMb,
    duration_ms: durationMs,
    interval: [durationMs * 0.98, durationMs * 1.02],
    cost_per_million_usd: 1,
    basis: 'measured',
  };
});

function believed(memoryMb: number): number {
  return 20 + 100 / Math.min(1, memoryMb / 1769);
}

function sample(memoryMb: number | null, durationMs: number, change: Partial<NewSample> = {}): NewSample {
  const place = {
    runId: 'r',
    architecture: 'x86_64',
    sandboxId: 's',
    sandboxSequence: 1,
    eventName: null,
    costUsd: null,
  } as const;
  return { ...unmeasured, ...place, memoryMb, durationMs, outcome: 'ok', cold: false, startedAtMs: 0, error: null, ...change };
}

/** Five calls that vary by 1 % around a multiple of what is believed. */
function calls(memoryMb: number | null, factor: number, change: Partial<NewSample> = {}): NewSample[] {
  const meanMs = believed(memoryMb ?? 3008) * factor;
  return [0.99, 1.01, 1, 0.995, 1.005].map((each) => sample(memoryMb, meanMs * each, change));
}

describe('drift', () => {
  test('is none where new calls take as long as believed, or hardly longer', () => {
    expect(driftOf({ curve }, calls(512, 1))).toMatchObject({ verdict: 'same', calls: 5 });
    expect(driftOf({ curve }, calls(512, 1.06)).verdict).toBe('same');
  });

  test('is told with its size where they take longer or less', () => {
    const slower = driftOf({ curve }, calls(512, 1.4));
    expect(slower.verdict).toBe('slower');
    expect(slower.ratio).toBeCloseTo(1.4, 2);
    expect(slower.sizes).toMatchObject([{ memoryMb: 512, payload: null, calls: 5 }]);
    expect(driftOf({ curve }, calls(512, 0.7)).verdict).toBe('faster');
  });

  test('is seen at full speed beside the flat end of the curve, without the time in the queue', () => {
    expect(driftOf({ curve }, calls(null, 1.5)).verdict).toBe('slower');
    const queued = calls(null, 1).map((each) => ({ ...each, durationMs: (each.durationMs ?? 0) + 5, runQueueMs: 5 }));
    expect(driftOf({ curve }, queued).verdict).toBe('same');
  });

  test('is not told by few calls, by calls that vary widely, or by none', () => {
    expect(driftOf({ curve }, [sample(512, believed(512) * 2), sample(512, believed(512) * 2)]).verdict).toBe('not-enough');
    expect(
      driftOf(
        { curve },
        [0.3, 1, 1.6].map((each) => sample(512, believed(512) * each)),
      ).verdict,
    ).toBe('not-enough');
    expect(driftOf({ curve }, [])).toEqual({ verdict: 'not-enough', ratio: null, interval: null, calls: 0, sizes: [] });
  });

  test('takes neither cold calls nor failures nor sizes outside of the curve', () => {
    const others = [
      ...calls(512, 3, { cold: true }),
      ...calls(512, 3, { outcome: 'error' }),
      ...calls(512, 3, { outcome: 'timeout' }),
      ...calls(10_240, 3),
    ];
    expect(driftOf({ curve }, others).calls).toBe(0);
    expect(driftOf({ curve }, [...others, ...calls(512, 1)]).verdict).toBe('same');
  });

  test('of several payloads compares each with its own curve', () => {
    const twice = curve.map((point) => ({ ...point, duration_ms: point.duration_ms * 2, interval: point.interval }));
    const large = twice.map((point) => ({
      ...point,
      interval: [point.duration_ms * 0.98, point.duration_ms * 1.02] as [number, number],
    }));
    const payloads = [
      { name: 'small', weight: 0.5, samples: 5, curve },
      { name: 'large', weight: 0.5, samples: 5, curve: large },
    ];
    const samples = [...calls(512, 1, { eventName: 'small' }), ...calls(512, 2, { eventName: 'large' })];
    expect(driftOf({ curve, payloads }, samples)).toMatchObject({ verdict: 'same', calls: 10 });
  });

  test('is monotone: what is slower never looks faster, and the ratio is within its interval', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 5, noNaN: true }), fc.constantFrom(128, 512, 1769), (factor, memoryMb) => {
        const { verdict, ratio, interval } = driftOf({ curve }, calls(memoryMb, factor));
        expect(ratio).toBeCloseTo(factor, 1);
        expect(interval?.[0]).toBeLessThanOrEqual(ratio ?? 0);
        expect(interval?.[1]).toBeGreaterThanOrEqual(ratio ?? Infinity);
        expect(verdict).toBe(factor > 1.1 * 1.02 ? 'slower' : factor < 0.98 / 1.1 ? 'faster' : verdict);
        expect(verdict === 'slower' && factor < 1.05).toBe(false);
      }),
    );
  });
});
