import { median, quantile } from '../../numerics/statistics.ts';
import { maxParallelism, vcpus } from './grid.ts';

/**
 * Wall and CPU time (user + system, all threads) of one warm call, ms; `waits`: how often its thread gave up its core to
 * wait, null or left out where that is not known.
 */
export type Account = { wallMs: number; cpuMs: number; waits?: number | null };

/**
 * What one call does: ms without a core, ms of CPU on one vCPU, threads that work at once. `bursts`: pieces of the CPU work
 * with a wait between them; 0 or left out where they are not known.
 */
export type Split = { waitMs: number; cpuMs: number; parallelism: number; bursts?: number };

/**
 * Lambda gives a size its CPU anew in each period of so many ms: work that has used up its part rests until the next one.
 * Sources: Linux, "CFS Bandwidth Control"; for Lambda, "Demystifying Serverless Costs on Public Platforms", arXiv 2506.01283.
 */
export const cpuPeriodMs = 20;

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
  const waitMs = Math.max(0, wallMs - cpuMs / atOnce);
  return { cpuMs, parallelism, waitMs, bursts: burstsOf(accounts, waitMs) };
}

/** A wait starts another burst only if it is as long as a period: else both work on the same part. */
function burstsOf(accounts: readonly Account[], waitMs: number): number {
  const waits = accounts.flatMap((account) => account.waits ?? []);
  return waits.length < accounts.length ? 0 : 1 + Math.min(median(waits), waitMs / cpuPeriodMs);
}

/**
 * T(m) = wait + max(cpu / p, cpu / c − bursts · P · (1 − c / p)) for c = m / 1769 below p; else wait + cpu / p, the measured
 * wall time. cpu / c is the work at the size's share of CPU. But a burst starts with a whole period's part c · P, which it
 * uses at full speed: one that needs no more is as fast as at any size, and a longer one rests a period less, on average
 * over where in a period it starts and ends, than its share says. The two meet at c · P.
 */
export function durationAt({ waitMs, cpuMs, parallelism, bursts = 0 }: Split, memoryMb: number): number {
  const share = Math.min(vcpus(memoryMb), parallelism);
  const savedMs = bursts * cpuPeriodMs * (1 - share / parallelism);
  return waitMs + Math.max(cpuMs / parallelism, cpuMs / share - savedMs);
}
