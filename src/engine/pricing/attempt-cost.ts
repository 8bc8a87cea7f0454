import type { Measurement } from '../../protocol/samples.ts';
import { billedCostUsd } from './bill.ts';
import type { Price } from './prices.ts';

/**
 * What an attempt at a size costs at the provider, USD; null without a size, and when its duration is not known.
 * `reportedMs`: what the provider says it billed, which is known better than from durations: whether init was billed depends on
 * the year.
 */
export function attemptCostUsd(
  price: Price,
  memoryMb: number | null,
  measurement: Measurement,
  reportedMs: number | null = null,
): number | null {
  if (memoryMb === null) return null;
  if (reportedMs !== null) return billedCostUsd(price, { memoryMb, durationMs: reportedMs });
  // A throttled call does not reach the function, and is not billed.
  if (measurement.outcome === 'throttled') return 0;
  if (measurement.durationMs === null) return null;
  return billedCostUsd(price, { memoryMb, durationMs: measurement.durationMs, initMs: measurement.initMs });
}
