import { resampled } from '../../numerics/random.ts';
import { interval90 } from '../../numerics/statistics.ts';
import type { Random } from '../ports.ts';
import type { Fit } from './fit.ts';
import { type Account, durationAt, splitOf } from './split.ts';
import { drawCount } from './tuning.ts';

/** Predicts durations from one speed: T(m) = wait + cpu / min(m / 1769, p), with the split of calls at full speed. */
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
