import { resampled } from '../../numerics/random.ts';
import { interval90, median } from '../../numerics/statistics.ts';
import type { Random } from '../ports.ts';
import { maxParallelism } from './bank.ts';
import type { Fit } from './fit.ts';
import { vcpus } from './grid.ts';
import { drawCount } from './tuning.ts';

/** Wall and CPU time (user + system, all threads) of one warm call at full speed, ms. */
export type Account = { wallMs: number; cpuMs: number };

type Split = { waitMs: number; cpuMs: number; parallelism: number };

/**
 * Predicts durations from one speed: T(m) = wait + cpu / min(m / 1769, p).
 * p = max(1, cpu / wall) is the parallelism that was used, and wait = max(0, wall − cpu / p) the time without CPU.
 * Medians of calls, so that a garbage collection or a busy moment does not decide. At full speed (m / 1769 ≥ p)
 * the formula gives back the measured wall time.
 */
export function fitAccounts(accounts: readonly Account[], random: Random): Fit {
  const split = splitOf(accounts);
  const draws = Array.from({ length: drawCount }, () => splitOf(resampled(accounts, random)));
  return {
    predict: (memoryMb) => ({
      durationMs: durationAt(split, memoryMb),
      interval: interval90(draws.map((draw) => durationAt(draw, memoryMb))),
    }),
    work: split,
    sentence: 'Model: waiting + CPU ÷ min(memory ÷ 1769 MB, threads), from the CPU and wall time of calls at full speed.',
  };
}

function splitOf(accounts: readonly Account[]): Split {
  const wallMs = Math.max(median(accounts.map((account) => account.wallMs)), 0.001);
  const cpuMs = median(accounts.map((account) => account.cpuMs));
  const parallelism = Math.min(maxParallelism, Math.max(1, cpuMs / wallMs));
  return { cpuMs, parallelism, waitMs: Math.max(0, wallMs - cpuMs / parallelism) };
}

function durationAt({ waitMs, cpuMs, parallelism }: Split, memoryMb: number): number {
  return waitMs + cpuMs / Math.min(vcpus(memoryMb), parallelism);
}
