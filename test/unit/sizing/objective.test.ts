import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedCostUsd } from '../../../src/engine/pricing/bill.ts';
import { lambdaPrice } from '../../../src/engine/pricing/prices.ts';
import { candidateSizes, lambdaSizes } from '../../../src/engine/studies/sizing/grid.ts';
import { figureAt, recommend } from '../../../src/engine/studies/sizing/objective.ts';
import type { CurvePoint, Floor, Objective } from '../../../src/protocol/sizing.ts';
import { modelMs } from './support.ts';

const price = lambdaPrice('x86_64');
const sizes = candidateSizes({ ...lambdaSizes, maxMb: 3008 });

function curveOf(durationMs: (size: number) => number, relativeHalfWidth = 0.01): CurvePoint[] {
  return sizes.map((size) => ({
    memory_mb: size,
    duration_ms: durationMs(size),
    interval: [durationMs(size) * (1 - relativeHalfWidth), durationMs(size) * (1 + relativeHalfWidth)],
    cost_per_million_usd: expectedCostUsd(price, size, durationMs(size)) * 1e6,
    basis: 'measured',
  }));
}

const floorAt = (memoryMb: number): Floor => ({ memory_mb: memoryMb, peak_mb: null, reason: '' });
const objective = (goal: Objective['goal'], overrides: Partial<Objective> = {}): Objective => ({
  goal,
  tolerance: 0.1,
  maxDurationMs: null,
  ...overrides,
});

const cpuBound = curveOf((size) => modelMs(size));
const mixed = curveOf((size) => 200 + modelMs(size));
const at = (curve: CurvePoint[], size: number): CurvePoint => {
  const point = curve.find((candidate) => candidate.memory_mb === size);
  if (!point) throw new Error(`No ${size} MB`);
  return point;
};

describe('choice of a size', () => {
  it('takes the same size as the cheapest and as the fastest without a tolerance', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 200, noNaN: true }), fc.double({ min: 1, max: 500, noNaN: true }), (waitMs, cpuMs) => {
        const curve = curveOf((size) => waitMs + cpuMs / Math.min(size / 1769, 1));
        const choose = (wanted: Objective): number =>
          recommend({ curve, floor: floorAt(128), objective: wanted, current: null }).memory_mb;
        expect(choose(objective('fastest', { tolerance: 0 }))).toBe(choose(objective('cost')));
      }),
    );
  });

  it('takes the cheapest, which for waiting + CPU is the floor', () => {
    expect(recommend({ curve: mixed, floor: floorAt(128), objective: objective('cost'), current: null }).memory_mb).toBe(128);
    const above = recommend({ curve: mixed, floor: floorAt(300), objective: objective('cost'), current: null });
    expect(above.memory_mb).toBe(304);
    expect(above.why).toContain('memory floor');
  });

  it('takes the fastest that the tolerance allows', () => {
    const cheapest = at(cpuBound, 128).cost_per_million_usd;
    const chosen = recommend({
      curve: cpuBound,
      floor: floorAt(128),
      objective: objective('fastest', { tolerance: 0.05 }),
      current: null,
    });
    expect(chosen.cost_per_million_usd).toBeLessThanOrEqual(cheapest * 1.05);
    const next = cpuBound[cpuBound.findIndex((point) => point.memory_mb === chosen.memory_mb) + 1];
    expect(next?.cost_per_million_usd).toBeGreaterThan(cheapest * 1.05);
    expect(chosen.why).toContain('at most 5 % more');
  });

  it('is cautious near the tolerance where the belief holds that sizes may cost more, if little speed is lost', () => {
    const asked = { floor: floorAt(128), objective: objective('fastest', { tolerance: 0.05 }), current: null };
    const certain = recommend({ curve: mixed, ...asked });
    const lowest = Math.min(...mixed.map((point) => point.cost_per_million_usd));
    const doubted = mixed.map((point) => ({
      ...point,
      cost_ratio_high: (point.cost_per_million_usd / lowest) * (1 + 0.1 * Math.log(point.memory_mb / 128)),
    }));
    const cautious = recommend({ curve: doubted, ...asked });
    expect(cautious.memory_mb).toBeLessThan(certain.memory_mb);
  });

  it('does not pay for size that brings no speed', () => {
    const chosen = recommend({
      curve: cpuBound,
      floor: floorAt(128),
      objective: objective('fastest', { tolerance: 10 }),
      current: null,
    });
    expect(chosen.memory_mb).toBe(1769);
  });

  it('balances on log scales', () => {
    const chosen = recommend({ curve: cpuBound, floor: floorAt(128), objective: objective('balanced'), current: null });
    const score = (point: CurvePoint): number => point.cost_per_million_usd * point.duration_ms;
    expect(score(at(cpuBound, chosen.memory_mb))).toBe(Math.min(...cpuBound.map(score)));
  });

  it('gives equally cheap sizes to the faster one', () => {
    const constantCost = cpuBound.map((point) => ({
      ...point,
      cost_per_million_usd: point.memory_mb <= 1024 ? 1 + point.memory_mb / 1e6 : 2,
    }));
    expect(recommend({ curve: constantCost, floor: floorAt(128), objective: objective('cost'), current: null }).memory_mb).toBe(
      1024,
    );
  });

  it.each(['cost', 'fastest', 'balanced'] as const)('keeps a duration limit when the goal is %s', (goal) => {
    const chosen = recommend({
      curve: cpuBound,
      floor: floorAt(128),
      objective: objective(goal, { maxDurationMs: 200 }),
      current: null,
    });
    expect(chosen.feasible).toBe(true);
    expect(chosen.duration_ms).toBeLessThanOrEqual(200);
  });

  it('says when no size meets the limit, and names the nearest', () => {
    const chosen = recommend({
      curve: cpuBound,
      floor: floorAt(128),
      objective: objective('cost', { maxDurationMs: 100 }),
      current: null,
    });
    expect(chosen).toMatchObject({ feasible: false, memory_mb: 1769 });
    expect(chosen.why).toContain('No size keeps a call within 100 ms');
  });

  it('compares with the current size', () => {
    const current = figureAt(cpuBound, 512);
    const chosen = recommend({ curve: cpuBound, floor: floorAt(128), objective: objective('fastest'), current });
    expect(chosen.speedup).toBeCloseTo((current?.duration_ms ?? 0) / chosen.duration_ms, 9);
    expect(recommend({ curve: mixed, floor: floorAt(128), objective: objective('cost'), current: at(mixed, 128) })).toMatchObject(
      {
        saving: 0,
        speedup: 1,
      },
    );
  });

  it('claims no saving that the noise may have made', () => {
    const noisy = curveOf((size) => 100 - size / 1000, 0.6);
    const chosen = recommend({ curve: noisy, floor: floorAt(128), objective: objective('cost'), current: figureAt(noisy, 192) });
    expect(chosen.memory_mb).toBe(128);
    expect(chosen.saving).toBeNull();
    expect(chosen.why).toContain('within the noise');
    expect(chosen.why).not.toContain('floor');
    expect(chosen.why).toContain('Memory hardly matters');
  });

  it('stays at or above the floor, within the limit, and within the tolerance, on any curve', () => {
    const anyCurve = fc
      .array(fc.double({ min: 0.5, max: 1e4, noNaN: true }), { minLength: sizes.length, maxLength: sizes.length })
      .map((durations) => curveOf((size) => durations[sizes.indexOf(size)] ?? 1));
    const goal = fc.constantFrom('cost' as const, 'fastest' as const, 'balanced' as const);
    const limit = fc.option(fc.double({ min: 1, max: 1e4, noNaN: true }));
    const tolerance = fc.double({ min: 0, max: 2, noNaN: true });
    fc.assert(
      fc.property(anyCurve, goal, limit, tolerance, fc.constantFrom(...sizes), (curve, wanted, maxDurationMs, share, floorMb) => {
        const asked = objective(wanted, { maxDurationMs, tolerance: share });
        const chosen = recommend({ curve, floor: floorAt(floorMb), objective: asked, current: null });
        const allowed = curve.filter((point) => point.memory_mb >= floorMb);
        const within = allowed.filter((point) => point.duration_ms <= (maxDurationMs ?? Infinity));
        const cheapest = Math.min(...within.map((point) => point.cost_per_million_usd));
        expect(chosen.memory_mb).toBeGreaterThanOrEqual(floorMb);
        expect(chosen.feasible).toBe(within.length > 0);
        expect(chosen.feasible ? chosen.duration_ms : 0).toBeLessThanOrEqual(maxDurationMs ?? Infinity);
        expect(chosen.feasible && wanted === 'fastest' ? chosen.cost_per_million_usd : 0).toBeLessThanOrEqual(
          cheapest * (1 + Math.max(share, 0.002)),
        );
        expect(chosen.feasible && wanted === 'cost' ? chosen.cost_per_million_usd : 0).toBeLessThanOrEqual(cheapest * 1.005);
      }),
    );
  });
});

describe('figures at any size', () => {
  it('follow the curve between its points, and are unknown outside', () => {
    expect(figureAt(cpuBound, 512)?.duration_ms).toBeCloseTo(modelMs(512), 6);
    expect(figureAt(cpuBound, 500)?.duration_ms).toBeCloseTo(modelMs(500), 0);
    expect(figureAt(cpuBound, 100)).toBeNull();
    expect(figureAt(cpuBound, 4000)).toBeNull();
    expect(figureAt([], 512)).toBeNull();
  });
});

describe('sizes to choose from', () => {
  it('ascend within the range, with its ends, whole vCPUs and the sizes asked for', () => {
    const range = fc.tuple(fc.integer({ min: 128, max: 5000 }), fc.integer({ min: 0, max: 5240 }));
    fc.assert(
      fc.property(range, fc.integer({ min: 1, max: 12_000 }), ([minMb, width], extra) => {
        const found = candidateSizes({ minMb, maxMb: minMb + width, stepMb: 1 }, [extra]);
        expect(found).toEqual([...new Set(found)].toSorted((a, b) => a - b));
        expect(found[0]).toBe(minMb);
        expect(found.at(-1)).toBe(minMb + width);
        expect(found.includes(extra)).toBe(extra >= minMb && extra <= minMb + width);
      }),
    );
    expect(candidateSizes(lambdaSizes)).toEqual(expect.arrayContaining([128, 1024, 1769, 3008, 10_240]));
    expect(candidateSizes(lambdaSizes).length).toBeLessThanOrEqual(160);
  });
});
