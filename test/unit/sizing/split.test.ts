import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuPeriodMs, durationAt, splitOf } from '../../../src/engine/studies/sizing/split.ts';

/** One burst of CPU work under a quota, by steps of 1 µs: what the kernel does. `phaseMs`: where in a period it starts. */
function rationed(cpuMs: number, share: number, phaseMs: number): number {
  const stepMs = 0.001;
  let [left, quota, at] = [cpuMs, share * cpuPeriodMs, phaseMs];
  while (left > 1e-9) {
    if (quota > 1e-9) {
      left -= stepMs;
      quota -= stepMs;
    }
    const before = Math.floor(at / cpuPeriodMs + 1e-9);
    at += stepMs;
    if (Math.floor(at / cpuPeriodMs + 1e-9) > before) quota = share * cpuPeriodMs;
  }
  return at - phaseMs;
}

const calls = (call: { wallMs: number; cpuMs: number; waits?: number | null }) => Array.from({ length: 5 }, () => call);

describe('work in periods', () => {
  it('is what a quota does to a burst, on average over where it starts and how long it is', () => {
    for (const memoryMb of [128, 442, 1024]) {
      const share = memoryMb / 1769;
      const [simulated, formula]: [number[], number[]] = [[], []];
      for (let i = 0; i < 24; i++) {
        const cpuMs = 12 + (i / 24) * share * cpuPeriodMs;
        for (let phase = 0.5; phase < cpuPeriodMs; phase += 2.37) simulated.push(rationed(cpuMs, share, phase));
        formula.push(durationAt({ waitMs: 0, cpuMs, parallelism: 1, bursts: 1 }, memoryMb));
      }
      const meanOf = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
      expect(Math.abs(meanOf(formula) / meanOf(simulated) - 1)).toBeLessThan(0.02);
    }
  });

  it('lets short bursts between waits run at full speed', () => {
    const split = splitOf(calls({ wallMs: 212, cpuMs: 12, waits: 9 }));
    expect(split).toMatchObject({ waitMs: 200, cpuMs: 12, bursts: 6 });
    // 2 ms of each period of 20 ms: a tenth of a core.
    expect(durationAt(split, 177)).toBeCloseTo(212, 1);
    expect(durationAt({ ...split, bursts: 0 }, 177)).toBeCloseTo(320, 0);
    expect(durationAt(split, 128)).toBeGreaterThan(250);
  });

  it('takes long work as one burst, with a little of it after each wait', () => {
    const split = splitOf(calls({ wallMs: 1_080, cpuMs: 600, waits: 80 }));
    expect(split.bursts).toBe(13);
    const share = 442 / 1769;
    expect(durationAt(split, 442)).toBeCloseTo(480 + 24 + (576 / share - cpuPeriodMs * (1 - share)), 6);
  });

  it('takes at most a burst in two periods of waiting, and none where waits are not known', () => {
    expect(splitOf(calls({ wallMs: 140, cpuMs: 60, waits: 500 })).bursts).toBe(3);
    expect(splitOf(calls({ wallMs: 100, cpuMs: 100, waits: 500 })).bursts).toBe(1);
    expect(splitOf(calls({ wallMs: 100, cpuMs: 60, waits: null })).bursts).toBe(0);
    expect(splitOf([...calls({ wallMs: 100, cpuMs: 60, waits: 3 }), { wallMs: 100, cpuMs: 60 }]).bursts).toBe(0);
  });

  it('lets the work share a small size with the helper threads that ran beside it', () => {
    // Most calls use one thread; the median call has a collector beside it.
    const alone = { wallMs: 100, cpuMs: 100, waits: 0 };
    const helped = { wallMs: 100, cpuMs: 130, waits: 0 };
    const split = splitOf([alone, alone, alone, helped, helped, helped, helped, helped]);
    expect(split).toMatchObject({ parallelism: 1, cpuMs: 100, helperMs: 30, waitMs: 0 });
    expect(durationAt(split, 1769)).toBeCloseTo(130 - cpuPeriodMs * (1 - 1 / 1.3), 6);
    expect(durationAt({ ...split, bursts: 0 }, 1769 / 2)).toBeCloseTo(260, 6);
    expect(durationAt(split, 10_240)).toBeCloseTo(100, 6);
  });

  it('never makes more memory slower, nor anything faster than at full speed, nor slower than its share', () => {
    const ms = fc.double({ min: 0.01, max: 10_000, noNaN: true });
    const size = fc.integer({ min: 128, max: 10_240 });
    fc.assert(
      fc.property(ms, ms, fc.integer({ min: 0, max: 1_000 }), size, size, (wallMs, cpuMs, waits, a, b) => {
        const split = splitOf(calls({ wallMs, cpuMs, waits }));
        const [small, large] = [durationAt(split, Math.min(a, b)), durationAt(split, Math.max(a, b))];
        expect(small).toBeGreaterThanOrEqual(large * (1 - 1e-9));
        expect(large).toBeGreaterThanOrEqual(durationAt(split, 1e6) * (1 - 1e-9));
        expect(small).toBeLessThanOrEqual(durationAt({ ...split, bursts: 0 }, Math.min(a, b)) * (1 + 1e-9));
      }),
    );
  });
});
