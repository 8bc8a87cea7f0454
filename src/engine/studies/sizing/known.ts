import type { NewSample } from '../../../protocol/samples.ts';
import type { Sizes } from '../../targets/target.ts';
import { answersFromMb } from './floor.ts';
import { floorOf } from './floor-evidence.ts';
import type { Known } from './plan.ts';
import type { Session } from './session.ts';

export function isTooSmall(sample: NewSample): boolean {
  return sample.outcome === 'oom' || sample.outcome === 'timeout';
}

/** What the attempts so far say about the sizes still to probe. */
export function known(session: Session, range: Sizes): Known {
  const { input, evidence: samples } = session;
  const sizesOf = (kept: readonly NewSample[]): number[] => kept.flatMap((sample) => sample.memoryMb ?? []);
  const failed = sizesOf(samples.filter(isTooSmall));
  return {
    floorMb: answersFromMb(floorOf(input.function, samples, range)),
    failedMb: failed.length > 0 ? Math.max(...failed) : null,
    triedMb: sizesOf(samples),
    succeededMb: sizesOf(samples.filter((sample) => sample.outcome === 'ok')),
  };
}
