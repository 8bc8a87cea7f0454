import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkAgainst } from '../../../src/engine/studies/sizing/check.ts';
import { figureAt, recommend } from '../../../src/engine/studies/sizing/objective.ts';
import type { CurvePoint, Objective } from '../../../src/protocol/sizing.ts';

const bounds = { maxRegret: 0.05, maxCostRise: 0.1 };
const balanced: Objective = { goal: 'balanced', tolerance: 0.1, maxDurationMs: null };
const sizes = [128, 256, 512, 1024, 1769, 3008];

type World = { waitMs: number; cpuMs: number; doubt?: number; floorMb?: number; objective?: Objective };

/** The report of a function that waits and computes, in use at 512 MB. */
function reportOf({ waitMs, cpuMs, doubt = 0.01, floorMb = 128, objective = balanced }: World) {
  const curve = sizes.map((memoryMb): CurvePoint => {
    const durationMs = waitMs + cpuMs / Math.min(1, memoryMb / 1769);
    return {
      memory_mb: memoryMb,
      duration_ms: durationMs,
      interval: [durationMs * (1 - doubt), durationMs * (1 + doubt)],
      cost_per_million_usd: 0.2 + 0.0000166667 * 1e3 * (memoryMb / 1024) * durationMs,
      basis: 'measured',
    };
  });
  const floor = { memory_mb: floorMb, peak_mb: null, reason: '' };
  const current = figureAt(curve, 512);
  return { curve, floor, objective, current, recommendation: recommend({ curve, floor, objective, current }) };
}

const before = reportOf({ waitMs: 20, cpuMs: 100 });

describe('a check against a baseline', () => {
  test('passes where nothing changed', () => {
    expect(checkAgainst(before, before, bounds)).toMatchObject({
      failed: false,
      optimum: { ratio: 1 },
      cost: { ratio: 1, memoryMb: 512 },
    });
  });

  test('fails when a call at the size in use became dearer than allowed', () => {
    const dearer = checkAgainst(before, reportOf({ waitMs: 24, cpuMs: 120 }), bounds);
    expect(dearer).toMatchObject({ failed: true, cost: { failed: true }, optimum: { failed: false } });
    expect(checkAgainst(before, reportOf({ waitMs: 24, cpuMs: 120 }), { ...bounds, maxCostRise: 0.3 }).failed).toBe(false);
    expect(checkAgainst(before, reportOf({ waitMs: 10, cpuMs: 50 }), bounds).failed).toBe(false);
  });

  test('fails when the optimum moved, though the cost did not rise', () => {
    // The function waits now where it computed: its large size is money for nothing.
    const moved = checkAgainst(before, reportOf({ waitMs: 60, cpuMs: 2 }), bounds);
    expect(moved.optimum).toMatchObject({ failed: true, baselineMb: before.recommendation.memory_mb, bestMb: 128 });
    expect(moved.cost?.failed).toBe(false);
  });

  test('passes where the doubt of the reports explains the difference', () => {
    const doubtful = reportOf({ waitMs: 24, cpuMs: 120, doubt: 0.4 });
    expect(checkAgainst(before, doubtful, bounds)).toMatchObject({ failed: false, cost: { failed: false } });
    expect(checkAgainst(before, doubtful, bounds).cost?.ratio).toBeGreaterThan(1.1);
  });

  test('fails when the size of the baseline is below the floor of now', () => {
    const low = reportOf({ waitMs: 60, cpuMs: 2 });
    const check = checkAgainst(low, reportOf({ waitMs: 60, cpuMs: 2, floorMb: 512 }), bounds);
    expect(check.optimum).toMatchObject({ failed: true, belowFloor: true, baselineMb: 128, bestMb: 512 });
  });

  test('counts a breach of the objective’s own limits as loss', () => {
    const objective: Objective = { goal: 'cost', tolerance: 0.1, maxDurationMs: 700 };
    const quick = reportOf({ waitMs: 20, cpuMs: 40, objective });
    const slow = reportOf({ waitMs: 20, cpuMs: 80, objective });
    expect(checkAgainst(quick, slow, { ...bounds, maxCostRise: 10 }).optimum.failed).toBe(true);
  });

  test('never fails against itself, whatever the objective and the doubt', () => {
    const ms = fc.double({ min: 0.1, max: 5000, noNaN: true });
    const goal = fc.constantFrom('cost', 'fastest', 'balanced');
    fc.assert(
      fc.property(ms, ms, fc.double({ min: 0, max: 0.9, noNaN: true }), goal, (waitMs, cpuMs, doubt, each) => {
        const report = reportOf({ waitMs, cpuMs, doubt, objective: { ...balanced, goal: each } });
        expect(checkAgainst(report, report, { maxRegret: 0, maxCostRise: 0 }).failed).toBe(false);
      }),
    );
  });
});
