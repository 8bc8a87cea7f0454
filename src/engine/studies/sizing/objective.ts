import type { CurvePoint, FigureAtSize, Floor, Interval, Objective, Recommendation } from '../../../protocol/sizing.ts';
import { interpolateLog } from '../../numerics/interpolate.ts';
import { expectedExcess } from '../../numerics/statistics.ts';
import { blended, type Option, optionOf } from './blend.ts';
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
  /** Bounds of 90 % of the belief in the share of the current cost that a size saves, where that is known. */
  savingAt?: (memoryMb: number) => Interval;
};

/** The size that meets the objective best among the points at or above the floor that end in time. Throws RangeError when there is none. */
export function recommend({ curve, floor, objective, current, preferredMb, savingAt }: Choice): Recommendation {
  const allowed = curve.filter((point) => point.memory_mb >= answersFromMb(floor)).map((point) => optionOf(point, objective));
  const limit = objective.maxDurationMs;
  const within = limit === null ? allowed : allowed.filter(({ limitedMs }) => limitedMs <= limit);
  const feasible = within.length > 0;
  const preferred = within.find(({ point }) => point.memory_mb === preferredMb);
  const chosen = preferred ?? (feasible ? bestFor(objective, within) : nearest(allowed));
  const saving_interval = current === null ? undefined : savingAt?.(chosen.point.memory_mb);
  const hidden = saving_interval === undefined ? undefined : saving_interval[0] <= 0 && saving_interval[1] >= 0;
  const gain = compare(chosen.point, current, { objective, curve, ...(hidden !== undefined && { hidden }) });
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
  const { memory_mb, duration_ms, interval, cost_per_million_usd } = chosen.point;
  const figures = { memory_mb, duration_ms, interval, cost_per_million_usd };
  return { ...figures, why, feasible, ...gain, ...(saving_interval !== undefined && { saving_interval }) };
}

function bestFor(objective: Objective, options: readonly Option[]): Option {
  const cheapest = cheapestOf(options);
  if (objective.goal === 'cost') return cheapest;
  if (objective.goal === 'balanced')
    return least(options, (each) => Math.log(each.costPerMillionUsd) + Math.log(each.durationMs));
  const lowest = Math.min(...options.map((each) => each.costPerMillionUsd));
  // Without a tolerance this is the cheapest, which takes sizes of practically the same cost as one.
  const tolerance = Math.max(objective.tolerance, tieShare);
  return least(options, (each) => Math.log(each.durationMs) + breachFactor * expectedBreach(each, lowest, tolerance));
}

/**
 * By how much a size is expected to cost more than the tolerance allows, on a log scale. The logarithm of its cost over the
 * cheapest is taken as normal, its deviation from the upper quantile that the belief gives: where the curve is in doubt a
 * size near the tolerance is left, and where it is certain the tolerance is a plain limit.
 */
function expectedBreach({ point, costPerMillionUsd }: Option, lowestUsd: number, tolerance: number): number {
  const ratioLn = Math.log(costPerMillionUsd / lowestUsd);
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
function cheapestOf(options: readonly Option[]): Option {
  const lowest = Math.min(...options.map((each) => each.costPerMillionUsd));
  const ties = options.filter((each) => each.costPerMillionUsd <= lowest * (1 + tieShare));
  return least(ties, (each) => each.durationMs);
}

/** The one that comes nearest to the limit; of those that are practically as near, the cheapest. */
function nearest(options: readonly Option[]): Option {
  const lowest = Math.min(...options.map((each) => each.limitedMs));
  const ties = options.filter((each) => each.limitedMs <= lowest * (1 + tieShare));
  return least(ties, (each) => each.costPerMillionUsd);
}

function least(options: readonly Option[], measure: (option: Option) => number): Option {
  const best = options.toSorted((a, b) => measure(a) - measure(b) || a.point.memory_mb - b.point.memory_mb)[0];
  if (best === undefined) throw new RangeError('No size to choose from');
  return best;
}

/**
 * What moving from the current size brings: share of the cost saved, and current ÷ new duration, of the mean call with cold
 * ones by their rate where the objective and its curve are given. Null without a current size. The saving is null too when the noise of the two durations hides it: then
 * none is claimed.
 */
export function compare(
  chosen: FigureAtSize,
  current: FigureAtSize | null,
  asked?: Pick<Choice, 'objective' | 'curve'> & {
    /** Whether doubt hides the saving, where more than the two intervals tells. */ hidden?: boolean;
  },
): { saving: number | null; speedup: number | null } {
  if (current === null) return { saving: null, speedup: null };
  if (current.memory_mb === chosen.memory_mb) return { saving: 0, speedup: 1 };
  const seen = (figure: FigureAtSize) =>
    asked === undefined ? blended(figure) : blended({ ...figure, ...coldAt(asked.curve, figure.memory_mb) }, asked.objective);
  const [before, after] = [seen(current), seen(chosen)];
  return {
    saving: (asked?.hidden ?? costsOverlap(chosen, current)) ? null : 1 - after.costPerMillionUsd / before.costPerMillionUsd,
    speedup: before.durationMs / after.durationMs,
  };
}

/** What a cold call takes at any size within the curve; nothing where no cold call was seen. */
function coldAt(curve: readonly CurvePoint[], memoryMb: number): Pick<CurvePoint, 'cold'> {
  const known = curve.flatMap(({ memory_mb, cold }) => (cold === undefined ? [] : [{ memory_mb, cold }]));
  if (known.length === 0) return {};
  const sizes = known.map(({ memory_mb }) => memory_mb);
  const at = (measure: (cold: NonNullable<CurvePoint['cold']>) => number): number =>
    interpolateLog(
      sizes,
      known.map(({ cold }) => measure(cold)),
      memoryMb,
    );
  return { cold: { duration_ms: at((cold) => cold.duration_ms), cost_per_million_usd: at((cold) => cold.cost_per_million_usd) } };
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
