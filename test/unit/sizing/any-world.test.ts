import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReefError } from '../../../src/protocol/errors.ts';
import type { NewSample, Outcome } from '../../../src/protocol/samples.ts';
import { altered, counted, replayOf, type Studied, study } from './support.ts';

const world = fc.record({
  sizes: fc.uniqueArray(fc.constantFrom(128, 200, 256, 512, 1000, 1024, 1769, 2048, 3008, 5307, 10_240), {
    minLength: 1,
    maxLength: 8,
  }),
  waitMs: fc.double({ min: 0, max: 5000, noNaN: true }),
  cpuMs: fc.double({ min: 0.001, max: 5000, noNaN: true }),
  threads: fc.constantFrom(1, 1.5, 2, 4, 5.79),
  sigmaLn: fc.double({ min: 0, max: 0.6, noNaN: true }),
  peakMb: fc.option(fc.integer({ min: 20, max: 6000 }), { nil: undefined }),
  reportsPeak: fc.boolean(),
  /** Share of calls that fail, and how. */
  failing: fc.double({ min: 0, max: 1, noNaN: true }),
  outcome: fc.constantFrom<Outcome>('error', 'init-error', 'timeout', 'oom', 'crashed', 'throttled'),
  maxInvocations: fc.integer({ min: 1, max: 50 }),
  maxCostUsd: fc.oneof(fc.constant(1), fc.double({ min: 1e-7, max: 1e-3, noNaN: true })),
  goal: fc.constantFrom('cost' as const, 'fastest' as const, 'balanced' as const),
  maxDurationMs: fc.option(fc.double({ min: 1, max: 5000, noNaN: true })),
  seed: fc.integer({ min: 0, max: 1e6 }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

async function run(w: World): Promise<{ result: Studied | ReefError; samples: NewSample[]; open: number }> {
  const curve = {
    sizes: w.sizes,
    durationMs: (size: number) => w.waitMs + w.cpuMs / Math.min(size / 1769, w.threads),
    sigmaLn: w.sigmaLn,
    ...(w.peakMb === undefined ? {} : { peakMb: w.peakMb }),
  };
  const { target, open } = counted(
    altered(await replayOf({ any: curve }, w.seed), (measurement, _memoryMb, earlier) => {
      const peakRssMb = w.reportsPeak ? measurement.peakRssMb : null;
      // Golden-ratio steps: failures are spread evenly at any share.
      const fails = (earlier * 0.618) % 1 < w.failing && measurement.outcome === 'ok';
      return fails ? { ...measurement, peakRssMb, outcome: w.outcome, durationMs: null } : { ...measurement, peakRssMb };
    }),
  );
  const samples: NewSample[] = [];
  const objective = { goal: w.goal, tolerance: 0.1, maxDurationMs: w.maxDurationMs };
  const settings = { objective, maxInvocations: w.maxInvocations, maxCostUsd: w.maxCostUsd, maxTimeMs: 1e9, seed: w.seed };
  const result = await study(target, { settings, samples }).catch((error: unknown) => {
    if (error instanceof ReefError) return error;
    throw error;
  });
  return { result, samples, open: open.size };
}

describe('sizing study in any world', () => {
  it('ends within its limits with a sound report or one clear error, and leaves nothing open', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (w) => {
        const { result, samples, open } = await run(w);
        expect(open).toBe(0);
        expect(samples.length).toBeLessThanOrEqual(w.maxInvocations);
        const failure = result instanceof ReefError ? result.code : 'function-failed';
        expect(['function-failed', 'not-enough-data']).toContain(failure);
        const report = result instanceof ReefError ? null : result.report;
        const failedAt = samples
          .filter(({ outcome }) => outcome === 'oom' || outcome === 'timeout')
          .map(({ memoryMb }) => memoryMb ?? 0);
        const largest = Math.max(...w.sizes);
        const highestFailure = Math.max(0, ...failedAt);
        // At the largest size there is nothing above to go to.
        expect(report === null || report.recommendation.memory_mb > highestFailure || highestFailure === largest).toBe(true);
        const sizes = report?.curve.map((point) => point.memory_mb) ?? [];
        expect(sizes).toEqual([...new Set(sizes)].toSorted((a, b) => a - b));
        expect(report?.recommendation.memory_mb ?? Infinity).toBeGreaterThanOrEqual(report?.floor.memory_mb ?? 0);
        for (const { duration_ms, interval, cost_per_million_usd } of report?.curve ?? []) {
          expect(duration_ms > 0 && interval[0] > 0 && interval[0] <= interval[1] && Number.isFinite(interval[1])).toBe(true);
          expect(cost_per_million_usd).toBeGreaterThanOrEqual(0.2);
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
