import { describe, expect, it } from 'vitest';
import { expectedCostUsd } from '../../../src/engine/pricing/bill.ts';
import { lambdaPrice } from '../../../src/engine/pricing/prices.ts';
import type { Objective } from '../../../src/protocol/sizing.ts';
import { altered, type Curve, firstFunction, modelMs, replayOf, study } from './support.ts';

const usual = [128, 256, 512, 1024, 1769, 3008];
const noisy: Curve = { sizes: usual, durationMs: (size) => modelMs(size), sigmaLn: 0.1, initMs: 400 };
const objective = (overrides: Partial<Objective>): { settings: { objective: Objective } } => ({
  settings: { objective: { goal: 'cost', tolerance: 0.1, maxDurationMs: null, ...overrides } },
});

describe('limits of percentiles', () => {
  it('are stricter the more calls must keep them, and the surer that must be', async () => {
    const sized = async (overrides: Partial<Objective>): Promise<number> => {
      // It waits so long that each MB more costs more: the answer is the smallest size that keeps the limit.
      const waiting = { ...noisy, durationMs: (size: number) => 60 + modelMs(size) };
      const { report } = await study(await replayOf({ f: waiting }), objective({ maxDurationMs: 500, ...overrides }));
      expect(report.recommendation.feasible).toBe(true);
      return report.recommendation.memory_mb;
    };
    const mean = await sized({});
    const p95 = await sized({ percentile: 95 });
    const p99 = await sized({ percentile: 99 });
    expect(mean).toBeLessThan(p95);
    expect(p95).toBeLessThan(p99);
    expect(await sized({ percentile: 95, confidence: 0.99 })).toBeGreaterThanOrEqual(p95);
    expect(p95).toBeGreaterThan(421);
  });

  it('hold for the calls of the recommended size', async () => {
    const { report } = await study(await replayOf({ f: noisy }, 5), objective({ maxDurationMs: 500, percentile: 95 }));
    const target = await replayOf({ f: noisy }, 77);
    const signal = new AbortController().signal;
    const fn = await firstFunction(target);
    const memoryMb = report.recommendation.memory_mb;
    await using sandbox = await target.open({ function: fn, memoryMb, architecture: 'x86_64' }, signal);
    const durations = [];
    for (let i = 0; i < 400; i++) {
      const { measurement } = await sandbox.invoke({ payload: '{}', eventName: null }, signal);
      if (!measurement.cold) durations.push(measurement.durationMs ?? 0);
    }
    expect(durations.filter((ms) => ms <= 500).length / durations.length).toBeGreaterThanOrEqual(0.95);
  });

  it('that no size keeps are said, with the nearest and what it reaches', async () => {
    const { report } = await study(
      await replayOf({ f: noisy }),
      objective({ maxDurationMs: 60, percentile: 99, confidence: 0.95 }),
    );
    expect(report.recommendation.feasible).toBe(false);
    expect(report.verdict).toBe('clear');
    expect(report.recommendation.why).toMatch(
      /^No size keeps 99 % of calls within 60 ms with 95 % confidence: the nearest is \d+ MB, where they take up to \d+ ms\./,
    );
    const chosen = report.curve.find((point) => point.memory_mb === report.recommendation.memory_mb);
    const least = Math.min(...report.curve.map((point) => point.percentiles?.p99.upper_ms ?? 0));
    expect(chosen?.percentiles?.p99.upper_ms ?? 0).toBeLessThanOrEqual(least * 1.003);
  });

  it('are ordered at each size, and bounds lie above', async () => {
    const { report } = await study(await replayOf({ f: noisy }));
    for (const { percentiles } of report.curve) {
      expect(percentiles?.p50.duration_ms).toBeLessThan(percentiles?.p95.duration_ms ?? 0);
      expect(percentiles?.p95.duration_ms).toBeLessThan(percentiles?.p99.duration_ms ?? 0);
      expect(percentiles?.p99.upper_ms).toBeGreaterThan(percentiles?.p99.duration_ms ?? 0);
    }
  });
});

describe('cold calls in the objective', () => {
  it('have a curve of their own: init is constant and billed, the first call is slower', async () => {
    const target = altered(await replayOf({ f: { ...noisy, sigmaLn: 0.01 } }), (measurement, memoryMb) =>
      measurement.cold ? { ...measurement, durationMs: 3 * modelMs(memoryMb ?? 128), initMs: 400 } : measurement,
    );
    const { report } = await study(target, objective({ goal: 'balanced', coldRate: 0.2 }));
    for (const { memory_mb, cold } of report.curve) {
      expect(Math.abs((cold?.duration_ms ?? 0) / (400 + 3 * modelMs(memory_mb)) - 1)).toBeLessThan(0.15);
      const usd = expectedCostUsd(lambdaPrice('x86_64'), memory_mb, cold?.duration_ms ?? 0) * 1e6;
      expect(cold?.cost_per_million_usd).toBeCloseTo(usd, 6);
    }
    expect(report.recommendation.why).toMatch(/With 20 % cold calls of .*, a call takes .* and costs .* on average\./);
  });

  it('move the cheapest size down, as init costs more at larger ones', async () => {
    const interior: Curve = { sizes: usual, durationMs: (size) => 40 + 1e6 / size ** 1.35, sigmaLn: 0.01, initMs: 3000 };
    const at = async (coldRate: number): Promise<number> =>
      (await study(await replayOf({ f: interior }), objective({ coldRate }))).report.recommendation.memory_mb;
    expect(await at(0.5)).toBeLessThan(await at(0));
  });

  it('of which no init is known leave the warm ones, and that is said', async () => {
    const target = altered(await replayOf({ f: noisy }), (measurement) => ({ ...measurement, initMs: null }));
    const { report } = await study(target, objective({ coldRate: 0.1 }));
    expect(report.recommendation.why).toContain('only warm calls count');
    expect(report.curve.every((point) => point.cold === undefined)).toBe(true);
  });
});

describe('the answer', () => {
  it('claims no saving where its interval holds none, and says flat or noisy', async () => {
    const flat = await replayOf({ f: { sizes: usual, durationMs: () => 5, sigmaLn: 0.22 } });
    const { report } = await study(flat, { function: { ...(await firstFunction(flat)), memoryMb: 144 }, ...objective({}) });
    expect(report.verdict).toBe('flat');
    expect(report.recommendation.why).toContain('Memory hardly matters');
    for (let seed = 1; seed <= 8; seed++) {
      const target = await replayOf({ f: { ...noisy, sigmaLn: 0.6 } }, seed);
      const answer = (await study(target, { function: { ...(await firstFunction(target)), memoryMb: 300 }, ...objective({}) }))
        .report;
      const [low, high] = answer.recommendation.saving_interval ?? [0, 0];
      const hidden = low <= 0 && high >= 0 && answer.recommendation.memory_mb !== 300;
      expect(hidden && answer.recommendation.saving !== null).toBe(false);
    }
  });

  it('is clear for a clear function, with its saving, Pareto table, what-if and break-even', async () => {
    const target = await replayOf({ f: { ...noisy, sigmaLn: 0.01 } });
    const { report } = await study(target, {
      function: { ...(await firstFunction(target)), memoryMb: 3008 },
      ...objective({ goal: 'balanced' }),
    });
    const { recommendation, pareto = [], what_if } = report;
    expect(report.verdict).toBe('clear');
    const [low, high] = recommendation.saving_interval ?? [0, 0];
    expect(low).toBeGreaterThan(0);
    expect(recommendation.saving).toBeGreaterThanOrEqual(low);
    expect(recommendation.saving).toBeLessThanOrEqual(high);
    const savedUsd = ((recommendation.saving ?? 0) * (report.current?.cost_per_million_usd ?? 0)) / 1e6;
    expect((recommendation.break_even_calls ?? 0) * savedUsd).toBeGreaterThanOrEqual(report.profiling_cost_usd);
    expect(pareto[0]).toMatchObject({ cost_ratio: 1, speedup: 1 });
    for (const [i, point] of pareto.slice(1).entries()) {
      expect(point.duration_ms).toBeLessThan(pareto[i]?.duration_ms ?? 0);
      expect(point.cost_per_million_usd).toBeGreaterThanOrEqual(pareto[i]?.cost_per_million_usd ?? 0);
    }
    expect(what_if).toMatchObject({ architecture: 'arm64', memory_mb: recommendation.memory_mb });
    expect(what_if?.saving).toBeCloseTo(0.2, 1);
    expect(what_if?.sentence).toMatch(/must be measured.*native code/);
  });
});
