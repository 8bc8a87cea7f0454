import { ReefError } from '../../../protocol/errors.ts';
import type { NewSample } from '../../../protocol/samples.ts';
import { mean, standardDeviation, sum } from '../../numerics/statistics.ts';
import type { Sizes } from '../../targets/target.ts';
import { fitAccounts } from './accounting.ts';
import { functionFailed } from './failures.ts';
import type { Fit } from './fit.ts';
import { candidateSizes } from './grid.ts';
import { heaviest, samplesOf } from './groups.ts';
import type { Payload } from './payloads.ts';
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
  const { budget, payloads } = session;
  const { maxInvocations } = session.input.settings;
  const reserved = maxInvocations >= 2 * wantedWarm ? extraColdStarts : 0;
  if (missingAtFullSpeed(session) === 0) return;
  await using sandbox = await session.open(null);
  while (budget.invocations < maxInvocations - reserved) {
    const calls = payloads.map((payload) => warmOf(session, payload));
    const missing = calls.map((warm) => missingWarm(warm, budget.elapsedMs()));
    // Each payload gets its least calls before one that varies gets more.
    const fewest = Math.min(...calls.map((warm) => warm.length));
    const next = fewest < wantedWarm ? calls.findIndex((warm) => warm.length === fewest) : missing.indexOf(Math.max(...missing));
    const payload = payloads[next];
    if (payload === undefined || sum(missing) === 0) break;
    session.plan(budget.invocations + sum(missing) + (budget.invocations === 0 ? 1 : 0) + reserved);
    if ((await session.call(sandbox, payload)) === null) return;
  }
  session.plan(budget.invocations + reserved);
  for (let i = 0; i < reserved && budget.elapsedMs() <= enoughTimeMs; i++) {
    await using fresh = await session.open(null);
    if ((await session.call(fresh, heaviest(session))) === null) return;
  }
}

/** Calls that a study at full speed makes at least: a cold one, warm ones of each payload, and further cold starts. */
export function missingAtFullSpeed(session: Session): number {
  const missing = sum(session.payloads.map((payload) => missingWarm(warmOf(session, payload), 0)));
  return missing === 0 ? 0 : 1 + missing + extraColdStarts;
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

function warmOf(session: Session, payload: Payload): NewSample[] {
  return warmOk(samplesOf(atFullSpeed(session), session, payload));
}

/** What tells the full speed: attempts on a target that sets no size. */
function atFullSpeed({ evidence }: Session): NewSample[] {
  return evidence.filter((sample) => sample.memoryMb === null);
}

/** Throws ReefError `function-failed` or `not-enough-data`. */
export function fitFullSpeed(session: Session, range: Sizes): Fit {
  const { input, payloads } = session;
  const samples = atFullSpeed(session);
  if (!samples.some((sample) => sample.outcome === 'ok')) throw functionFailed(input.function, samples);
  const groups = payloads.map((payload) => {
    const warm = warmOf(session, payload);
    const accounts = warm.flatMap(accountOf);
    if (accounts.length === 0 && warm.length > 0) {
      throw new ReefError(
        'not-enough-data',
        `The target ${input.target.name} reports no CPU time, without which durations at other sizes cannot be predicted.`,
      );
    }
    if (accounts.length < leastWarm) {
      const reached = session.stoppedBy === null ? '' : ` before ${session.stoppedBy.limit}`;
      const event = payloads.length > 1 ? ` with the event ${payload.name}` : '';
      throw new ReefError(
        'not-enough-data',
        `Only ${accounts.length} warm call${accounts.length === 1 ? '' : 's'} of ${input.function.name}${event} succeeded${reached}; at least ${leastWarm} are needed: raise the limits or see why calls fail.`,
      );
    }
    return { weight: payload.weight, accounts };
  });
  return fitAccounts(groups, input.random, candidateSizes(range));
}
