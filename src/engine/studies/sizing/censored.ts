import { interpolate } from '../../numerics/interpolate.ts';
import { normalShare, sum } from '../../numerics/statistics.ts';
import type { Censored, PayloadEvidence } from './payload.ts';
import type { Belief, Believed } from './posterior.ts';

/**
 * A belief that agrees with calls given up at a limit (right-censored data; Tobin, Econometrica 26, 1958). Where the belief
 * from the other calls says that such a call is shorter than it lasted, the limit comes in as if it had been seen: the
 * most likely duration of at least that long. Otherwise it tells nothing new.
 */
export function censor(
  payloads: readonly PayloadEvidence[],
  sizes: readonly number[],
  believe: (payloads: readonly PayloadEvidence[]) => Believed,
): Believed {
  const believed = believe(payloads);
  const corrected = payloads.map((payload, g) => {
    const belief = believed.beliefs[g];
    const contradicting = limitsOf(payload).filter(
      ({ memoryMb, atLeastMs }) =>
        belief !== undefined &&
        readAt(belief.meanLn, sizes, memoryMb) < Math.log(atLeastMs) &&
        !payload.observations.some((o) => o.memoryMb === memoryMb),
    );
    const asSeen = contradicting.map(({ memoryMb, atLeastMs }) => ({
      memoryMb,
      meanMs: atLeastMs,
      relativeSd: 0,
      n: 1,
      dropped: 0,
    }));
    const observations = [...payload.observations, ...asSeen].toSorted((a, b) => a.memoryMb - b.memoryMb);
    return asSeen.length === 0 ? payload : { ...payload, observations };
  });
  return corrected.some((payload, g) => payload !== payloads[g]) ? believe(corrected) : believed;
}

/** Spread of log duration within which a draw below a limit is still possible: one call's noise. */
const softness = 0.03;
/** No draw is ruled out entirely: when all contradict, all stay alike. */
const leastWeight = 1e-9;

/** The draws, each as often as it is likely beside the limits that calls reached. Draws of one number stay together. */
export function reweighted(
  beliefs: readonly Belief[],
  payloads: readonly PayloadEvidence[],
  sizes: readonly number[],
): readonly Belief[] {
  const limits = payloads.map(limitsOf);
  if (limits.every(({ length }) => length === 0)) return beliefs;
  const count = beliefs[0]?.draws.length ?? 0;
  const weights = Array.from({ length: count }, (_, d) => {
    let weight = 1;
    for (const [g, { draws }] of beliefs.entries()) {
      for (const { memoryMb, atLeastMs } of limits[g] ?? []) {
        weight *= normalShare((readAt(draws[d], sizes, memoryMb) - Math.log(atLeastMs)) / softness);
      }
    }
    return weight + leastWeight;
  });
  const kept = resampledBy(weights);
  return beliefs.map(({ meanLn, draws }) => ({ meanLn, draws: kept.map((d) => draws[d] ?? meanLn) }));
}

/** Systematic resampling: as many numbers as there are weights, each as often as its weight says. */
function resampledBy(weights: readonly number[]): number[] {
  const step = sum(weights) / weights.length;
  const kept: number[] = [];
  let below = 0;
  for (const [d, weight] of weights.entries()) {
    below += weight;
    while (kept.length < weights.length && (kept.length + 0.5) * step < below) kept.push(d);
  }
  return kept;
}

/** The longest limit reached at each size. */
function limitsOf({ censored = [] }: PayloadEvidence): Censored[] {
  const longest = new Map<number, number>();
  for (const { memoryMb, atLeastMs } of censored) longest.set(memoryMb, Math.max(atLeastMs, longest.get(memoryMb) ?? 0));
  return [...longest].filter(([, atLeastMs]) => atLeastMs > 0).map(([memoryMb, atLeastMs]) => ({ memoryMb, atLeastMs }));
}

function readAt(curve: Float64Array | undefined, sizes: readonly number[], memoryMb: number): number {
  return interpolate(sizes.map(Math.log), [...(curve ?? [])], Math.log(memoryMb));
}
