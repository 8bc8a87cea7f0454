import type { Objective } from '../../../protocol/sizing.ts';
import { quantile } from '../../numerics/statistics.ts';
import { expectedCostUsd } from '../../pricing/bill.ts';
import type { Price } from '../../pricing/prices.ts';
import type { Posterior } from './posterior.ts';
import { breachFactor, tieShare, toleranceConfidence } from './tuning.ts';

export type Question = {
  objective: Objective;
  price: Price;
  /** Only sizes within are answers, MB. */
  fromMb: number;
  toMb: number;
};

/** What the belief says about the answer. */
export type Decision = {
  /** Indices of the posterior's sizes that may be chosen, and these sizes, MB. */
  allowed: readonly number[];
  sizes: readonly number[];
  /** By draw, then by allowed size: what the objective minimises, on a log scale. */
  losses: readonly Float64Array[];
  /** By draw, then by allowed size: natural logarithm of the cost of a call in USD. */
  costsLn: readonly Float64Array[];
  /** Size with the best answer, MB. */
  bestMb: number;
  /** How much worse than the best size of each draw it is on average, as a share. */
  expectedRegret: number;
};

export function decide(posterior: Posterior, question: Question): Decision {
  const { objective, price } = question;
  const allowed = posterior.sizes.flatMap((size, i) => (size >= question.fromMb && size <= question.toMb ? [i] : []));
  const costOf = (logMs: number, index: number): number => expectedCostUsd(price, posterior.sizes[index] ?? 0, Math.exp(logMs));
  const costs = posterior.draws.map((draw) => Float64Array.from(allowed, (i) => Math.log(costOf(draw[i] ?? 0, i))));
  const losses = posterior.draws.map((draw, d) => lossesOf(costs[d] ?? draw, allowed, draw, objective));
  const means = meanOf(losses, allowed.length);
  const best = objective.goal === 'cost' ? lastNearLeast(means) : indexOfLeast(means);
  const sizes = allowed.map((i) => posterior.sizes[i] ?? 0);
  return { allowed, sizes, losses, costsLn: costs, bestMb: sizes[best] ?? 0, expectedRegret: regretAt(losses, best) };
}

/** By allowed size: upper bound of its cost relative to the cheapest, held by `toleranceConfidence` of the belief. */
export function costRatiosHigh({ sizes, costsLn }: Decision): number[] {
  const lowest = costsLn.map((row) => Math.min(...row));
  return sizes.map((_, k) =>
    Math.exp(
      quantile(
        costsLn.map((row, d) => (row[k] ?? 0) - (lowest[d] ?? 0)),
        toleranceConfidence,
      ),
    ),
  );
}

/** How much worse than the best of each draw the size nearest to this one is on average, as a share. */
export function expectedRegretAt({ sizes, losses }: Decision, memoryMb: number): number {
  const distances = Float64Array.from(sizes, (size) => Math.abs(size - memoryMb));
  return regretAt(losses, indexOfLeast(distances));
}

function regretAt(losses: readonly Float64Array[], index: number): number {
  return losses.reduce((total, row) => total + (row[index] ?? 0) - Math.min(...row), 0) / losses.length;
}

/** cost: ln cost. balanced: their mean with ln T. fastest: ln T. Beyond a limit, each log unit counts `breachFactor` times. */
function lossesOf(
  costsLn: Float64Array,
  allowed: readonly number[],
  draw: Float64Array,
  { goal, tolerance, maxDurationMs }: Objective,
): Float64Array {
  const costLimit = Math.min(...costsLn) + Math.log1p(tolerance);
  const limitLn = maxDurationMs === null ? Infinity : Math.log(maxDurationMs);
  return costsLn.map((costLn, k) => {
    const timeLn = draw[allowed[k] ?? 0] ?? 0;
    const late = breachFactor * Math.max(0, timeLn - limitLn);
    if (goal === 'cost') return costLn + late;
    if (goal === 'balanced') return (costLn + timeLn) / 2 + late;
    return timeLn + breachFactor * Math.max(0, costLn - costLimit) + late;
  });
}

export function meanOf(rows: readonly Float64Array[], length: number): Float64Array {
  const means = new Float64Array(length);
  for (const row of rows) for (let k = 0; k < length; k++) means[k] = (means[k] ?? 0) + (row[k] ?? 0) / rows.length;
  return means;
}

/** Of practically equal costs that of the largest size, which is never slower. */
function lastNearLeast(means: Float64Array): number {
  const limit = Math.min(...means) + tieShare;
  return means.findLastIndex((mean) => mean <= limit);
}

export function indexOfLeast(values: Float64Array): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) if ((values[k] ?? 0) < (values[best] ?? 0)) best = k;
  return best;
}
