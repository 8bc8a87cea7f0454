import { type Allocation, allocationFor, billedTimeMs, type ProviderPrice } from './price.ts';

/** What one call used, as traced. */
export type CallUse = {
  /** Of the call itself. */
  durationMs: number;
  /** Of what came before the first call; 0 on a warm one. */
  initMs: number;
  peakMb: number;
  /** Memory in use over the call, as steps: `memoryMb` holds for `durationMs`. Only `used` metering reads it. */
  over: readonly { durationMs: number; memoryMb: number }[];
};

export type Bill = {
  allocated: Allocation;
  billedMs: number;
  /** USD for all calls, after what is free. */
  costUsd: number;
  /** What exactly the time and the memory needed would cost: no rounding of either. */
  netUsd: number;
  /** `costUsd` minus `netUsd`: what rounding costs. */
  overheadUsd: number;
  wastedMs: number;
  wastedMb: number;
  /** Extra cost over net when only memory, or only time, is rounded; shares of net. Null when net is 0. */
  memoryOverhead: number | null;
  timeOverhead: number | null;
};

const mbInGb = 1024;

/** USD for so much memory and CPU over so much time, before requests. */
function rateUsd(price: ProviderPrice, { memoryMb, cpuUnits }: Allocation, durationMs: number): number {
  const perStep = priceOfStep(price, memoryMb);
  const memoryUsd = perStep === null ? price.usdPerGbSecond * (memoryMb / mbInGb) * (durationMs / 1000) : perStep * durationMs;
  return memoryUsd + (price.usdPerCpuSecond ?? 0) * cpuUnits * (durationMs / 1000);
}

/** USD a ms, where the price of a step at each size is published rounded. */
function priceOfStep({ stepPriceDecimals, usdPerGbSecond, time }: ProviderPrice, memoryMb: number): number | null {
  if (stepPriceDecimals === undefined) return null;
  const exact = usdPerGbSecond * (memoryMb / mbInGb) * (time.stepMs / 1000);
  const unit = 10 ** stepPriceDecimals;
  return Math.round(exact * unit) / unit / time.stepMs;
}

/** GB-seconds that a bill for memory in use counts: each moment rounded up to a step, and at least the least of both. */
export function usedGbSeconds({ sizes, time }: ProviderPrice, { over }: Pick<CallUse, 'over'>): number {
  if (!('leastMb' in sizes)) throw new RangeError('A bill for memory in use needs size steps');
  const { leastMb, mostMb, stepMb } = sizes;
  const roundedMb = (memoryMb: number): number => Math.min(mostMb, Math.max(leastMb, Math.ceil(memoryMb / stepMb) * stepMb));
  let durationMs = 0;
  let mbMs = 0;
  for (const step of over) {
    durationMs += step.durationMs;
    mbMs += step.durationMs * roundedMb(step.memoryMb);
  }
  mbMs += Math.max(0, time.leastMs - durationMs) * leastMb;
  return mbMs / mbInGb / 1000;
}

/**
 * What `calls` calls cost when the function has the size `sizeMb` (default: the smallest that holds the peak).
 * Null when the provider has no size so large. The free tier is taken off the whole and never makes it negative.
 * Source of the rule: cost = n (round(time) (GB price + CPU price) + fee) − free.
 */
export function billOf(price: ProviderPrice, use: CallUse, calls: number, sizeMb = use.peakMb): Bill | null {
  const allocated = allocationFor(price, Math.max(sizeMb, use.peakMb));
  if (allocated === null) return null;
  const exactMs = use.durationMs + (price.billsInit ? use.initMs : 0);
  const billedMs = billedTimeMs(price, exactMs);
  const needed = { ...allocated, memoryMb: use.peakMb };
  const used = price.metering === 'used' ? usedGbSeconds(price, use) : null;
  const callUsd = used === null ? rateUsd(price, allocated, billedMs) : used * price.usdPerGbSecond;
  const netCallUsd = used === null ? neededUsd(price, allocated, needed, exactMs) : areaUsd(price, use);
  const of = (perCall: number): number => calls * (perCall + price.usdPerRequest);
  const costUsd = Math.max(0, of(callUsd) - freeUsd(price, allocated, used ?? gbSeconds(allocated, billedMs), billedMs, calls));
  const netUsd = of(netCallUsd);
  return {
    allocated,
    billedMs,
    costUsd,
    netUsd,
    overheadUsd: of(callUsd) - netUsd,
    wastedMs: billedMs - exactMs,
    wastedMb: allocated.memoryMb - use.peakMb,
    memoryOverhead: netUsd === 0 ? null : of(used === null ? rateUsd(price, allocated, exactMs) : callUsd) / netUsd - 1,
    timeOverhead: netUsd === 0 ? null : of(used === null ? neededUsd(price, allocated, needed, billedMs) : callUsd) / netUsd - 1,
  };
}

/** As at the allocated size's own price, in proportion to the memory that was needed; CPU comes with the size. */
function neededUsd(price: ProviderPrice, allocated: Allocation, needed: Allocation, durationMs: number): number {
  const memoryOnly = { ...allocated, cpuUnits: 0 };
  const memoryUsd = rateUsd(price, memoryOnly, durationMs) * (needed.memoryMb / allocated.memoryMb);
  return memoryUsd + rateUsd(price, allocated, durationMs) - rateUsd(price, memoryOnly, durationMs);
}

function areaUsd({ usdPerGbSecond }: ProviderPrice, { over }: CallUse): number {
  return usdPerGbSecond * over.reduce((sum, { durationMs, memoryMb }) => sum + (durationMs * memoryMb) / mbInGb / 1000, 0);
}

function gbSeconds({ memoryMb }: Allocation, billedMs: number): number {
  return (memoryMb / mbInGb) * (billedMs / 1000);
}

function freeUsd(price: ProviderPrice, { cpuUnits }: Allocation, gbs: number, billedMs: number, calls: number): number {
  const { free, usdPerRequest, usdPerGbSecond, usdPerCpuSecond } = price;
  const cpuSeconds = (cpuUnits * billedMs) / 1000;
  return (
    usdPerRequest * Math.min(free.requests, calls) +
    usdPerGbSecond * Math.min(free.gbSeconds, gbs * calls) +
    (usdPerCpuSecond ?? 0) * Math.min(free.cpuSeconds, cpuSeconds * calls)
  );
}
