import type { FigureAtSize, Interval } from '../../protocol/sizing.ts';
import { normalShare } from '../numerics/statistics.ts';

/** Half of an interval that holds 90 % of a normal belief, in standard deviations. */
const z95 = 1.645;

/**
 * Probability that moving from one size to another saves money at all. With the interval of the saving, as a share, the
 * belief is taken as normal between its bounds; without it (old reports, predictions) the logarithms of the two costs are
 * taken as normal and independent, which understates the confidence, as the errors of two sizes go together.
 */
export function savingConfidence(current: FigureAtSize, recommended: FigureAtSize, savingInterval: Interval | undefined): number {
  if (savingInterval !== undefined) {
    const [low, high] = savingInterval;
    return shareAbove0((low + high) / 2, (high - low) / (2 * z95));
  }
  const gainLn = Math.log(current.cost_per_million_usd / recommended.cost_per_million_usd);
  return shareAbove0(gainLn, Math.hypot(deviationLn(current), deviationLn(recommended)));
}

/** The fee is certain, so the logarithm of a cost varies at most as that of its duration. */
function deviationLn({ interval }: FigureAtSize): number {
  return Math.log(interval[1] / Math.max(interval[0], Number.MIN_VALUE)) / (2 * z95);
}

function shareAbove0(mean: number, deviation: number): number {
  if (mean === 0) return 0.5;
  return normalShare(mean / deviation);
}
