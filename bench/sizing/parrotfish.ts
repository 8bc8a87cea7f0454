import { mean, standardDeviation } from '../../src/engine/numerics/statistics.ts';
import type { Random } from '../../src/engine/studies/ports.ts';
import type { Objective } from '../../src/protocol/sizing.ts';
import type { Chosen } from './peers.ts';
import { callAt, type Truth } from './truth.ts';

/** Its defaults: calls kept of a size, further ones at most, spread that is low enough, kept calls, knowledge to stop at. */
const keptCalls = 4;
const furtherCalls = 8;
const lowSpread = 0.05;
const mostKept = 20;
const enoughKnowledge = 3;
const kernelMb = 200;

type Curve = [number, number, number];

/**
 * Parrotfish with its defaults: probes the ends and a third, fits T = a0 + a1 · e^(−m/a2), probes next where T · m weighed by
 * what is known nearby is least, and takes the least T · m (or the fastest within the tolerance). Each probe discards four
 * calls (one in a new sandbox, cold) and replaces kept ones by later ones while that lowers their spread.
 */
export function parrotfish(truth: Truth, { goal, tolerance }: Objective, random: Random): Chosen {
  const sizes = Array.from({ length: truth.maxMb - truth.minMb + 1 }, (_, i) => truth.minMb + i);
  const data: { memoryMb: number; durationMs: number }[] = [];
  const probed: number[] = [];
  let calls = 0;
  let costUsd = 0;
  const invoke = (memoryMb: number, cold: boolean): number => {
    const call = callAt(truth, memoryMb, cold, random);
    calls += 1;
    costUsd += call.costUsd;
    return Math.ceil(call.durationMs + call.initMs);
  };
  const probe = (memoryMb: number): void => {
    for (let i = 0; i < keptCalls; i++) invoke(memoryMb, i === 0);
    let kept = Array.from({ length: keptCalls }, () => invoke(memoryMb, false));
    const spread = (values: readonly number[]): number => standardDeviation(values) / mean(values);
    for (let i = 0; i < furtherCalls && spread(kept) > lowSpread; i++) {
      const value = invoke(memoryMb, false);
      const options = [kept, ...kept.map((_, at) => kept.with(at, value))];
      kept = options.toSorted((a, b) => spread(a) - spread(b))[0] ?? kept;
    }
    probed.push(memoryMb);
    data.push(...kept.map((durationMs) => ({ memoryMb, durationMs })));
  };
  for (const index of new Set([0, Math.ceil(sizes.length / 3), sizes.length - 1])) probe(sizes[index] ?? truth.minMb);
  const start = Math.floor((data[0]?.durationMs ?? 0) / 10);
  let curve = fitExponential(data, [start, start, start]);
  const timeAt = (size: number): number => curve[0] + curve[1] * Math.exp(-size / curve[2]);
  const knowledge = (size: number): number =>
    1 + probed.reduce((total, m) => total + Math.exp(-((size - m) ** 2) / (2 * kernelMb ** 2)), 0);
  const least = (among: readonly number[], measure: (size: number) => number): number => {
    let best = among[0] ?? truth.minMb;
    for (const size of among) if (measure(size) < measure(best)) best = size;
    return best;
  };
  while (data.length <= mostKept && knowledge(least(sizes, (size) => timeAt(size) * size)) <= enoughKnowledge) {
    const fresh = sizes.filter((size) => !probed.includes(size));
    if (fresh.length === 0) break;
    probe(least(fresh, (size) => timeAt(size) * size * knowledge(size)));
    curve = fitExponential(data, curve);
  }
  let memoryMb = least(sizes, (size) => timeAt(size) * size);
  if (goal === 'fastest') {
    const limit = timeAt(memoryMb) * memoryMb * (1 + tolerance);
    memoryMb = least(
      sizes.filter((size) => timeAt(size) * size <= limit),
      timeAt,
    );
  }
  return { memoryMb, calls, costUsd };
}

/** Unweighted least squares by Levenberg and Marquardt from its start values, as SciPy's curve_fit does. */
function fitExponential(data: readonly { memoryMb: number; durationMs: number }[], start: Curve): Curve {
  const squares = ([a0, a1, a2]: Curve): number =>
    data.reduce((total, { memoryMb, durationMs }) => total + (durationMs - a0 - a1 * Math.exp(-memoryMb / a2)) ** 2, 0);
  let curve = start;
  let error = squares(curve);
  if (!Number.isFinite(error)) return [mean(data.map((d) => d.durationMs)), 0, 1];
  let damping = 1e-3;
  for (let iteration = 0; iteration < 200 && damping < 1e12; iteration++) {
    const step = dampedStep(data, curve, damping);
    const next: Curve = [curve[0] + step[0], curve[1] + step[1], curve[2] + step[2]];
    const after = squares(next);
    if (Number.isFinite(after) && after < error) {
      const small = (error - after) / error < 1e-10;
      curve = next;
      error = after;
      damping /= 10;
      if (small) break;
    } else damping *= 10;
  }
  return curve;
}

function dampedStep(data: readonly { memoryMb: number; durationMs: number }[], [a0, a1, a2]: Curve, damping: number): Curve {
  const normal = [0, 1, 2].map(() => [0, 0, 0, 0]);
  for (const { memoryMb, durationMs } of data) {
    const e = Math.exp(-memoryMb / a2);
    const row = [1, e, (a1 * e * memoryMb) / a2 ** 2, durationMs - a0 - a1 * e];
    for (let i = 0; i < 3; i++) for (let j = 0; j < 4; j++) add(normal, i, j, (row[i] ?? 0) * (row[j] ?? 0));
  }
  for (let i = 0; i < 3; i++) add(normal, i, i, damping * (normal[i]?.[i] ?? 0) + 1e-30);
  for (let pivot = 0; pivot < 3; pivot++) {
    const divisor = normal[pivot]?.[pivot] ?? 1;
    for (let i = 0; i < 3; i++) {
      if (i === pivot) continue;
      const factor = (normal[i]?.[pivot] ?? 0) / divisor;
      for (let j = 0; j < 4; j++) add(normal, i, j, -factor * (normal[pivot]?.[j] ?? 0));
    }
  }
  const value = (i: number): number => (normal[i]?.[3] ?? 0) / (normal[i]?.[i] ?? 1);
  return [value(0), value(1), value(2)];
}

function add(matrix: number[][], i: number, j: number, value: number): void {
  const row = matrix[i];
  if (row !== undefined) row[j] = (row[j] ?? 0) + value;
}
