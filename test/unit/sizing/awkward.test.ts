import { describe, expect, it } from 'vitest';
import type { NewSample } from '../../../src/protocol/samples.ts';
import type { Objective } from '../../../src/protocol/sizing.ts';
import { altered, type Curve, firstFunction, modelMs, replayOf, study } from './support.ts';

const usual = [128, 256, 512, 1024, 1769, 3008];
const cpuBound: Curve = { sizes: usual, durationMs: (size) => modelMs(size), sigmaLn: 0.02 };
const settings = (goal: Objective['goal']) => ({ settings: { objective: { goal, tolerance: 0.1, maxDurationMs: null } } });

describe('awkward functions', () => {
  it('out of memory at a size chosen in the middle of the study: the floor rises and the study ends', async () => {
    // The peak is told only from 1 GB on, so that the need of 700 MB shows as failures.
    const target = altered(await replayOf({ heavy: { ...cpuBound, peakMb: 650 } }), (measurement, memoryMb) =>
      (memoryMb ?? 0) < 700
        ? { ...measurement, outcome: 'oom', durationMs: null, peakRssMb: memoryMb }
        : { ...measurement, peakRssMb: 300 },
    );
    const { report } = await study(target, settings('cost'));
    expect(report.outcomes.oom).toBeGreaterThan(0);
    expect(report.recommendation.memory_mb).toBeGreaterThanOrEqual(700);
    expect(report.invocations).toBeLessThanOrEqual(40);
  });

  it('of less than 15 ms: the fee is most of the cost, and the size is chosen among what is as cheap', async () => {
    const { report } = await study(
      await replayOf({ quick: { sizes: usual, durationMs: (size) => 1 + 2 / Math.min(size / 1769, 1), sigmaLn: 0.15 } }),
      settings('cost'),
    );
    expect(report.recommendation.memory_mb).toBeLessThanOrEqual(512);
    for (const { duration_ms, interval, percentiles } of report.curve) {
      expect(interval[0]).toBeGreaterThan(0);
      expect(duration_ms).toBeLessThan(60);
      expect(percentiles?.p99.upper_ms).toBeGreaterThan(duration_ms);
    }
  });

  it('noisy: no saving is claimed that may be none, and the calls stay bounded', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const target = await replayOf(
        { noisy: { sizes: usual, durationMs: (size) => 200 + modelMs(size) / 4, sigmaLn: 0.5 } },
        seed,
      );
      const { report } = await study(target, {
        function: { ...(await firstFunction(target)), memoryMb: 512 },
        ...settings('cost'),
      });
      const { saving, saving_interval } = report.recommendation;
      expect(saving === null || saving === 0 || (saving_interval?.[0] ?? 0) > 0 || (saving_interval?.[1] ?? 0) < 0).toBe(true);
      expect(report.invocations).toBeLessThanOrEqual(29);
    }
  });

  it('with an error that took 4 ms: it is counted and no sample of speed', async () => {
    const error = { type: 'Error', message: 'no', stack: [] };
    const target = altered(await replayOf({ f: cpuBound }), (measurement, _memoryMb, earlier) =>
      earlier % 5 === 4 ? { ...measurement, outcome: 'error', durationMs: 4, error } : measurement,
    );
    const { report } = await study(target);
    expect(report.outcomes.error).toBeGreaterThan(0);
    for (const { memory_mb, duration_ms } of report.curve)
      expect(Math.abs(duration_ms / modelMs(memory_mb) - 1)).toBeLessThan(0.3);
  });

  it('that reaches its timeout of 3 s at small sizes: censored there, the floor is that of memory', async () => {
    const limitMs = 600;
    const target = altered(await replayOf({ f: { ...cpuBound, peakMb: 60 } }), (measurement, memoryMb) =>
      modelMs(memoryMb ?? 128) > limitMs ? { ...measurement, outcome: 'timeout', durationMs: limitMs } : measurement,
    );
    const { report } = await study(target, settings('cost'));
    expect(report.floor.memory_mb).toBe(128);
    expect(report.floor.answers_from_mb).toBeGreaterThan(256);
    expect(report.recommendation.memory_mb).toBeGreaterThanOrEqual(report.floor.answers_from_mb ?? Infinity);
    const at128 = report.curve.find((point) => point.memory_mb === 128);
    expect(at128?.duration_ms).toBeGreaterThan(limitMs * 0.95);
  });

  it('that says warm and reports an init is cold', async () => {
    const samples: NewSample[] = [];
    const target = altered(await replayOf({ f: cpuBound }), (measurement, _memoryMb, earlier) =>
      earlier === 4 ? { ...measurement, durationMs: 9999, initMs: 250 } : measurement,
    );
    const { report } = await study(target, { samples });
    expect(samples[4]).toMatchObject({ cold: false, initMs: 250 });
    expect(report.samples).toBe(samples.filter(({ cold, initMs }) => !cold && initMs === null).length);
  });
});
