import { mean } from '../../src/engine/numerics/statistics.ts';
import { expectedCostUsd } from '../../src/engine/pricing/bill.ts';
import type { Random } from '../../src/engine/studies/ports.ts';
import type { Objective } from '../../src/protocol/sizing.ts';
import { callAt, type Truth } from './truth.ts';

/** A size, and what finding it took. */
export type Chosen = { memoryMb: number; calls: number; costUsd: number };

const gridMb = [128, 256, 512, 1024, 1536, 3008];
const gridCalls = 10;
const trimmedShare = 0.2;

/**
 * AWS Lambda Power Tuning, six sizes and ten calls: at each size one cold call and nine warm, the mean without the fifth at
 * either end, and its strategies cost and balanced (half of each, both relative to the largest). It has no cost
 * tolerance: the fastest measured size within it is taken.
 */
export function powerTuning(truth: Truth, objective: Objective, random: Random): Chosen {
  const sizes = gridMb.filter((size) => size >= truth.minMb && size <= truth.maxMb);
  let costUsd = 0;
  const measured = sizes.map((memoryMb) => {
    const calls = Array.from({ length: gridCalls }, (_, i) => callAt(truth, memoryMb, i === 0, random));
    costUsd += calls.reduce((total, call) => total + call.costUsd, 0);
    const sorted = calls.map((call) => call.durationMs + call.initMs).toSorted((a, b) => a - b);
    const durationMs = mean(sorted.slice(gridCalls * trimmedShare, gridCalls * (1 - trimmedShare)));
    return { memoryMb, durationMs, cost: expectedCostUsd(truth.price, memoryMb, durationMs) };
  });
  const cheapest = Math.min(...measured.map((m) => m.cost));
  const dearest = Math.max(...measured.map((m) => m.cost));
  const slowest = Math.max(...measured.map((m) => m.durationMs));
  const score = ({ cost, durationMs }: { cost: number; durationMs: number }): number => {
    if (objective.goal === 'cost') return cost;
    if (objective.goal === 'balanced') return cost / dearest + durationMs / slowest;
    return cost <= cheapest * (1 + objective.tolerance) ? durationMs : Infinity;
  };
  const best = measured.toSorted((a, b) => score(a) - score(b))[0];
  return { memoryMb: best?.memoryMb ?? truth.minMb, calls: sizes.length * gridCalls, costUsd };
}

export function alwaysTheFloor(truth: Truth): Chosen {
  return { memoryMb: truth.minMb, calls: 0, costUsd: 0 };
}
