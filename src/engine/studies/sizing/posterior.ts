import { cholesky, type LowerTriangle, multiplyLower, solveCholesky } from '../../numerics/cholesky.ts';
import { makeNonIncreasing } from '../../numerics/monotone.ts';
import { normal } from '../../numerics/random.ts';
import type { Random } from '../ports.ts';
import { averageBank, type Curve, type Fitted, type Means } from './average.ts';
import { durationOf, type Shape } from './bank.ts';
import { censor, reweighted } from './censored.ts';
import type { Surprise } from './doubtful.ts';
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
  /** By payload, then probed size. */
  surprises: readonly (readonly Surprise[])[];
};

/**
 * Of each payload: ln T(m) = ln f(m) + g(m), f from the bank, each shape as likely as the evidence of all payloads says,
 * and g a Gaussian process (Matérn 3/2 in log memory; Rasmussen and Williams, Gaussian Processes for Machine Learning,
 * 2006, ch. 2 and 4) for what no shape of the bank holds. More memory never makes a function slower: draws are made
 * non-increasing. The mix is the weighted mean duration: ln Σ share · T.
 * Throws RangeError without payloads, or with one that has no observation or no positive weight.
 */
export function posteriorOf(
  payloads: readonly PayloadEvidence[],
  sizes: readonly number[],
  random: Random,
  count = drawCount,
): Posterior {
  const shares = sharesOf(payloads);
  const { beliefs, models, surprises } = censor(payloads, sizes, (evidence) => believe(evidence, { sizes, random, count }));
  const kept = reweighted(beliefs, payloads, sizes);
  return { sizes, models, surprises, payloads: kept, ...mixOf(kept, shares) };
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

export type Believed = { beliefs: Belief[] } & Pick<Posterior, 'models' | 'surprises'>;

type Asked = { sizes: readonly number[]; random: Random; /** Draws. */ count: number };

function believe(payloads: readonly PayloadEvidence[], { sizes, random, count }: Asked): Believed {
  const all = payloads.flatMap(({ observations }) => observations);
  const grid = sizes.map(Math.log);
  const processes = payloads.map(({ observations }) => processOf(observations, standardErrors(observations, all), grid));
  const meansAt = (sd: number): Means[] =>
    processes.map(({ measured, meansMs, noisy }, g) => ({
      sizes: measured,
      meansMs,
      covariance: noisy(sd),
      local: payloads[g]?.local ?? null,
    }));
  const models = averageBank(new Map(departure.sds.map((sd) => [sd, meansAt(sd)])));
  if (models.length === 0) throw new RangeError('A curve needs durations above 0');
  const turns = Array.from({ length: count }, (_, d) => modelAt(models, (d + 0.5) / count));
  const surprises = processes.map((process, g) => surprisesOf(process, models, g));
  return { models, surprises, beliefs: processes.map((process, g) => beliefOf(process, models, g, { sizes, turns, random })) };
}

/** The departures of one payload from any curve, up to their standard deviation: their correlation with the probed sizes. */
type Process = {
  measured: readonly number[];
  meansMs: readonly number[];
  errors: readonly number[];
  /** Factor of the covariance of the means at the probed sizes, by the standard deviation of departures. */
  noisy: (sd: number) => LowerTriangle;
  /** By grid size, then probed size. */
  cross: readonly Float64Array[];
  /** Factor of the correlation of departures at the grid's and the probed sizes. */
  prior: () => LowerTriangle;
};

function processOf(observations: readonly Observation[], errors: readonly number[], grid: readonly number[]): Process {
  const measured = observations.map((o) => o.memoryMb);
  const knots = measured.map(Math.log);
  const points = [...grid, ...knots];
  const factors = new Map<number, LowerTriangle>();
  const factorAt = (sd: number): LowerTriangle =>
    cholesky(knots.length, (i, j) => sd ** 2 * correlation(knots[i], knots[j]) + (i === j ? (errors[i] ?? 0) ** 2 : 0));
  return {
    measured,
    meansMs: observations.map((o) => o.meanMs),
    errors,
    noisy(sd) {
      const factor = factors.get(sd) ?? factorAt(sd);
      factors.set(sd, factor);
      return factor;
    },
    cross: grid.map((x) => Float64Array.from(knots, (knot) => correlation(x, knot))),
    prior: () => cholesky(points.length, (i, j) => correlation(points[i], points[j]) + (i === j ? jitter : 0)),
  };
}

/** Leave-one-out residuals of the likeliest model (Rasmussen and Williams, 2006, eq. 5.12). */
function surprisesOf({ measured, meansMs, noisy }: Process, models: readonly Fitted[], payload: number): Surprise[] {
  const likeliest = models.toSorted((a, b) => b.weight - a.weight)[0];
  const curve = likeliest?.curves[payload];
  if (likeliest === undefined || curve === undefined) return [];
  const factor = noisy(likeliest.departureSd);
  const missed = measured.map((size, i) => Math.log((meansMs[i] ?? 1) / durationOf(curve.shape, curve.coefficients, size)));
  const solved = solveCholesky(factor, missed);
  return measured.map((memoryMb, i) => {
    const precision =
      solveCholesky(
        factor,
        measured.map((_, j) => Number(i === j)),
      )[i] ?? 1;
    return { memoryMb, excessLn: (solved[i] ?? 0) / precision, sd: 1 / Math.sqrt(precision) };
  });
}

type Drawing = { sizes: readonly number[]; /** By draw: index of its shape. */ turns: readonly number[]; random: Random };

/**
 * Draws condition a path of the prior on the data (Matheron's rule): what is left of the means without the path and a draw
 * of their noise is fitted anew, so that coefficients are as uncertain as the data leaves them, and the rest is departure.
 */
function beliefOf(process: Process, models: readonly Fitted[], payload: number, { sizes, turns, random }: Drawing): Belief {
  const { measured, meansMs, errors, noisy, cross } = process;

  /** Terms of the shapes at the grid's and the probed sizes. */
  const tables = new Map<Shape, Float64Array[]>();
  const termsOf = (shape: Shape): Float64Array[] => {
    const known = tables.get(shape) ?? shape.terms.map((term) => Float64Array.from([...sizes, ...measured], term.at));
    tables.set(shape, known);
    return known;
  };

  /** The curve with these coefficients, and what `targetsLn` at the probed sizes say about departures from it. */
  const curveThrough = (
    { shape }: Curve,
    coefficients: readonly number[],
    targetsLn: readonly number[],
    sd: number,
  ): Float64Array => {
    const curve = new Float64Array(sizes.length + measured.length);
    for (const [j, column] of termsOf(shape).entries()) {
      const coefficient = coefficients[j] ?? 0;
      for (let i = 0; i < column.length; i++) curve[i] = (curve[i] ?? 0) + coefficient * (column[i] ?? 0);
    }
    for (let i = 0; i < curve.length; i++) curve[i] = Math.log(Math.max(curve[i] ?? 0, leastMs));
    const solved = solveCholesky(
      noisy(sd),
      targetsLn.map((target, i) => target - (curve[sizes.length + i] ?? 0)),
    );
    const drawn = curve.slice(0, sizes.length);
    for (const [i, row] of cross.entries()) {
      let total = 0;
      for (let j = 0; j < solved.length; j++) total += (row[j] ?? 0) * (solved[j] ?? 0);
      drawn[i] = (drawn[i] ?? 0) + sd ** 2 * total;
    }
    return drawn;
  };

  const meansLn = meansMs.map(Math.log);
  const meanLn = new Float64Array(sizes.length);
  for (const { weight, departureSd, curves } of models) {
    const curve = curves[payload];
    if (curve === undefined || weight < negligible) continue;
    const mean = curveThrough(curve, curve.coefficients, meansLn, departureSd);
    for (let i = 0; i < mean.length; i++) meanLn[i] = (meanLn[i] ?? 0) + weight * (mean[i] ?? 0);
  }

  const prior = process.prior();
  const draws = turns.map((turn) => {
    const { departureSd: sd, curves } = models[turn] ?? { departureSd: 0, curves: [] };
    const curve = curves[payload];
    if (curve === undefined) return meanLn;
    const path = multiplyLower(prior, standardNormals(prior.length, random));
    const taken = measured.map((_, i) => sd * (path[sizes.length + i] ?? 0) + (errors[i] ?? 0) * normal(random));
    const coefficients = curve.refit(taken.map((value) => Math.exp(-value)));
    const targets = meansLn.map((value, i) => value - (taken[i] ?? 0));
    const drawn = curveThrough(curve, coefficients, targets, sd);
    for (let i = 0; i < drawn.length; i++) drawn[i] = (drawn[i] ?? 0) + sd * (path[i] ?? 0);
    return makeNonIncreasing(drawn);
  });
  return { meanLn: makeNonIncreasing(meanLn), draws };
}

/** No duration is shorter: clocks resolve a µs. */
const leastMs = 1e-3;
const negligible = 1e-4;
/** Keeps the correlation of neighbouring sizes positive definite. */
const jitter = 3e-6;

function correlation(x = 0, y = 0): number {
  const scaled = (Math.sqrt(3) * Math.abs(x - y)) / departure.lengthLn;
  return (1 + scaled) * Math.exp(-scaled);
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
