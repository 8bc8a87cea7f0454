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
 * as far as it stands out of the noise, and interpolated between them in log m. Intervals come from draws: the shape
 * refitted to redrawn means (a parametric bootstrap), and what it misses redrawn around its estimate.
 */
export function fitCurve(observations: readonly Observation[], random: Random): Fit {
  const data: Data = {
    sizes: observations.map((o) => o.memoryMb),
    means: observations.map((o) => o.meanMs),
    errors: standardErrors(observations),
  };
  const misfit = misfitOf(residualsOf(data, fitShape(data.sizes, data.means, data.errors)), data.errors);
  // To the shape, what it misses is noise as well.
  const spreads = data.errors.map((error) => Math.hypot(error, misfit));
  const shape = fitShape(data.sizes, data.means, spreads);
  const best = { shape, corrections: corrections(data, shape, misfit, () => 0) };
  const draws = Array.from({ length: drawCount }, () => {
    const redrawn = data.means.map((value, i) => value * Math.exp((spreads[i] ?? 0) * normal(random)));
    const drawn = fitShape(data.sizes, redrawn, spreads);
    return { shape: drawn, corrections: corrections(data, drawn, misfit, () => normal(random)), unseen: normal(random) };
  });
  const knots = data.sizes.map(Math.log);
  const durationAt = (curve: Curve, memoryMb: number): number =>
    shapeAt(curve.shape, memoryMb) * Math.exp(interpolate(knots, curve.corrections, Math.log(memoryMb)));
  return {
    predict(memoryMb) {
      const spread = misfit * distanceWeight(data.sizes, memoryMb);
      const drawn = draws.map((draw) => durationAt(draw, memoryMb) * Math.exp(spread * draw.unseen));
      return { durationMs: durationAt(best, memoryMb), interval: interval90(drawn) };
    },
    work: { cpuMs: shape.b, waitMs: shape.a, parallelism: Math.max(...data.sizes) > parallelVisibleMb ? shape.p : null },
    sentence: `Model: waiting + CPU ÷ min(memory ÷ 1769 MB, threads), fitted to ${observations.length} sizes; it misses their means by ${formatPercent(rootMeanSquare(residualsOf(data, shape)))}.`,
  };
}

type Data = { sizes: readonly number[]; means: readonly number[]; errors: readonly number[] };

type Shape = { a: number; b: number; p: number };

/** A shape with the natural logarithm of what it misses at each measured size. */
type Curve = { shape: Shape; corrections: readonly number[] };

/** Threads that may work at once; the last is the share of a 10,240 MB function. */
const parallelisms = [1, 1.08, 1.15, 1.5, 2, 3, 4, 5, 5.79];

/** Below this no measurement can tell one thread from several. */
const parallelVisibleMb = 1920;

/** A further thread must improve χ² by this much to be believed (Akaike's price of a parameter). */
const threadPrice = 2;

/** The shape that suits these means best; of those that suit nearly as well, the one with the fewest threads. */
function fitShape(sizes: readonly number[], means: readonly number[], errors: readonly number[]): Shape {
  const first = bestShape(sizes, means, errors, means);
  // An error is a share of the truth, not of the mean that happened: else means that came out low would count more.
  return bestShape(
    sizes,
    means,
    errors,
    sizes.map((size) => shapeAt(first, size)),
  );
}

function bestShape(
  sizes: readonly number[],
  means: readonly number[],
  errors: readonly number[],
  scale: readonly number[],
): Shape {
  const weights = scale.map((value, i) => 1 / (value * (errors[i] ?? 1)));
  const shapes = parallelisms.map((p) => {
    const columns = [sizes.map(() => 1), sizes.map((size) => 1 / Math.min(vcpus(size), p))];
    const { coefficients, residual } = nonNegativeLeastSquares(columns, means, weights);
    return { a: coefficients[0] ?? 0, b: coefficients[1] ?? 0, p, residual };
  });
  const least = Math.min(...shapes.map((shape) => shape.residual));
  const chosen = shapes.find((shape) => shape.residual <= least + threadPrice);
  if (!chosen) throw new RangeError('A curve needs durations above 0');
  return { a: chosen.a, b: chosen.b, p: chosen.p };
}

function shapeAt({ a, b, p }: Shape, memoryMb: number): number {
  return a + b / Math.min(vcpus(memoryMb), p);
}

function residualsOf({ sizes, means }: Data, shape: Shape): number[] {
  return means.map((value, i) => Math.log(value / shapeAt(shape, sizes[i] ?? oneVcpuMb)));
}

/** What a shape misses, believed as far as it exceeds the noise of the means; `deviate` draws the rest of the doubt. */
function corrections(data: Data, shape: Shape, misfit: number, deviate: () => number): number[] {
  return residualsOf(data, shape).map((residual, i) => {
    const error = data.errors[i] ?? 0;
    const trust = misfit ** 2 / (misfit ** 2 + error ** 2);
    return trust * residual + Math.sqrt(trust) * error * deviate();
  });
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
