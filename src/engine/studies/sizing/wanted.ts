import { seededRandom } from '../../numerics/random.ts';
import type { Price } from '../../pricing/prices.ts';
import type { Sizes } from '../../targets/target.ts';
import { decide } from './decision.ts';
import { floorOf } from './floor-evidence.ts';
import { candidateSizes, drawnUpToMb } from './grid.ts';
import { isTooSmall, known } from './known.ts';
import { fitCurve } from './model.ts';
import { nextProbe, type Probe } from './next-probe.ts';
import { disagreeing, pooledSd } from './observations.ts';
import { onStep, revised } from './plan.ts';
import type { Session } from './session.ts';
import { enoughRegret, laterWarmCalls, leastGainPerCall } from './tuning.ts';
import { payloadEvidenceOf } from './warm.ts';

/** The next probe; null when the answer is sure enough, or no probe would make it surer. */
export function wanted(session: Session, range: Sizes, price: Price, seed: number): Probe | null {
  const { samples, input } = session;
  const evidence = payloadEvidenceOf(samples);
  const { observations } = evidence;
  const tooSmall = new Set(samples.filter(isTooSmall).map((sample) => sample.memoryMb));
  const probedMb = observations.map((o) => o.memoryMb).filter((size) => !tooSmall.has(size));
  if (probedMb.length === 0) return null;
  const gap = revised([], known(session, range), range)[0];
  if (gap !== undefined) return { memoryMb: gap, payload: 0, calls: laterWarmCalls, gainPerCall: 0 };
  const doubtful = disagreeing(observations).find((size) => probedMb.includes(size));
  if (doubtful !== undefined) return { memoryMb: doubtful, payload: 0, calls: 1, gainPerCall: 0 };
  const fromMb = floorOf(input.function, samples, range).memory_mb;
  const fit = fitCurve([evidence], seededRandom(seed), coarseSizes(range, [...probedMb, fromMb]));
  if (fit.posterior === undefined) return null;
  const toMb = drawnUpToMb(range, fit.work.parallelism, [fromMb, ...probedMb]);
  const decision = decide(fit.posterior, { objective: input.settings.objective, price, fromMb, toMb });
  if (decision.expectedRegret < enoughRegret) return null;
  const probe = nextProbe({ posterior: fit.posterior, decision, price, callSd: pooledSd(observations), probedMb });
  if (probe === null || probe.gainPerCall < leastGainPerCall) return null;
  return { ...probe, memoryMb: onStep(probe.memoryMb, range) };
}

/** Every other candidate: enough to see where the doubt is, at a quarter of the time. */
function coarseSizes(range: Sizes, kept: readonly number[]): number[] {
  return candidateSizes(range, kept).filter((size, i) => i % 2 === 0 || kept.includes(size) || size === range.maxMb);
}
