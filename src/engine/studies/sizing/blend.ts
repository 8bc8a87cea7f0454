import type { CurvePoint, Objective } from '../../../protocol/sizing.ts';

/** What a call takes and costs on average when some are cold. */
export type Blend = { durationMs: number; costPerMillionUsd: number };

/**
 * The mean over warm and cold calls: (1 − q) · warm + q · cold, with q the objective's rate of cold calls, whose init is
 * waited for and billed. Without a rate, and where no cold call was seen: that of warm calls.
 */
export function blended(
  point: Pick<CurvePoint, 'duration_ms' | 'cost_per_million_usd' | 'cold'>,
  { coldRate = 0 }: Pick<Objective, 'coldRate'> = {},
): Blend {
  const cold = point.cold ?? point;
  return {
    durationMs: point.duration_ms + coldRate * (cold.duration_ms - point.duration_ms),
    costPerMillionUsd: point.cost_per_million_usd + coldRate * (cold.cost_per_million_usd - point.cost_per_million_usd),
  };
}

/** A size with what the objective looks at: the mean call, cold ones included by their rate, and what the limit is for. */
export type Option = { point: CurvePoint; durationMs: number; costPerMillionUsd: number; limitedMs: number };

export function optionOf(point: CurvePoint, objective: Objective): Option {
  return { point, ...blended(point, objective), limitedMs: limitedMs(point, objective) };
}

/**
 * The duration that must keep the limit: of the percentile asked for, the bound below which it lies with the confidence;
 * else the mean of warm calls, also where a curve has no percentiles.
 */
export function limitedMs({ duration_ms, percentiles }: CurvePoint, { percentile }: Objective): number {
  if (percentile === undefined) return duration_ms;
  return percentiles?.[`p${percentile}`].upper_ms ?? duration_ms;
}
