import { seededRandom } from '../../numerics/random.ts';
import type { Price } from '../../pricing/prices.ts';
import type { Sizes } from '../../targets/target.ts';
import { coldCallsOf } from './cold.ts';
import { decide } from './decision.ts';
import { doubtfulCall } from './doubtful.ts';
import { answersFromMb } from './floor.ts';
import { floorOf } from './floor-evidence.ts';
import { candidateSizes, drawnUpToMb } from './grid.ts';
import { groupsOf, heaviest, observedSizes } from './groups.ts';
import { isTooSmall, known } from './known.ts';
import { fitCurve } from './model.ts';
import { nextProbe, type Probe } from './next-probe.ts';
import { pooledSd } from './observations.ts';
import { onStep, revised } from './plan.ts';
import type { Session } from './session.ts';
import { limitedPercentile } from './spread-evidence.ts';
import { enoughRegret, laterWarmCalls, leastGainPerCall, probingDrawCount } from './tuning.ts';

/** The next probe; null when the answer is sure enough, or no probe would make it surer. */
export function wanted(session: Session, range: Sizes, price: Price, seed: number): Probe | null {
  const { input, evidence, payloads } = session;
  const groups = groupsOf(session);
  const observations = groups.flatMap((group) => group.observations);
  const tooSmall = new Set(evidence.filter(isTooSmall).map((sample) => sample.memoryMb));
  const probedMb = observedSizes(groups).filter((size) => !tooSmall.has(size));
  if (probedMb.length === 0) return null;
  const gap = revised([], known(session, range), range)[0];
  if (gap !== undefined)
    return { memoryMb: gap, payload: payloads.indexOf(heaviest(session)), calls: laterWarmCalls, gainPerCall: 0 };
  const doubtful = doubtfulCall(groups, probedMb);
  if (doubtful !== null) return { ...doubtful, calls: 1, gainPerCall: 0 };
  if (groups.some((group) => group.observations.length === 0)) return null;
  const fromMb = answersFromMb(floorOf(input.function, evidence, range));
  const fit = fitCurve(groups, seededRandom(seed), coarseSizes(range, [...probedMb, fromMb]), probingDrawCount);
  if (fit.posterior === undefined) return null;
  const odd = doubtfulCall(groups, probedMb, fit.posterior.surprises);
  if (odd !== null) return { ...odd, calls: 1, gainPerCall: 0 };
  const toMb = drawnUpToMb(range, fit.work.parallelism, [fromMb, ...probedMb]);
  const { objective } = input.settings;
  const cold = (objective.coldRate ?? 0) > 0 ? coldCallsOf(session, fit, range, false) : null;
  const percentile = limitedPercentile(session, fit, false, seededRandom(seed));
  const decision = decide(fit.posterior, { objective, price, fromMb, toMb, cold, ...(percentile !== null && { percentile }) });
  if (decision.expectedRegret < enoughRegret) return null;
  const probe = nextProbe({ posterior: fit.posterior, decision, price, callSd: pooledSd(observations), probedMb });
  if (probe === null || probe.gainPerCall < leastGainPerCall) return null;
  return { ...probe, memoryMb: onStep(probe.memoryMb, range) };
}

/** Every other candidate: enough to see where the doubt is, at a quarter of the time. */
function coarseSizes(range: Sizes, kept: readonly number[]): number[] {
  return candidateSizes(range, kept).filter((size, i) => i % 2 === 0 || kept.includes(size) || size === range.maxMb);
}
