import { mean, median } from '../../numerics/statistics.ts';
import type { Random } from '../ports.ts';
import type { Fit } from './fit.ts';
import { samplesOf } from './groups.ts';
import { percentileDraws } from './percentiles.ts';
import type { Session } from './session.ts';
import { type Spread, spreadOf } from './spread.ts';
import { warmSuccesses } from './warm.ts';

/** The spread of calls by all warm calls that succeeded, each beside the mean of its payload and size; null without any. */
export function spreadOfCalls(session: Session, fit: Fit, atFullSpeed: boolean, random: Random): Spread[] | null {
  const calls = session.payloads.flatMap((payload, i) => {
    const warm = warmSuccesses(samplesOf(session.evidence, session, payload)).filter(
      ({ memoryMb }) => (memoryMb === null) === atFullSpeed,
    );
    const wallOf = warm.map(({ durationMs, runQueueMs }) =>
      Math.max(0.001, (durationMs ?? 0) - (atFullSpeed ? (runQueueMs ?? 0) : 0)),
    );
    const middle = atFullSpeed && wallOf.length > 0 ? median(wallOf) : 0;
    return warm.map(({ memoryMb }, k) => ({
      durationMs: wallOf[k] ?? 0,
      meanMs: memoryMb === null ? middle : (fit.payloads?.[i] ?? fit).predict(memoryMb).durationMs,
      place: `${i}@${memoryMb}`,
    }));
  });
  if (calls.length === 0) return null;
  const residuals = calls.map(({ durationMs, meanMs }) => Math.log(durationMs / meanMs));
  const typicalMs = Math.exp(mean(calls.map(({ meanMs }) => Math.log(meanMs))));
  return spreadOf(residuals, typicalMs, new Set(calls.map(({ place }) => place)).size, random);
}

/** By draw and size of the belief, the logarithm of the percentile that the objective limits; null where it limits none. */
export function limitedPercentile(session: Session, fit: Fit, atFullSpeed: boolean, random: Random): Float64Array[] | null {
  const { percentile, maxDurationMs } = session.input.settings.objective;
  if (percentile === undefined || maxDurationMs === null || fit.posterior === undefined) return null;
  const spread = spreadOfCalls(session, fit, atFullSpeed, random);
  const weights = session.payloads.map(({ weight }) => weight);
  return spread === null ? null : percentileDraws(fit.posterior, weights, spread, percentile / 100);
}
