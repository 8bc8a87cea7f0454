import { ReefError } from '../../../protocol/errors.ts';
import type { Sizes } from '../../targets/target.ts';
import { functionFailed } from './failures.ts';
import type { Fit } from './fit.ts';
import { candidateSizes } from './grid.ts';
import { groupsOf, observedSizes } from './groups.ts';
import { fitCurve } from './model.ts';
import type { Session } from './session.ts';

/** Throws ReefError `function-failed` or `not-enough-data`. */
export function fitProbes(session: Session, range: Sizes): Fit {
  const { input, evidence, payloads } = session;
  const groups = groupsOf(session);
  const sizes = observedSizes(groups);
  const needed = range.minMb === range.maxMb ? 1 : 2;
  if (!evidence.some((sample) => sample.outcome === 'ok') && evidence.length > 0) throw functionFailed(input.function, evidence);
  const reached =
    session.stoppedBy === null
      ? 'see in its samples why calls fail'
      : `it ended at ${session.stoppedBy.limit}, ${session.stoppedBy.advice}`;
  if (sizes.length < needed) {
    throw new ReefError(
      'not-enough-data',
      `Warm calls of ${input.function.name} succeeded at ${sizes.length} memory size${sizes.length === 1 ? '' : 's'} only, and a curve needs ${needed}: ${reached}.`,
    );
  }
  const unseen = payloads.find((_, i) => groups[i]?.observations.length === 0);
  if (unseen !== undefined) {
    throw new ReefError(
      'not-enough-data',
      `No warm call of ${input.function.name} with the event ${unseen.name} succeeded: ${reached}.`,
    );
  }
  return fitCurve(groups, input.random, candidateSizes(range, sizes));
}
