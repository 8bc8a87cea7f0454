import { type Allocation, allocationFor, billedTimeMs, type ProviderPrice } from '../../pricing/providers/price.ts';
import { areaUnder, bytesInMb, largest, type Trace, within } from './trace.ts';

/** What is billed for a run, MB · ms, and where it goes. The parts add up to the whole. */
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
 * Splits what a run is billed at a size (default: the smallest that holds the peak). Null when the provider has no such size
 * or bills memory in use, or nothing was read. Where there are no phases, the whole run counts as one call.
 */
export function wasteOf(trace: Trace, price: ProviderPrice, sizeMb?: number): Waste | null {
  const peakBytes = largest(trace.usage);
  if (peakBytes === null || price.metering === 'used') return null;
  const peakMb = peakBytes / bytesInMb;
  const smallest = allocationFor(price, peakMb);
  const allocated = sizeMb === undefined ? smallest : allocationFor(price, Math.max(sizeMb, peakMb));
  if (smallest === null || allocated === null) return null;
  const { initMs, calls } = spansOfRun(trace);
  return split(price, { peakMb, smallest, allocated, initMs: price.billsInit ? initMs : 0, calls });
}

type Span = { durationMs: number; usedMbMs: number };

/** Time before the first call, and each call with the area under its memory. */
function spansOfRun({ phases, usage, endMs }: Trace): { initMs: number; calls: Span[] } {
  const calls = phases.filter(({ name }) => name === 'invoke');
  const init = phases.filter(({ name }) => name === 'init').reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const spans = calls.length > 0 ? calls : [{ startMs: 0, endMs }];
  return {
    initMs: init,
    calls: spans.map(({ startMs, endMs }) => ({
      durationMs: endMs - startMs,
      usedMbMs: areaUnder(within(usage, startMs, endMs)) / bytesInMb,
    })),
  };
}

type Parts = { peakMb: number; smallest: Allocation; allocated: Allocation; initMs: number; calls: readonly Span[] };

function split(price: ProviderPrice, { peakMb, smallest, allocated, initMs, calls }: Parts): Waste {
  const waste: Waste = { billedMbMs: 0, used: 0, init: initMs * allocated.memoryMb, rounding: 0, headroom: 0, temporal: 0 };
  for (const [index, { durationMs, usedMbMs }] of calls.entries()) {
    const ownInitMs = index === 0 ? initMs : 0;
    const billedMs = billedTimeMs(price, durationMs + ownInitMs);
    waste.billedMbMs += billedMs * allocated.memoryMb;
    waste.rounding += (billedMs - durationMs - ownInitMs) * allocated.memoryMb + durationMs * (smallest.memoryMb - peakMb);
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
