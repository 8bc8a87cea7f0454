import { describe, expect, it } from 'vitest';
import { expectedCostUsd } from '../../../src/engine/pricing/bill.ts';
import { lambdaPrice } from '../../../src/engine/pricing/prices.ts';
import { mostCalls } from '../../../src/engine/studies/sizing/tuning.ts';
import type { Objective } from '../../../src/protocol/sizing.ts';
import { altered, modelMs, replayOf, study } from './support.ts';

const sizes = [128, 256, 512, 768, 1024, 1536, 1769, 1920, 2048, 3008, 3538, 5307, 10_240];
const upTo3008 = sizes.filter((size) => size <= 3008);
const price = lambdaPrice('x86_64');

type Shape = (memoryMb: number) => number;

async function chosenFor(durationMs: Shape, goal: Objective['goal'], within: readonly number[] = upTo3008, seed = 1) {
  const target = await replayOf({ f: { sizes: within, durationMs, sigmaLn: 0.02 } }, seed);
  const { report } = await study(target, { settings: { objective: { goal, tolerance: 0.1, maxDurationMs: null } } });
  const point = report.curve.find(({ memory_mb }) => memory_mb === report.recommendation.memory_mb);
  expect(point).toBeDefined();
  expect(report.invocations).toBeLessThanOrEqual(mostCalls + 3);
  expect(report.recommendation.expected_regret).toBeGreaterThanOrEqual(0);
  return report;
}

const costOf = (durationMs: Shape, size: number): number => expectedCostUsd(price, size, durationMs(size));
const regretOf = (size: number, measure: (size: number) => number, within: readonly number[]): number =>
  measure(size) / Math.min(...within.map(measure)) - 1;

describe('study of known curves', () => {
  it('finds the knee of one thread', async () => {
    const { recommendation } = await chosenFor((size) => modelMs(size), 'balanced');
    expect(recommendation.memory_mb).toBeGreaterThan(1500);
    expect(recommendation.memory_mb).toBeLessThanOrEqual(1930);
  });

  it.each([2, 5.79])('goes on to larger sizes for %f threads', async (threads) => {
    const parallel: Shape = (size) => modelMs(size, threads);
    const { recommendation, work } = await chosenFor(parallel, 'balanced', sizes);
    expect(work.parallelism).toBeGreaterThan(1.4);
    const score = (size: number): number => Math.sqrt(costOf(parallel, size) * parallel(size));
    expect(regretOf(recommendation.memory_mb, score, sizes)).toBeLessThan(0.06);
  });

  it('weighs serial against parallel work', async () => {
    const amdahl: Shape = (size) => 10 + 100 / Math.min(size / 1769, 1) + 300 / Math.min(size / 1769, 4);
    const { recommendation } = await chosenFor(amdahl, 'balanced', sizes);
    const score = (size: number): number => Math.sqrt(costOf(amdahl, size) * amdahl(size));
    expect(regretOf(recommendation.memory_mb, score, sizes)).toBeLessThan(0.06);
  });

  it('leaves a cliff of memory pressure behind', async () => {
    const cliff: Shape = (size) => modelMs(size) * (size < 400 ? 2.5 : 1);
    const { recommendation } = await chosenFor(cliff, 'cost');
    expect(recommendation.memory_mb).toBeGreaterThanOrEqual(400);
    expect(regretOf(recommendation.memory_mb, (size) => costOf(cliff, size), upTo3008)).toBeLessThan(0.15);
  });

  it('does not chase what is not monotone', async () => {
    const wavy: Shape = (size) => modelMs(size) * (size === 2048 ? 1.12 : size === 1920 ? 0.93 : 1);
    const { recommendation, curve } = await chosenFor(wavy, 'fastest');
    expect(recommendation.memory_mb).toBeLessThanOrEqual(2048);
    for (const [i, point] of curve.slice(1).entries())
      expect(point.duration_ms).toBeLessThanOrEqual((curve[i]?.duration_ms ?? 0) * (1 + 1e-9));
  });

  it('keeps within the cost tolerance nearly always', async () => {
    let beyond = 0;
    const durationMs: Shape = (size) => 60 + modelMs(size);
    const cheapest = Math.min(...upTo3008.map((size) => costOf(durationMs, size)));
    for (let seed = 1; seed <= 10; seed++) {
      const { recommendation } = await chosenFor(durationMs, 'fastest', upTo3008, seed);
      if (costOf(durationMs, recommendation.memory_mb) > cheapest * 1.12) beyond += 1;
    }
    expect(beyond).toBeLessThanOrEqual(1);
  });

  it('claims nothing for a function below 15 ms that hardly depends on memory', async () => {
    const target = await replayOf({ f: { sizes: upTo3008, durationMs: () => 3, sigmaLn: 0.25 } });
    const { report } = await study(target, {
      settings: { objective: { goal: 'cost', tolerance: 0.1, maxDurationMs: null } },
    });
    expect(report.recommendation.memory_mb).toBeLessThanOrEqual(256);
    expect(report.recommendation.why).toContain('Memory hardly matters');
  });

  it('goes on above a size that runs out of memory in the middle of the study', async () => {
    // The peak is not reported, so that only calls tell: below 700 MB they fail, but not the first ones.
    const target = altered(await replayOf({ f: { sizes: upTo3008, durationMs: (size) => modelMs(size) } }), (m, size, earlier) =>
      size !== null && size < 700 && earlier > 4
        ? { ...m, peakRssMb: null, durationMs: null, outcome: 'oom' }
        : { ...m, peakRssMb: null },
    );
    const { report } = await study(target);
    expect(report.outcomes.oom).toBeGreaterThan(0);
    expect(report.recommendation.memory_mb).toBeGreaterThanOrEqual(700);
  });
});
