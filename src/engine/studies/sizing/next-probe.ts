import { expectedCostUsd } from '../../pricing/bill.ts';
import type { Price } from '../../pricing/prices.ts';
import { type Decision, indexOfLeast, meanOf } from './decision.ts';
import type { Belief, Posterior } from './posterior.ts';
import { laterWarmCalls } from './tuning.ts';

export type Probe = {
  memoryMb: number;
  /** Which payload to send: its index in the belief's payloads. */
  payload: number;
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
const imagined = 10;
const candidateCount = 12;
/** Sizes closer than this in log memory tell the same: the one that was probed is probed again. */
const distinctLn = 0.08;

/**
 * The probe, a size and a payload, that lowers the expected regret most for its money. Each draw of the belief in turn is
 * taken for the truth: the draws are weighed by how likely its duration at the size is under them, and the best answer under these weights is
 * compared with the best now (the knowledge gradient; Frazier, Powell and Dayanik, SIAM J. Control Optim. 2008).
 * Null when there is no size to probe.
 */
export function nextProbe({ posterior, decision, price, callSd, probedMb }: Probing): Probe | null {
  const costAt = (index: number): number =>
    expectedCostUsd(price, posterior.sizes[index] ?? 0, Math.exp(posterior.meanLn[index] ?? 0));
  const cheapest = Math.min(...decision.allowed.map(costAt));
  const answers = thinnedAnswers(decision);
  let best: (Probe & { value: number }) | null = null;
  for (const index of candidates(posterior.sizes, decision.allowed, probedMb)) {
    const memoryMb = posterior.sizes[index] ?? 0;
    const again = probedMb.includes(memoryMb);
    for (const [payload, { draws }] of posterior.payloads.entries()) {
      const gain = expectedGain(draws, answers, index, callSd / Math.sqrt(laterWarmCalls));
      const gainPerCall = gain / (again ? laterWarmCalls : laterWarmCalls + 1);
      const value = gainPerCall / Math.sqrt(costAt(index) / cheapest);
      if (best === null || value > best.value) best = { memoryMb, payload, calls: laterWarmCalls, gainPerCall, value };
    }
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

/** Draws less likely than this beside the likeliest are left out. */
const negligible = 1e-3;

function expectedGain(draws: Belief['draws'], { means, answers }: Answers, index: number, error: number): number {
  const weights = new Float64Array(draws.length);
  const stride = Math.max(1, Math.floor(draws.length / imagined));
  const precision = 1 / (2 * error ** 2);
  const now = indexOfLeast(means);
  let total = 0;
  let count = 0;
  for (let truth = Math.floor(stride / 2); truth < draws.length; truth += stride) {
    // Noise of the imagined outcome: as often above as below, by the mean distance of normal noise.
    const seen = (draws[truth]?.[index] ?? 0) + (count % 2 === 0 ? meanDistance : -meanDistance) * error;
    const sums = new Float64Array(means.length);
    let mass = 0;
    for (const [d, draw] of draws.entries()) {
      const weight = Math.exp(-precision * ((draw[index] ?? 0) - seen) ** 2);
      weights[d] = weight;
      const row = answers[d];
      if (weight < negligible || row === undefined) continue;
      mass += weight;
      for (let k = 0; k < sums.length; k++) sums[k] = (sums[k] ?? 0) + weight * (row[k] ?? 0);
    }
    if (mass > 0) total += ((sums[now] ?? 0) - (sums[indexOfLeast(sums)] ?? 0)) / mass;
    count += 1;
  }
  return total / count;
}

const meanDistance = 0.8;

/** Losses by draw at every few answers: neighbours differ little, and the time is quadratic otherwise. */
type Answers = { means: Float64Array; answers: readonly Float64Array[] };

const answerStep = 2;

function thinnedAnswers({ losses, allowed }: Decision): Answers {
  const kept = allowed.map((_, k) => k).filter((k) => k % answerStep === 0 || k === allowed.length - 1);
  const answers = losses.map((row) => Float64Array.from(kept, (k) => row[k] ?? 0));
  return { answers, means: meanOf(answers, kept.length) };
}
