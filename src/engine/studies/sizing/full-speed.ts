import { ReefError } from '../../../protocol/errors.ts';
import type { NewSample } from '../../../protocol/samples.ts';
import { mean, standardDeviation } from '../../numerics/statistics.ts';
import { fitAccounts } from './accounting.ts';
import { functionFailed } from './failures.ts';
import type { Fit } from './fit.ts';
import { nextPayload } from './payloads.ts';
import type { Session } from './session.ts';
import { accountOf, warmOk } from './warm.ts';

/** Warm calls below which the middle of their durations is not worth naming. */
const leastWarm = 3;
const wantedWarm = 5;
const extraColdStarts = 2;
const enoughTimeMs = 20_000;
/** Half-width of the 90 % interval of the mean, as a share, that is narrow enough. */
const narrowShare = 0.02;
/** Standard normal quantile of 0.95. */
const z95 = 1.645;

/** For a target that sets no size: warm calls in one sandbox until their mean is known well, then two more cold starts. */
export async function measureAtFullSpeed(session: Session): Promise<void> {
  const { budget } = session;
  const { maxInvocations } = session.input.settings;
  const reserved = maxInvocations >= 2 * wantedWarm ? extraColdStarts : 0;
  await using sandbox = await session.open(null);
  while (budget.invocations < maxInvocations - reserved) {
    const missing = missingWarm(warmOk(atFullSpeed(session)), budget.elapsedMs());
    if (missing === 0) break;
    session.plan(budget.invocations + missing + (budget.invocations === 0 ? 1 : 0) + reserved);
    if ((await session.call(sandbox, nextPayload(session))) === null) return;
  }
  session.plan(budget.invocations + reserved);
  for (let i = 0; i < reserved && budget.elapsedMs() <= enoughTimeMs; i++) {
    await using fresh = await session.open(null);
    if ((await session.call(fresh, nextPayload(session))) === null) return;
  }
}

/**
 * Warm calls still to make: five at least, then as many as the variation so far asks for until the interval of the mean
 * is narrow, as far as they fit into the time that is enough. An estimate, made again after each call; 0 is the end.
 */
function missingWarm(warm: readonly NewSample[], elapsedMs: number): number {
  const least = Math.max(0, wantedWarm - warm.length);
  if (warm.length < leastWarm || elapsedMs > enoughTimeMs) return least;
  const durations = warm.flatMap((sample) => (sample.durationMs === null ? [] : sample.durationMs - (sample.runQueueMs ?? 0)));
  const relativeSd = standardDeviation(durations) / Math.max(mean(durations), 0.001);
  const forWidth = Math.ceil(((z95 * relativeSd) / narrowShare) ** 2) - warm.length;
  const inTime = Math.ceil((enoughTimeMs - elapsedMs) / (elapsedMs / (warm.length + 1)));
  return Math.max(least, Math.min(forWidth, inTime));
}

/** What tells the full speed: attempts on a target that sets no size. */
function atFullSpeed({ evidence }: Session): NewSample[] {
  return evidence.filter((sample) => sample.memoryMb === null);
}

/** Throws ReefError `function-failed` or `not-enough-data`. */
export function fitFullSpeed(session: Session): Fit {
  const { input } = session;
  const samples = atFullSpeed(session);
  if (!samples.some((sample) => sample.outcome === 'ok')) throw functionFailed(input.function, samples);
  const warm = warmOk(samples);
  const accounts = warm.flatMap(accountOf);
  if (accounts.length === 0 && warm.length > 0) {
    throw new ReefError(
      'not-enough-data',
      `The target ${input.target.name} reports no CPU time, without which durations at other sizes cannot be predicted.`,
    );
  }
  if (accounts.length < leastWarm) {
    const reached = session.stoppedBy === null ? '' : ` before ${session.stoppedBy}`;
    throw new ReefError(
      'not-enough-data',
      `Only ${accounts.length} warm call${accounts.length === 1 ? '' : 's'} of ${input.function.name} succeeded${reached}; at least ${leastWarm} are needed: raise the limits or see why calls fail.`,
    );
  }
  return fitAccounts(accounts, input.random);
}
