import type { CurvePoint, FigureAtSize, Floor, Objective, Recommendation } from '../../../protocol/sizing.ts';
import { interpolateLog } from '../../numerics/interpolate.ts';
import { expectedExcess } from '../../numerics/statistics.ts';
import { answersFromMb } from './floor.ts';
import { reasonFor } from './reason.ts';
import { breachFactor, tieShare, toleranceQuantile } from './tuning.ts';

/**
 * Chooses a size from a curve. Pure and without dependencies of weight: a page calls it at each move of a slider.
 */

export type Choice = {
  curve: readonly CurvePoint[];
  floor: Floor;
  objective: Objective;
  /** Figures at the size in use; null without one. */
  current: FigureAtSize | null;
  /** The size with the least expected loss over the whole belief, where that is known: the choice, if it meets the limits. */
  preferredMb?: number;
};

/** The size that meets the objective best among the points at or above the floor that end in time. Throws RangeError when there is none. */
export function recommend({ curve, floor, objective, current, preferredMb }: Choice): Recommendation {
  const allowed = curve.filter((point) => point.memory_mb >= answersFromMb(floor));
  const limit = objective.maxDurationMs;
  const within = limit === null ? allowed : allowed.filter((point) => point.duration_ms <= limit);
  const feasible = within.length > 0;
  const preferred = within.find((point) => point.memory_mb === preferredMb);
  const chosen = preferred ?? (feasible ? bestFor(objective, within) : fastestOf(allowed));
  const gain = compare(chosen, current);
  const cheapest = cheapestOf(feasible ? within : allowed);
  const why = reasonFor({
    chosen,
    allowed,
    floorBinds: allowed.length < curve.length,
    cheapest,
    objective,
    feasible,
    current,
    ...gain,
  });
  const { memory_mb, duration_ms, interval, cost_per_million_usd } = chosen;
  return {
    memory_mb,
    duration_ms,
    interval,
    cost_per_million_usd,
    why,
    feasible,
    ...gain,
  };
}

function bestFor(objective: Objective, points: readonly CurvePoint[]): CurvePoint {
  const cheapest = cheapestOf(points);
  if (objective.goal === 'cost') return cheapest;
  if (objective.goal === 'balanced')
    return least(points, (point) => Math.log(point.cost_per_million_usd) + Math.log(point.duration_ms));
  const lowest = Math.min(...points.map((point) => point.cost_per_million_usd));
  // Without a tolerance this is the cheapest, which takes sizes of practically the same cost as one.
  const tolerance = Math.max(objective.tolerance, tieShare);
  return least(points, (point) => Math.log(point.duration_ms) + breachFactor * expectedBreach(point, lowest, tolerance));
}

/**
 * By how much a size is expected to cost more than the tolerance allows, on a log scale. The logarithm of its cost over the
 * cheapest is taken as normal, its deviation from the upper quantile that the belief gives: where the curve is in doubt a
 * size near the tolerance is left, and where it is certain the tolerance is a plain limit.
 */
function expectedBreach(point: CurvePoint, lowestUsd: number, tolerance: number): number {
  const ratioLn = Math.log(point.cost_per_million_usd / lowestUsd);
  const highLn = Math.log(point.cost_ratio_high ?? 1);
  const deviation = Math.max(0, highLn - ratioLn) / toleranceQuantile;
  const excess = ratioLn - Math.log1p(tolerance);
  // No gain in speed pays for a size that is known to be beyond the tolerance, or likely clearly beyond it.
  if (excess > Math.min(deviation, clearlyBeyond)) return Infinity;
  return deviation === 0 ? 0 : expectedExcess(excess, deviation);
}

/** A breach that is worth avoiding at any price, on a log scale. */
const clearlyBeyond = 0.03;

/** The cheapest; of those that cost practically the same, the fastest. */
function cheapestOf(points: readonly CurvePoint[]): CurvePoint {
  const lowest = Math.min(...points.map((point) => point.cost_per_million_usd));
  const ties = points.filter((point) => point.cost_per_million_usd <= lowest * (1 + tieShare));
  return least(ties, (point) => point.duration_ms);
}

/** The fastest; of those that are practically as fast, the cheapest. */
function fastestOf(points: readonly CurvePoint[]): CurvePoint {
  const lowest = Math.min(...points.map((point) => point.duration_ms));
  const ties = points.filter((point) => point.duration_ms <= lowest * (1 + tieShare));
  return least(ties, (point) => point.cost_per_million_usd);
}

function least(points: readonly CurvePoint[], measure: (point: CurvePoint) => number): CurvePoint {
  const best = points.toSorted((a, b) => measure(a) - measure(b) || a.memory_mb - b.memory_mb)[0];
  if (best === undefined) throw new RangeError('No size to choose from');
  return best;
}

/**
 * What moving from the current size brings: share of the cost saved, and current ÷ new duration. Null without a
 * current size. The saving is null too when the noise of the two durations hides it: then none is claimed.
 */
export function compare(chosen: FigureAtSize, current: FigureAtSize | null): { saving: number | null; speedup: number | null } {
  if (current === null) return { saving: null, speedup: null };
  if (current.memory_mb === chosen.memory_mb) return { saving: 0, speedup: 1 };
  return {
    saving: costsOverlap(chosen, current) ? null : 1 - chosen.cost_per_million_usd / current.cost_per_million_usd,
    speedup: current.duration_ms / chosen.duration_ms,
  };
}

/** Whether the 90 % intervals of two costs overlap. The fee is certain, so a cost is at most as uncertain as its duration. */
function costsOverlap(a: FigureAtSize, b: FigureAtSize): boolean {
  const [cheaper, dearer] = a.cost_per_million_usd <= b.cost_per_million_usd ? [a, b] : [b, a];
  const high = (cheaper.cost_per_million_usd * cheaper.interval[1]) / cheaper.duration_ms;
  const low = (dearer.cost_per_million_usd * dearer.interval[0]) / dearer.duration_ms;
  return high >= low;
}

/** Duration, interval and cost at any size within the curve, log-linear between its points; null outside it. */
export function figureAt(curve: readonly CurvePoint[], memoryMb: number): FigureAtSize | null {
  const sizes = curve.map((point) => point.memory_mb);
  const first = sizes[0];
  const last = sizes.at(-1);
  if (first === undefined || last === undefined || memoryMb < first || memoryMb > last) return null;
  const at = (measure: (point: CurvePoint) => number): number => interpolateLog(sizes, curve.map(measure), memoryMb);
  return {
    memory_mb: memoryMb,
    duration_ms: at((point) => point.duration_ms),
    interval: [at((point) => point.interval[0]), at((point) => point.interval[1])],
    cost_per_million_usd: at((point) => point.cost_per_million_usd),
  };
}
