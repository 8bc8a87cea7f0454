import { formatPercent } from '../../format/format.ts';
import { interpolate } from '../../numerics/interpolate.ts';
import { nonNegativeLeastSquares } from '../../numerics/least-squares.ts';
import { normal } from '../../numerics/random.ts';
import { interval90, sum } from '../../numerics/statistics.ts';
import type { Random } from '../ports.ts';
import { drawCount, type Fit } from './fit.ts';
import { oneVcpuMb, vcpus } from './grid.ts';
import { type Observation, standardErrors } from './observations.ts';

/**
 * T(m) = a + b / min(m / 1769, p): waiting and CPU work, with CPU in proportion to memory up to p usable threads.
 * a, b ≥ 0 by least squares on the relative error, p scanned. What the shape misses at the measured sizes is kept,
 * as far as it stands out of the noise, and interpolated between them. Intervals come from refitting redrawn means.
 */
export function fitCurve(observations: readonly Observation[], random: Random): Fit {
  const means = observations.map((o) => o.meanMs);
  const sizes = observations.map((o) => o.memoryMb);
  const errors = standardErrors(observations);
  const best = fitMeans(sizes, means, errors);
  const draws = Array.from({ length: drawCount }, () => {
    const redrawn = means.map((value, i) => value * Math.exp((errors[i] ?? 0) * normal(random)));
    return { curve: fitMeans(sizes, redrawn, errors), unseen: normal(random) };
  });
  const seesKnee = Math.max(...sizes) > parallelVisibleMb;
  return {
    predict(memoryMb) {
      const spread = best.misfit * distanceWeight(sizes, memoryMb);
      const drawn = draws.map(({ curve, unseen }) => durationAt(curve, memoryMb) * Math.exp(spread * unseen));
      return { durationMs: durationAt(best, memoryMb), interval: interval90(drawn) };
    },
    work: { cpuMs: best.b, waitMs: best.a, parallelism: seesKnee ? best.p : null },
    sentence: `Model: waiting + CPU ÷ min(memory ÷ 1769 MB, threads), fitted to ${sizes.length} sizes; it misses their means by ${formatPercent(rootMeanSquare(best.residuals))}.`,
  };
}

/** Threads that may work at once; the last is the share of a 10,240 MB function. */
const parallelisms = [1, 1.08, 1.15, 1.5, 2, 3, 4, 5, 5.79];

/** Below this no measurement can tell one thread from several. */
const parallelVisibleMb = 1920;

/** A further thread must improve χ² by this much to be believed (Akaike's price of a parameter). */
const threadPrice = 2;

type Curve = {
  a: number;
  b: number;
  p: number;
  /** Natural logarithms of the sizes, and of mean ÷ shape there, shrunk by their noise. */
  knots: number[];
  corrections: number[];
  residuals: number[];
  /** Standard deviation of what the shape misses, as a share. */
  misfit: number;
};

function fitMeans(sizes: readonly number[], means: readonly number[], errors: readonly number[]): Curve {
  const weights = means.map((value, i) => 1 / (value * (errors[i] ?? 1)));
  const shapes = parallelisms.map((p) => {
    const columns = [sizes.map(() => 1), sizes.map((size) => 1 / Math.min(vcpus(size), p))];
    const { coefficients, residual } = nonNegativeLeastSquares(columns, means, weights);
    return { a: coefficients[0] ?? 0, b: coefficients[1] ?? 0, p, residual };
  });
  const least = Math.min(...shapes.map((shape) => shape.residual));
  const shape = shapes.find((candidate) => candidate.residual <= least + threadPrice);
  if (!shape) throw new RangeError('A curve needs durations above 0');
  const residuals = means.map((value, i) => Math.log(value / shapeAt(shape, sizes[i] ?? oneVcpuMb)));
  const misfit = misfitOf(residuals, errors);
  const corrections = residuals.map((residual, i) => (residual * misfit ** 2) / (misfit ** 2 + (errors[i] ?? 0) ** 2));
  return { a: shape.a, b: shape.b, p: shape.p, knots: sizes.map(Math.log), corrections, residuals, misfit };
}

function shapeAt({ a, b, p }: Pick<Curve, 'a' | 'b' | 'p'>, memoryMb: number): number {
  return a + b / Math.min(vcpus(memoryMb), p);
}

function durationAt(curve: Curve, memoryMb: number): number {
  return shapeAt(curve, memoryMb) * Math.exp(interpolate(curve.knots, curve.corrections, Math.log(memoryMb)));
}

const priorMisfit = 0.05;
const priorSizes = 2;

/** What residuals show beyond the noise of the means, with a prior worth two sizes that miss by 5 %. */
function misfitOf(residuals: readonly number[], errors: readonly number[]): number {
  const excess = sum(residuals.map((residual, i) => residual ** 2 - (errors[i] ?? 0) ** 2));
  return Math.sqrt(Math.max(0, excess + priorMisfit ** 2 * priorSizes) / (residuals.length + priorSizes));
}

/** Distance in log memory over which what the shape misses at one size stops telling about another. */
const correlationLength = 0.7;

/** 0 at a measured size, towards 1 far from all of them. */
function distanceWeight(sizes: readonly number[], memoryMb: number): number {
  const nearest = Math.min(...sizes.map((size) => Math.abs(Math.log(size / memoryMb))));
  return Math.sqrt(1 - Math.exp(-((nearest / correlationLength) ** 2)));
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(sum(values.map((value) => value ** 2)) / values.length);
}
