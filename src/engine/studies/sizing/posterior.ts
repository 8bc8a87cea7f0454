import { cholesky, type LowerTriangle, multiplyLower, solveCholesky } from '../../numerics/cholesky.ts';
import { makeNonIncreasing } from '../../numerics/monotone.ts';
import { normal } from '../../numerics/random.ts';
import type { Random } from '../ports.ts';
import { averageBank, type Curve, type Fitted } from './average.ts';
import { durationOf } from './bank.ts';
import { censor, reweighted } from './censored.ts';
import { type Observation, standardErrors } from './observations.ts';
import { type PayloadEvidence, sharesOf } from './payload.ts';
import { departure, drawCount } from './tuning.ts';

/** What is believed about durations, by size. */
export type Belief = {
  /** Mean of the natural logarithm of duration in ms. */
  meanLn: Float64Array;
  /** Equally likely curves of the logarithm of duration. */
  draws: readonly Float64Array[];
};

/** What is believed after some observations: of the mix of all payloads, and of each, in their order. */
export type Posterior = Belief & {
  /** Ascending, MB. */
  sizes: readonly number[];
  /** Draws of the same number go together in the mix. */
  payloads: readonly Belief[];
  models: readonly Fitted[];
};

/**
 * Of each payload: ln T(m) = ln f(m) + g(m), f from the bank, each shape as likely as the evidence of all payloads says,
 * and g a Gaussian process (Matérn 3/2 in log memory; Rasmussen and Williams, Gaussian Processes for Machine Learning,
 * 2006, ch. 2 and 4) for what no shape of the bank holds. More memory never makes a function slower: draws are made
 * non-increasing. The mix is the weighted mean duration: ln Σ share · T.
 * Throws RangeError without payloads, or with one that has no observation or no positive weight.
 */
export function posteriorOf(payloads: readonly PayloadEvidence[], sizes: readonly number[], random: Random): Posterior {
  const shares = sharesOf(payloads);
  const { beliefs, models } = censor(payloads, sizes, (evidence) => believe(evidence, sizes, random));
  const kept = reweighted(beliefs, payloads, sizes);
  return { sizes, models, payloads: kept, ...mixOf(kept, shares) };
}

function mixOf(beliefs: readonly Belief[], shares: readonly number[]): Belief {
  const [only] = beliefs;
  if (only !== undefined && beliefs.length === 1) return { meanLn: only.meanLn, draws: only.draws };
  const mix = (curves: readonly Float64Array[]): Float64Array =>
    Float64Array.from(curves[0] ?? [], (_, i) =>
      Math.log(curves.reduce((total, curve, g) => total + (shares[g] ?? 0) * Math.exp(curve[i] ?? 0), 0)),
    );
  return {
    meanLn: mix(beliefs.map(({ meanLn }) => meanLn)),
    draws: (only?.draws ?? []).map((_, d) => mix(beliefs.map(({ draws }) => draws[d] ?? new Float64Array()))),
  };
}

export type Believed = { beliefs: Belief[]; models: readonly Fitted[] };

function believe(payloads: readonly PayloadEvidence[], sizes: readonly number[], random: Random): Believed {
  const all = payloads.flatMap(({ observations }) => observations);
  const grid = sizes.map(Math.log);
  const processes = payloads.map(({ observations }) => processOf(observations, standardErrors(observations, all), grid));
  const models = averageBank(
    processes.map(({ measured, meansMs, noisy }, g) => ({
      sizes: measured,
      meansMs,
      covariance: noisy,
      local: payloads[g]?.local ?? null,
    })),
  );
  if (models.length === 0) throw new RangeError('A curve needs durations above 0');
  const turns = Array.from({ length: drawCount }, (_, d) => modelAt(models, (d + 0.5) / drawCount));
  return { models, beliefs: processes.map((process, g) => beliefOf(process, models, g, { sizes, turns, random })) };
}

/** The departures of one payload from any curve: their covariance with noise among the probed sizes, and with the grid. */
type Process = {
  measured: readonly number[];
  meansMs: readonly number[];
  errors: readonly number[];
  noisy: LowerTriangle;
  /** By grid size, then probed size. */
  cross: readonly (readonly number[])[];
  /** Factor of the covariance of departures at the grid's and the probed sizes. */
  prior: () => LowerTriangle;
};

function processOf(observations: readonly Observation[], errors: readonly number[], grid: readonly number[]): Process {
  const measured = observations.map((o) => o.memoryMb);
  const knots = measured.map(Math.log);
  const points = [...grid, ...knots];
  return {
    measured,
    meansMs: observations.map((o) => o.meanMs),
    errors,
    noisy: cholesky(knots.length, (i, j) => kernel(knots[i], knots[j]) + (i === j ? (errors[i] ?? 0) ** 2 : 0)),
    cross: grid.map((x) => knots.map((knot) => kernel(x, knot))),
    prior: () => cholesky(points.length, (i, j) => kernel(points[i], points[j]) + (i === j ? jitter : 0)),
  };
}

type Drawing = { sizes: readonly number[]; /** By draw: index of its shape. */ turns: readonly number[]; random: Random };

/** Draws condition a path of the prior on the data (Matheron's rule), which needs two factors, whatever their number. */
function beliefOf(process: Process, models: readonly Fitted[], payload: number, { sizes, turns, random }: Drawing): Belief {
  const { measured, meansMs, errors, noisy, cross } = process;
  const curves = models.map((model) => {
    const curve: Curve | undefined = model.curves[payload];
    const at = (size: number): number => (curve === undefined ? 0 : Math.log(durationOf(curve.shape, curve.coefficients, size)));
    return {
      onGrid: Float64Array.from(sizes, at),
      missed: measured.map((size, i) => Math.log(meansMs[i] ?? 1) - at(size)),
    };
  });

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

  const prior = process.prior();
  const draws = turns.map((turn) => {
    const { onGrid = meanLn, missed = [] } = curves[turn] ?? {};
    const path = multiplyLower(prior, standardNormals(prior.length, random));
    const residuals = missed.map((value, i) => value - (path[sizes.length + i] ?? 0) - (errors[i] ?? 0) * normal(random));
    return makeNonIncreasing(
      conditioned(
        onGrid.map((value, i) => value + (path[i] ?? 0)),
        residuals,
      ),
    );
  });
  return { meanLn: makeNonIncreasing(meanLn), draws };
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
