import { median, quantile } from '../../numerics/statistics.ts';
import { maxParallelism, vcpus } from './grid.ts';

/** Wall and CPU time (user + system, all threads) of one warm call, ms. */
export type Account = { wallMs: number; cpuMs: number };

/** What one call does: ms without a core, ms of CPU on one vCPU, threads that work at once. */
export type Split = { waitMs: number; cpuMs: number; parallelism: number };

/**
 * From calls that had `cores` to work on, at full speed as many as they wanted: p is the parallelism that most calls used,
 * at least 1, the lower quartile of cpu / wall, as helper threads of the language (garbage collector, compiler) work beside
 * some calls only. wait = max(0, wall − cpu / min(cores, p)) is the time without CPU. Wall and CPU are medians of calls, so
 * that a busy moment does not decide.
 */
export function splitOf(accounts: readonly Account[], cores = Infinity): Split {
  const wallMs = Math.max(median(accounts.map((account) => account.wallMs)), 0.001);
  const used = quantile(
    accounts.map((account) => account.cpuMs / Math.max(account.wallMs, 0.001)),
    0.25,
  );
  const parallelism = Math.min(maxParallelism, Math.max(1, used));
  const atOnce = Math.min(cores, parallelism);
  const cpuMs = Math.min(median(accounts.map((account) => account.cpuMs)), atOnce * wallMs);
  return { cpuMs, parallelism, waitMs: Math.max(0, wallMs - cpuMs / atOnce) };
}

/** T(m) = wait + cpu / min(m / 1769, p). At full speed (m / 1769 ≥ p) it gives back the measured wall time. */
export function durationAt({ waitMs, cpuMs, parallelism }: Split, memoryMb: number): number {
  return waitMs + cpuMs / Math.min(vcpus(memoryMb), parallelism);
}
