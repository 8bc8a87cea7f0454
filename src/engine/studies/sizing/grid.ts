import type { Sizes } from '../../targets/target.ts';

/** MB at which AWS Lambda gives one vCPU; credits are linear in memory. Source: AWS Lambda developer guide, "Configure memory". */
export const oneVcpuMb = 1769;

/** The customary size past one vCPU: a function with one thread is as fast there as it gets. */
export const pastOneVcpuMb = 2048;

/** Threads that 10,240 MB can feed: 10,240 / 1,769. */
export const maxParallelism = 5.79;

/** vCPU credits of a size. */
export function vcpus(memoryMb: number): number {
  return memoryMb / oneVcpuMb;
}

/** Range that AWS Lambda offers, MB. Source: AWS Lambda quotas. */
export const lambdaSizes: Sizes = { minMb: 128, maxMb: 10_240, stepMb: 1 };

/** Largest size drawn when nothing says that more than one thread works: the limit of many accounts, and 1.7 vCPU. */
export const singleThreadMaxMb = 3008;

/** Customary sizes, and where credits reach a whole number of vCPUs. */
const landmarks = [256, 512, 1024, 1536, 1769, 2048, 3008, 3538, 5307, 7076, 8845];

const stepMb = 8;
const stepShare = 0.03;

/**
 * Sizes at which a curve is drawn and chosen from: multiples of 8 MB that grow by at least 3 %, customary
 * ones, whole vCPUs, the ends of the range, and `extra` sizes (probed, current). Ascending, each once, within the range.
 */
export function candidateSizes(range: Sizes, extra: readonly number[] = []): number[] {
  const sizes = new Set([range.minMb, range.maxMb, ...landmarks, ...extra]);
  for (let x = 128; x <= range.maxMb; x = Math.max(x * (1 + stepShare), x + stepMb)) sizes.add(Math.round(x / stepMb) * stepMb);
  return [...sizes].filter((size) => size >= range.minMb && size <= range.maxMb).toSorted((a, b) => a - b);
}

/** Threads above which sizes over 3,008 MB may be worth drawing. */
const parallelAbove = 1.15;

/** Largest size worth drawing: up to 3,008 MB, what must be shown, or all there is for a function with several threads. */
export function drawnUpToMb(range: Sizes, parallelism: number | null, shownMb: readonly number[]): number {
  if ((parallelism ?? 1) > parallelAbove) return range.maxMb;
  return Math.min(range.maxMb, Math.max(singleThreadMaxMb, ...shownMb));
}
