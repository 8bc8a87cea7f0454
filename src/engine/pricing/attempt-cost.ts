import type { Measurement } from '../../protocol/samples.ts';
import { billedCostUsd } from './bill.ts';
import type { Price } from './prices.ts';

/** What an attempt at a size costs at the provider, USD; null without a size, and when its duration is not known. */
export function attemptCostUsd(price: Price, memoryMb: number | null, measurement: Measurement): number | null {
  if (memoryMb === null) return null;
  // A throttled call does not reach the function, and is not billed.
  if (measurement.outcome === 'throttled') return 0;
  if (measurement.durationMs === null) return null;
  return billedCostUsd(price, { memoryMb, durationMs: measurement.durationMs, initMs: measurement.initMs });
}
