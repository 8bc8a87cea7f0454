import { resampled } from '../../numerics/random.ts';
import { interval90, sum } from '../../numerics/statistics.ts';
import type { Random } from '../ports.ts';
import type { Fit, Prediction, Work } from './fit.ts';
import type { Belief } from './posterior.ts';
import { type Account, cpuPeriodMs, durationAt, type Split, splitOf } from './split.ts';
import { drawCount } from './tuning.ts';

/** Calls of one payload at full speed. Weights sum to 1. */
export type Accounts = { weight: number; accounts: readonly Account[] };

type Splits = { weight: number; split: Split; draws: readonly Split[] };

/**
 * Predicts durations from one speed: `durationAt` of the split of calls at full speed; of several payloads their weighted mean. The belief, drawn at `sizes`, holds the noise of the calls, not whether the formula is right.
 */
export function fitAccounts(groups: readonly Accounts[], random: Random, sizes: readonly number[]): Fit {
  const splits = groups.map(({ weight, accounts }) => ({
    weight,
    split: splitOf(accounts),
    draws: Array.from({ length: drawCount }, () => splitOf(resampled(accounts, random))),
  }));
  const alone = splits.map((one) => [{ ...one, weight: 1 }]);
  return {
    predict: predictor(splits),
    payloads: alone.map((one) => ({ predict: predictor(one) })),
    work: workOf(splits),
    posterior: {
      sizes,
      models: [],
      surprises: [],
      ...beliefOf(splits, sizes),
      payloads: alone.map((one) => beliefOf(one, sizes)),
    },
    sentence: sentenceOf(splits),
  };
}

function sentenceOf(splits: readonly Splits[]): string {
  const law = 'Model: waiting + CPU ÷ min(memory ÷ 1769 MB, threads), from the CPU and wall time of calls at full speed';
  if (splits.every(({ split }) => (split.bursts ?? 0) === 0)) return `${law}.`;
  return `${law}; a size gets its CPU anew every ${cpuPeriodMs} ms, so work after a wait starts at full speed.`;
}

function meanAt(splits: readonly Splits[], memoryMb: number): number {
  return sum(splits.map(({ weight, split }) => weight * durationAt(split, memoryMb)));
}

function drawAt(splits: readonly Splits[], d: number, memoryMb: number): number {
  return sum(splits.map(({ weight, split, draws }) => weight * durationAt(draws[d] ?? split, memoryMb)));
}

function predictor(splits: readonly Splits[]): (memoryMb: number) => Prediction {
  return (memoryMb) => ({
    durationMs: meanAt(splits, memoryMb),
    interval: interval90(Array.from({ length: drawCount }, (_, d) => drawAt(splits, d, memoryMb))),
  });
}

function beliefOf(splits: readonly Splits[], sizes: readonly number[]): Belief {
  return {
    meanLn: Float64Array.from(sizes, (size) => Math.log(meanAt(splits, size))),
    draws: Array.from({ length: drawCount }, (_, d) => Float64Array.from(sizes, (size) => Math.log(drawAt(splits, d, size)))),
  };
}

/** Of the mean call; threads are those that its CPU work uses on average. */
function workOf(splits: readonly Splits[]): Work {
  const cpuMs = sum(splits.map(({ weight, split }) => weight * split.cpuMs));
  const wallMs = sum(splits.map(({ weight, split }) => (weight * split.cpuMs) / split.parallelism));
  const waitMs = sum(splits.map(({ weight, split }) => weight * split.waitMs));
  return { cpuMs, waitMs, parallelism: wallMs > 0 ? cpuMs / wallMs : (splits[0]?.split.parallelism ?? 1) };
}
