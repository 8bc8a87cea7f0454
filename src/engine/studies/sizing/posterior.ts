import { cholesky, multiplyLower, solveCholesky } from '../../numerics/cholesky.ts';
import { makeNonIncreasing } from '../../numerics/monotone.ts';
import { normal } from '../../numerics/random.ts';
import type { Random } from '../ports.ts';
import { averageBank, type Fitted } from './average.ts';
import { durationOf } from './bank.ts';
import { type Observation, standardErrors } from './observations.ts';
import { departure, drawCount } from './tuning.ts';

/** What is believed about durations after some observations. */
export type Posterior = {
  /** Ascending, MB. */
  sizes: readonly number[];
  /** Mean of the natural logarithm of duration in ms, by size. */
  meanLn: Float64Array;
  /** Equally likely curves of the logarithm of duration, each by size. */
  draws: readonly Float64Array[];
  models: readonly Fitted[];
};

/**
 * ln T(m) = ln f(m) + g(m): f from the bank, each shape as likely as its evidence says, and g a Gaussian process
 * (Matérn 3/2 in log memory; Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, ch. 2 and 4) for
 * what no shape of the bank holds. More memory never makes a function slower: draws are made non-increasing.
 * Draws condition a path of the prior on the data (Matheron's rule), which needs two factors a fit, whatever their number.
 */
export function posteriorOf(observations: readonly Observation[], sizes: readonly number[], random: Random): Posterior {
  const measured = observations.map((o) => o.memoryMb);
  const means = observations.map((o) => o.meanMs);
  const errors = standardErrors(observations);
  const knots = measured.map(Math.log);
  const grid = sizes.map(Math.log);
  const noisy = cholesky(knots.length, (i, j) => kernel(knots[i], knots[j]) + (i === j ? (errors[i] ?? 0) ** 2 : 0));
  const models = averageBank(measured, means, noisy);
  const cross = grid.map((x) => knots.map((knot) => kernel(x, knot)));
  const curves = models.map(({ shape, coefficients }) => ({
    onGrid: Float64Array.from(sizes, (size) => Math.log(durationOf(shape, coefficients, size))),
    missed: measured.map((size, i) => Math.log((means[i] ?? 1) / durationOf(shape, coefficients, size))),
  }));

  const conditioned = (base: Float64Array, residuals: readonly number[]): Float64Array => {
    const solved = solveCholesky(noisy, residuals);
    return base.map((value, i) => {
      let total = value;
      for (let j = 0; j < solved.length; j++) total += (cross[i]?.[j] ?? 0) * (solved[j] ?? 0);
      return total;
    });
  };

  const meanLn = new Float64Array(sizes.length);
  for (const [s, { weight }] of models.entries()) {
    const curve = curves[s];
    if (curve === undefined || weight < negligible) continue;
    for (const [i, value] of conditioned(curve.onGrid, curve.missed).entries()) meanLn[i] = (meanLn[i] ?? 0) + weight * value;
  }

  const points = [...grid, ...knots];
  const prior = cholesky(points.length, (i, j) => kernel(points[i], points[j]) + (i === j ? jitter : 0));
  const draws: Float64Array[] = [];
  for (let d = 0; d < drawCount; d++) {
    const curve = curves[modelAt(models, (d + 0.5) / drawCount)] ?? curves[0];
    if (curve === undefined) throw new RangeError('A curve needs durations above 0');
    const path = multiplyLower(prior, standardNormals(points.length, random));
    const residuals = curve.missed.map((value, i) => value - (path[grid.length + i] ?? 0) - (errors[i] ?? 0) * normal(random));
    const base = curve.onGrid.map((value, i) => value + (path[i] ?? 0));
    draws.push(makeNonIncreasing(conditioned(base, residuals)));
  }
  return { sizes, meanLn: makeNonIncreasing(meanLn), draws, models };
}

const negligible = 1e-4;
/** Keeps the covariance of neighbouring sizes positive definite: 0.02 % of duration. */
const jitter = 4e-8;

function kernel(x = 0, y = 0): number {
  const scaled = (Math.sqrt(3) * Math.abs(x - y)) / departure.lengthLn;
  return departure.sd ** 2 * (1 + scaled) * Math.exp(-scaled);
}

/** Models take turns in proportion to their weights, so that chance does not decide how often each is drawn. */
function modelAt(models: readonly Fitted[], share: number): number {
  let below = 0;
  for (const [i, { weight }] of models.entries()) {
    below += weight;
    if (share < below) return i;
  }
  return models.length - 1;
}

function standardNormals(length: number, random: Random): Float64Array {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) values[i] = normal(random);
  return values;
}
