/** How a provider bills one call of a function, as a row of a table. GB here is 1,024 MB. */
export type ProviderPrice = {
  id: string;
  name: string;
  region: string;
  /** Day on which the rates were looked up, or from which the rule held. */
  date: string;
  source: string;
  /** What an estimate with this row takes for granted; empty when nothing beyond its source. */
  assumes: string;
  /** `allocated`: the size times the time; `used`: the memory in use over time, each moment rounded up to a step. */
  metering: 'allocated' | 'used';
  sizes: SizeSteps | readonly SizeTier[];
  /** Billed time is rounded up to whole steps, and never below the least. */
  time: { stepMs: number; leastMs: number };
  usdPerGbSecond: number;
  usdPerRequest: number;
  /** Null where CPU comes with memory at no price of its own. Units are vCPU, or GHz where a tier says so. */
  usdPerCpuSecond: number | null;
  /** Where a price of one time step is published rounded to so many decimals, USD. */
  stepPriceDecimals?: number;
  /** Whether the time before the first call is billed. */
  billsInit: boolean;
  /** What a month has for nothing. */
  free: { requests: number; gbSeconds: number; cpuSeconds: number };
};

export type SizeSteps = {
  leastMb: number;
  mostMb: number;
  stepMb: number;
  /** CPU billed with sizes up to so many MB, smallest first; absent where CPU has no price. */
  cpu?: readonly { upToMb: number; units: number }[];
};

export type SizeTier = { memoryMb: number; cpuUnits: number };

export type Allocation = { memoryMb: number; cpuUnits: number };

/** The smallest size that holds `neededMb`; null when the provider has none so large. */
export function allocationFor({ sizes }: ProviderPrice, neededMb: number): Allocation | null {
  if (!('leastMb' in sizes)) {
    const tier = sizes.find(({ memoryMb }) => memoryMb >= neededMb);
    return tier === undefined ? null : { ...tier };
  }
  const steps = Math.ceil(Math.max(0, neededMb - sizes.leastMb) / sizes.stepMb);
  const memoryMb = sizes.leastMb + steps * sizes.stepMb;
  if (memoryMb > sizes.mostMb) return null;
  const cpuUnits = sizes.cpu?.find(({ upToMb }) => memoryMb <= upToMb)?.units ?? 0;
  return { memoryMb, cpuUnits };
}

/** Time that is billed for so much, ms. */
export function billedTimeMs({ time }: ProviderPrice, durationMs: number): number {
  // A duration that is a sum of fractions may be a hair above a whole step.
  return Math.max(time.leastMs, Math.ceil(durationMs / time.stepMs - 1e-9) * time.stepMs);
}
