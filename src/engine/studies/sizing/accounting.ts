import { resampled } from '../../numerics/random.ts';
import { interval90, median, quantile } from '../../numerics/statistics.ts';
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
 * p is the parallelism that most calls used: at least 1, the lower quartile of cpu / wall, as helper threads of the
 * language (garbage collector, compiler) work beside some calls only. wait = max(0, wall − cpu / p) is the time without
 * CPU. Wall and CPU are medians of calls, so that a busy moment does not decide. At full speed (m / 1769 ≥ p) the
 * formula gives back the measured wall time.
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
  const used = quantile(
    accounts.map((account) => account.cpuMs / Math.max(account.wallMs, 0.001)),
    0.25,
  );
  const parallelism = Math.min(maxParallelism, Math.max(1, used));
  const cpuMs = Math.min(median(accounts.map((account) => account.cpuMs)), parallelism * wallMs);
  return { cpuMs, parallelism, waitMs: Math.max(0, wallMs - cpuMs / parallelism) };
}

function durationAt({ waitMs, cpuMs, parallelism }: Split, memoryMb: number): number {
  return waitMs + cpuMs / Math.min(vcpus(memoryMb), parallelism);
}
