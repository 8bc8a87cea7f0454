import { ReefError } from '../../../protocol/errors.ts';
import type { Sizes } from '../../targets/target.ts';
import { functionFailed } from './failures.ts';
import type { Fit } from './fit.ts';
import { candidateSizes } from './grid.ts';
import { fitCurve } from './model.ts';
import type { Session } from './session.ts';
import { payloadEvidenceOf } from './warm.ts';

/** Throws ReefError `function-failed` or `not-enough-data`. */
export function fitProbes(session: Session, range: Sizes): Fit {
  const { input, samples } = session;
  const evidence = payloadEvidenceOf(samples);
  const { observations } = evidence;
  const needed = range.minMb === range.maxMb ? 1 : 2;
  if (!samples.some((sample) => sample.outcome === 'ok') && samples.length > 0) throw functionFailed(input.function, samples);
  if (observations.length < needed) {
    const reached =
      session.stoppedBy === null ? 'see in its samples why calls fail' : `${session.stoppedBy} was reached, raise it`;
    throw new ReefError(
      'not-enough-data',
      `Warm calls of ${input.function.name} succeeded at ${observations.length} memory size${observations.length === 1 ? '' : 's'} only, and a curve needs ${needed}: ${reached}.`,
    );
  }
  return fitCurve(
    [evidence],
    input.random,
    candidateSizes(
      range,
      observations.map((o) => o.memoryMb),
    ),
  );
}
