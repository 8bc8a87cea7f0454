import { allocationFor, billedTimeMs, type ProviderPrice } from '../../pricing/providers/price.ts';
import type { TracedCall } from './calls.ts';

/** What is billed for calls, MB · ms, and where it goes. The parts add up to the whole. */
export type Waste = {
  billedMbMs: number;
  /** Memory in use while calls ran. */
  used: number;
  /** Billed time before the first call. */
  init: number;
  /** What rounding the time up, and the memory needed up to a size, adds. */
  rounding: number;
  /** A size that is larger than the smallest that would do. */
  headroom: number;
  /** Memory below its own peak while calls ran: only a size that changes over time would save it. */
  temporal: number;
};

/**
 * Splits what calls are billed at a size (default: the smallest that holds their peak). Null when the provider has no such
 * size or bills memory in use, or there are no calls.
 */
export function wasteOf(calls: readonly TracedCall[], price: ProviderPrice, sizeMb = 0): Waste | null {
  const peakMb = calls.reduce((most, call) => Math.max(most, call.peakMb), 0);
  const smallest = allocationFor(price, peakMb);
  const allocated = allocationFor(price, Math.max(sizeMb, peakMb));
  if (calls.length === 0 || smallest === null || allocated === null || price.metering === 'used') return null;
  const waste: Waste = { billedMbMs: 0, used: 0, init: 0, rounding: 0, headroom: 0, temporal: 0 };
  for (const { durationMs, usedMbMs, ...call } of calls) {
    const initMs = price.billsInit ? call.initMs : 0;
    const billedMs = billedTimeMs(price, durationMs + initMs);
    waste.billedMbMs += billedMs * allocated.memoryMb;
    waste.init += initMs * allocated.memoryMb;
    waste.rounding += (billedMs - durationMs - initMs) * allocated.memoryMb + durationMs * (smallest.memoryMb - peakMb);
    waste.headroom += durationMs * (allocated.memoryMb - smallest.memoryMb);
    waste.temporal += durationMs * peakMb - usedMbMs;
    waste.used += usedMbMs;
  }
  return waste;
}

/** The parts as shares of what is billed. */
export function sharesOf({ billedMbMs, ...parts }: Waste): Omit<Waste, 'billedMbMs'> {
  const share = (part: number): number => (billedMbMs > 0 ? part / billedMbMs : 0);
  return {
    used: share(parts.used),
    init: share(parts.init),
    rounding: share(parts.rounding),
    headroom: share(parts.headroom),
    temporal: share(parts.temporal),
  };
}
