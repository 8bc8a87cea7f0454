import type { Objective } from '../../../protocol/sizing.ts';
import { interpolateLog } from '../../numerics/interpolate.ts';
import { quantile } from '../../numerics/statistics.ts';
import { expectedCostUsd } from '../../pricing/bill.ts';
import type { Price } from '../../pricing/prices.ts';
import type { ColdCalls } from './cold.ts';
import type { Posterior } from './posterior.ts';
import { breachFactor, defaultConfidence, tieShare, toleranceConfidence } from './tuning.ts';

export type Question = {
  objective: Objective;
  price: Price;
  /** Only sizes within are answers, MB. */
  fromMb: number;
  toMb: number;
  /** By draw, then by the belief's sizes: logarithm of the percentile that the objective limits; absent: the mean is limited. */
  percentile?: readonly Float64Array[];
  /** What cold calls take; absent or null: warm calls alone count. */
  cold?: ColdCalls | null;
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
  const { objective, fromMb, toMb } = question;
  const allowed = posterior.sizes.flatMap((size, i) => (size >= fromMb && size <= toMb ? [i] : []));
  const sizes = allowed.map((i) => posterior.sizes[i] ?? 0);
  const call = callOf(question, sizes, posterior, allowed);
  const costsLn: Float64Array[] = [];
  const losses = posterior.draws.map((draw, d) => {
    const warmLn = Float64Array.from(allowed, (i) => draw[i] ?? 0);
    const limited = question.percentile?.[d];
    const limitedLn = limited === undefined ? warmLn : Float64Array.from(allowed, (i) => limited[i] ?? 0);
    const costLn = warmLn.map((ln, k) => call.costLn(ln, k));
    costsLn.push(costLn);
    return lossesOf({ costLn, timeLn: warmLn.map((ln, k) => call.timeLn(ln, k)), limitedLn }, objective);
  });
  const means = meanOf(losses, allowed.length);
  const kept = question.percentile === undefined ? null : keptWith(question.percentile, allowed, objective);
  // A percentile is asked for with a confidence: only sizes that keep the limit so surely are answers, if any does.
  const answers = kept?.some(Boolean) === true ? means.map((mean, k) => (kept[k] === true ? mean : Infinity)) : means;
  const best = objective.goal === 'cost' ? lastNearLeast(answers) : indexOfLeast(answers);
  return { allowed, sizes, losses, costsLn, bestMb: sizes[best] ?? 0, expectedRegret: regretAt(losses, best) };
}

type CallFigures = { costLn: (warmLn: number, k: number) => number; timeLn: (warmLn: number, k: number) => number };

/** Logarithms of cost and duration of the mean call by that of a warm one; cold handlers keep their ratio to warm ones. */
function callOf(
  { objective, price, cold }: Question,
  sizes: readonly number[],
  { meanLn }: Posterior,
  allowed: readonly number[],
): CallFigures {
  const rate = objective.coldRate ?? 0;
  const costUsd = (size: number, ms: number): number => expectedCostUsd(price, size, ms);
  if (!cold || rate === 0) {
    return { costLn: (warmLn, k) => Math.log(costUsd(sizes[k] ?? 0, Math.exp(warmLn))), timeLn: (warmLn) => warmLn };
  }
  const longer = sizes.map((size, k) => cold.handlerMs(size) / Math.exp(meanLn[allowed[k] ?? 0] ?? 0));
  const coldMs = (warmLn: number, k: number): number => cold.initMs + (longer[k] ?? 1) * Math.exp(warmLn);
  return {
    costLn: (warmLn, k) => {
      const size = sizes[k] ?? 0;
      return Math.log((1 - rate) * costUsd(size, Math.exp(warmLn)) + rate * costUsd(size, coldMs(warmLn, k)));
    },
    timeLn: (warmLn, k) => Math.log((1 - rate) * Math.exp(warmLn) + rate * coldMs(warmLn, k)),
  };
}

/** By allowed size: whether the share of draws that keeps the limit reaches the confidence. */
function keptWith(percentile: readonly Float64Array[], allowed: readonly number[], objective: Objective): boolean[] {
  const { maxDurationMs, confidence = defaultConfidence } = objective;
  const limitLn = maxDurationMs === null ? Infinity : Math.log(maxDurationMs);
  return allowed.map((i) => percentile.filter((draw) => (draw[i] ?? 0) <= limitLn).length >= confidence * percentile.length);
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

/** By draw: share of the cost at one size that is saved at another. Sizes outside the decision take its nearest. */
export function savingDraws({ sizes, costsLn }: Decision, fromMb: number, toMb: number): number[] {
  return costsLn.map((row) => {
    const costs = Array.from(row, Math.exp);
    return 1 - interpolateLog(sizes, costs, toMb) / interpolateLog(sizes, costs, fromMb);
  });
}

/** How much worse than the best of each draw the size nearest to this one is on average, as a share. */
export function expectedRegretAt({ sizes, losses }: Decision, memoryMb: number): number {
  const distances = Float64Array.from(sizes, (size) => Math.abs(size - memoryMb));
  return regretAt(losses, indexOfLeast(distances));
}

function regretAt(losses: readonly Float64Array[], index: number): number {
  return losses.reduce((total, row) => total + (row[index] ?? 0) - Math.min(...row), 0) / losses.length;
}

/** Of one draw, by allowed size. */
type Figures = { costLn: Float64Array; timeLn: Float64Array; limitedLn: Float64Array };

/** cost: ln cost. balanced: their mean with ln T. fastest: ln T. Beyond a limit, each log unit counts `breachFactor` times. */
function lossesOf({ costLn, timeLn, limitedLn }: Figures, { goal, tolerance, maxDurationMs }: Objective): Float64Array {
  const costLimit = Math.min(...costLn) + Math.log1p(tolerance);
  const limitLn = maxDurationMs === null ? Infinity : Math.log(maxDurationMs);
  return costLn.map((cost, k) => {
    const time = timeLn[k] ?? 0;
    const late = breachFactor * Math.max(0, (limitedLn[k] ?? 0) - limitLn);
    if (goal === 'cost') return cost + late;
    if (goal === 'balanced') return (cost + time) / 2 + late;
    return time + breachFactor * Math.max(0, cost - costLimit) + late;
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
