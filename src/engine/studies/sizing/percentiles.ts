import type { CurvePoint, Objective, Percentile } from '../../../protocol/sizing.ts';
import { interpolate, interpolateLog } from '../../numerics/interpolate.ts';
import { quantileOfSorted } from '../../numerics/statistics.ts';
import type { Posterior } from './posterior.ts';
import { quantileLn, type Spread } from './spread.ts';
import { defaultConfidence } from './tuning.ts';

/** Sizes at which the percentile of a mix of payloads is worked out; between them it hardly moves beside the mean. */
const mixSizes = 16;

/** By draw, then by the belief's sizes: logarithm of the duration that this share of warm calls keeps. */
export function percentileDraws(
  belief: Posterior,
  weights: readonly number[],
  spread: readonly Spread[],
  share: number,
): Float64Array[] {
  if (belief.payloads.length < 2) {
    return belief.draws.map((draw, d) => {
      const own = spread[d % spread.length];
      const aboveLn = own === undefined ? 0 : quantileLn(own, [{ weight: 1, meanLn: 0 }], share);
      return draw.map((meanLn) => meanLn + aboveLn);
    });
  }
  const every = Math.max(1, Math.ceil(belief.sizes.length / mixSizes));
  const at = belief.sizes.map((_, i) => i).filter((i) => i % every === 0 || i === belief.sizes.length - 1);
  const knots = at.map((i) => Math.log(belief.sizes[i] ?? 1));
  return belief.draws.map((draw, d) => {
    const own = spread[d % spread.length];
    const aboveLn = at.map((i) => {
      const components = belief.payloads.map(({ draws }, p) => ({ weight: weights[p] ?? 0, meanLn: draws[d]?.[i] ?? 0 }));
      return own === undefined ? 0 : quantileLn(own, components, share) - (draw[i] ?? 0);
    });
    return draw.map((meanLn, i) => meanLn + interpolate(knots, aboveLn, Math.log(belief.sizes[i] ?? 1)));
  });
}

type Percentiles = NonNullable<CurvePoint['percentiles']>;

/** Percentiles of warm calls at any size, with the bound below which they lie at the objective's confidence. */
export function percentilesOf(
  belief: Posterior,
  weights: readonly number[],
  spread: readonly Spread[],
  { confidence = defaultConfidence }: Objective,
): (memoryMb: number) => Percentiles {
  const of = (share: number): ((memoryMb: number) => Percentile) => {
    const draws = percentileDraws(belief, weights, spread, share);
    const columns = belief.sizes.map((_, i) => Float64Array.from(draws, (draw) => draw[i] ?? 0).toSorted());
    const middles = columns.map((column) => Math.exp(quantileOfSorted(column, 0.5)));
    const uppers = columns.map((column) => Math.exp(quantileOfSorted(column, confidence)));
    return (memoryMb) => ({
      duration_ms: interpolateLog(belief.sizes, middles, memoryMb),
      upper_ms: interpolateLog(belief.sizes, uppers, memoryMb),
    });
  };
  const [p50, p95, p99] = [of(0.5), of(0.95), of(0.99)];
  return (memoryMb) => ({ p50: p50(memoryMb), p95: p95(memoryMb), p99: p99(memoryMb) });
}
