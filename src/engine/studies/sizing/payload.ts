import { sum } from '../../numerics/statistics.ts';
import type { Observation, WarmCall } from './observations.ts';
import type { Split } from './split.ts';

/** A call that was given up at a limit: it would have taken at least that long. */
export type Censored = { memoryMb: number; atLeastMs: number };

/** What was seen of one payload. */
export type PayloadEvidence = {
  /** Any positive number: its share of the calls, beside the others' weights. */
  weight: number;
  /** At least one. */
  observations: readonly Observation[];
  censored?: readonly Censored[];
  /** First calls of sandboxes that succeeded: no measure of duration, but each a check of the warm calls at its size. */
  cold?: readonly WarmCall[];
  /** Waiting and CPU by a run elsewhere, or by the CPU time of its calls; null or absent where that is not known. */
  local?: Split | null;
};

/** The weights as shares that sum to 1. Throws RangeError unless there is a payload, and each has a positive weight and an observation. */
export function sharesOf(payloads: readonly PayloadEvidence[]): number[] {
  const total = sum(payloads.map(({ weight }) => weight));
  if (!(total > 0 && Number.isFinite(total) && payloads.every(({ weight }) => weight > 0))) {
    throw new RangeError('A mix needs payloads with positive weights');
  }
  if (payloads.some(({ observations }) => observations.length === 0))
    throw new RangeError('A curve needs warm calls of each payload');
  return payloads.map(({ weight }) => weight / total);
}
