import { median } from '../../numerics/statistics.ts';
import { disagreeing, type Observation, pooledSd, type WarmCall } from './observations.ts';
import type { PayloadEvidence } from './payload.ts';

/** How far the mean of a size is from what the other sizes tell, as a logarithm, and the standard deviation of that. */
export type Surprise = { memoryMb: number; excessLn: number; sd: number };

/** A single call this many standard deviations above what the other sizes tell is made again. */
const surprisingDeviations = 2;
const surprisingFactor = 1.15;

/** Sizes whose only call is far above what the others tell: an outlier, or a step of the curve; a second call tells which. */
export function surprising(observations: readonly Observation[], surprises: readonly Surprise[]): number[] {
  const single = new Set(observations.filter((o) => o.n === 1).map((o) => o.memoryMb));
  return surprises
    .filter(({ memoryMb }) => single.has(memoryMb))
    .filter(({ excessLn, sd }) => excessLn > Math.max(Math.log(surprisingFactor), surprisingDeviations * sd))
    .map(({ memoryMb }) => memoryMb);
}

/** Sizes with cold and warm calls below which their ratio is not known. */
const fewestRatios = 3;

/**
 * Sizes whose only warm call is long beside its cold call, when the ratio of the two at the other sizes is the measure: the
 * cold calls were made anyway. How much longer a cold call is nobody knows, and it may differ by size; that costs one call.
 */
export function longBesideCold(observations: readonly Observation[], cold: readonly WarmCall[]): number[] {
  const ratios = observations.flatMap(({ memoryMb, meanMs, n }) => {
    const durations = cold.filter((call) => call.memoryMb === memoryMb && call.durationMs > 0).map((call) => call.durationMs);
    return durations.length === 0 ? [] : [{ memoryMb, n, ln: Math.log(meanMs / median(durations)) }];
  });
  if (ratios.length < fewestRatios) return [];
  const limit = Math.max(Math.log(surprisingFactor), surprisingDeviations * Math.SQRT2 * pooledSd(observations));
  return ratios
    .filter((ratio) => ratio.n === 1 && ratio.ln - median(ratios.filter((other) => other !== ratio).map(({ ln }) => ln)) > limit)
    .map(({ memoryMb }) => memoryMb);
}

/** A size and a payload to call again before anything is made of its calls; null where none stands out. */
export function doubtfulCall(
  groups: readonly PayloadEvidence[],
  probedMb: readonly number[],
  surprises: readonly (readonly Surprise[])[] = [],
): { memoryMb: number; payload: number } | null {
  for (const [payload, { observations, cold = [] }] of groups.entries()) {
    const sizes = [
      ...disagreeing(observations),
      ...longBesideCold(observations, cold),
      ...surprising(observations, surprises[payload] ?? []),
    ];
    const memoryMb = sizes.find((size) => probedMb.includes(size));
    if (memoryMb !== undefined) return { memoryMb, payload };
  }
  return null;
}
