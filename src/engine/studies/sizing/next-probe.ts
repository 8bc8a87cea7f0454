import { expectedCostUsd } from '../../pricing/bill.ts';
import type { Price } from '../../pricing/prices.ts';
import type { Decision } from './decision.ts';
import type { Posterior } from './posterior.ts';
import { firstWarmCalls, furtherWarmCalls } from './tuning.ts';

export type Probe = {
  memoryMb: number;
  /** Warm calls to make. */
  calls: number;
  /** Expected fall of the regret for each call that it takes. */
  gainPerCall: number;
};

export type Probing = {
  posterior: Posterior;
  decision: Decision;
  price: Price;
  /** Standard deviation of one call, as a share. */
  callSd: number;
  /** Sizes with warm calls; their sandboxes are warm. */
  probedMb: readonly number[];
};

/** Outcomes of a probe that are imagined, and sizes that are looked at. */
const imagined = 12;
const candidateCount = 16;
/** Sizes closer than this in log memory tell the same: the one that was probed is probed again. */
const distinctLn = 0.08;

/**
 * The probe that lowers the expected regret most for its money. Each draw of the belief in turn is taken for the truth: the
 * draws are weighed by how likely its duration at the size is under them, and the best answer under these weights is
 * compared with the best now (the knowledge gradient; Frazier, Powell and Dayanik, SIAM J. Control Optim. 2008).
 * Null when there is no size to probe.
 */
export function nextProbe({ posterior, decision, price, callSd, probedMb }: Probing): Probe | null {
  const costAt = (index: number): number =>
    expectedCostUsd(price, posterior.sizes[index] ?? 0, Math.exp(posterior.meanLn[index] ?? 0));
  const cheapest = Math.min(...decision.allowed.map(costAt));
  let best: (Probe & { value: number }) | null = null;
  for (const index of candidates(posterior.sizes, decision.allowed, probedMb)) {
    const memoryMb = posterior.sizes[index] ?? 0;
    const again = probedMb.includes(memoryMb);
    const calls = again ? furtherWarmCalls : firstWarmCalls;
    const paid = again ? calls : calls + 1;
    const gain = expectedGain(posterior, decision, index, callSd / Math.sqrt(calls));
    const gainPerCall = gain / paid;
    const value = gainPerCall / Math.sqrt(costAt(index) / cheapest);
    if (best === null || value > best.value) best = { memoryMb, calls, gainPerCall, value };
  }
  return best;
}

/** Probed sizes, and others spread evenly over log memory that are not close to them. */
function candidates(sizes: readonly number[], allowed: readonly number[], probedMb: readonly number[]): number[] {
  const isClose = (a: number, b: number): boolean => Math.abs(Math.log(a / b)) < distinctLn;
  const fresh = allowed.filter((i) => !probedMb.some((probed) => isClose(probed, sizes[i] ?? 0)));
  const every = Math.max(1, fresh.length / candidateCount);
  const spread = fresh.filter((_, k) => Math.floor(k / every) !== Math.floor((k - 1) / every));
  return [...allowed.filter((i) => probedMb.includes(sizes[i] ?? 0)), ...spread];
}

function expectedGain({ draws }: Posterior, { losses, allowed }: Decision, index: number, error: number): number {
  const weights = new Float64Array(draws.length);
  const stride = Math.max(1, Math.floor(draws.length / imagined));
  let total = 0;
  let now: number | null = null;
  let count = 0;
  const precision = 1 / (2 * error ** 2);
  for (let truth = Math.floor(stride / 2); truth < draws.length; truth += stride) {
    // Noise of the imagined outcome: alternately above and below, two thirds of a standard error.
    const seen = (draws[truth]?.[index] ?? 0) + (count % 2 === 0 ? 0.8 : -0.8) * error;
    for (const [d, draw] of draws.entries()) weights[d] = Math.exp(-precision * ((draw[index] ?? 0) - seen) ** 2);
    now ??= indexOfLeastSum(losses, allowed.length, null);
    const after = indexOfLeastSum(losses, allowed.length, weights);
    total += weightedDifference(losses, weights, now, after);
    count += 1;
  }
  return total / count;
}

function indexOfLeastSum(losses: readonly Float64Array[], length: number, weights: Float64Array | null): number {
  const sums = new Float64Array(length);
  for (const [d, row] of losses.entries()) {
    const weight = weights === null ? 1 : (weights[d] ?? 0);
    if (weight < 1e-6) continue;
    for (let k = 0; k < length; k++) sums[k] = (sums[k] ?? 0) + weight * (row[k] ?? 0);
  }
  let best = 0;
  for (let k = 1; k < length; k++) if ((sums[k] ?? 0) < (sums[best] ?? 0)) best = k;
  return best;
}

/** Mean loss of answer `a` less that of answer `b`, under the weights. */
function weightedDifference(losses: readonly Float64Array[], weights: Float64Array, a: number, b: number): number {
  let total = 0;
  let mass = 0;
  for (const [d, row] of losses.entries()) {
    const weight = weights[d] ?? 0;
    total += weight * ((row[a] ?? 0) - (row[b] ?? 0));
    mass += weight;
  }
  return mass > 0 ? total / mass : 0;
}
