import { oneVcpuMb, vcpus } from '../../studies/sizing/grid.ts';
import { cpuPeriodMs } from '../../studies/sizing/split.ts';

/** What a memory size means in a container: as on AWS Lambda, memory buys CPU. */

/** Period in which the CPU quota is counted, µs: Lambda's own, so that a small size shows the same steps. */
const cpuPeriodUs = cpuPeriodMs * 1000;

/** The least quota that the Linux scheduler takes, µs. */
const leastQuotaUs = 1_000;

export const smallestMb = 128;
export const largestMb = 10_240;

export type Limits = {
  Memory: number;
  /** Equal to the memory: no swap beside it. */
  MemorySwap: number;
  CpuPeriod: number;
  CpuQuota: number;
};

/**
 * Limits of a container for a size, in the engine's own fields (bytes, µs). More cores than the engine has cannot be
 * given: the quota is then all of them, and `capped` is set.
 */
export function limitsOf(memoryMb: number, engineCores: number): { limits: Limits; capped: boolean } {
  const wanted = vcpus(memoryMb);
  const bytes = memoryMb * 2 ** 20;
  const quota = Math.max(leastQuotaUs, Math.round(cpuPeriodUs * Math.min(wanted, engineCores)));
  return {
    limits: { Memory: bytes, MemorySwap: bytes, CpuPeriod: cpuPeriodUs, CpuQuota: quota },
    capped: wanted > engineCores,
  };
}

/** Largest size of a container on an engine with so much memory, MB. */
export function largestSizeMb(engineMemoryBytes: number): number {
  return Math.max(smallestMb, Math.min(largestMb, Math.floor(engineMemoryBytes / 2 ** 20)));
}

/** Node's heap limits for a size, as AWS's own Node runtime sets them: a tenth for new objects, the rest for old ones. */
export function nodeHeapOptions(memoryMb: number): string[] {
  const newSpaceMb = Math.floor(memoryMb / 10);
  return [`--max-semi-space-size=${Math.floor(newSpaceMb / 2)}`, `--max-old-space-size=${memoryMb - newSpaceMb}`];
}

/** What an engine with so many cores cannot give, for a report's evidence; null when it gives all that its sizes buy. */
export function capNote(engineCores: number, maxMb: number): string | null {
  if (vcpus(maxMb) <= engineCores) return null;
  const fromMb = Math.floor(engineCores * oneVcpuMb);
  const cores = `${engineCores} core${engineCores === 1 ? '' : 's'}`;
  return `The Docker engine has ${cores}: sizes above ${fromMb} MB got no more CPU than that; Lambda gives them more.`;
}
