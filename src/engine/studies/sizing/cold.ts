import type { NewSample } from '../../../protocol/samples.ts';
import { seededRandom } from '../../numerics/random.ts';
import { median } from '../../numerics/statistics.ts';
import type { Sizes } from '../../targets/target.ts';
import type { Fit } from './fit.ts';
import { candidateSizes } from './grid.ts';
import { heaviest, samplesOf } from './groups.ts';
import { fitCurve } from './model.ts';
import { observe } from './observations.ts';
import type { Session } from './session.ts';
import { durationAt, splitOf } from './split.ts';
import { accountOf } from './warm.ts';

/** What a cold call takes: init, which hardly depends on the size, and the handler, which is slower than in a warm call. */
export type ColdCalls = {
  initMs: number;
  /** Handler of a cold call, ms; never faster than that of a warm one. */
  handlerMs(memoryMb: number): number;
};

/** Only the mean is asked for, which needs no luck. */
const seed = 1;

/**
 * The cold calls that succeeded, with a curve of their own: at probed sizes fitted like that of warm calls, at full speed by
 * their CPU and wall time. Of several payloads, those of the heaviest tell how much longer a cold call takes. Null without any.
 */
export function coldCallsOf(session: Session, fit: Fit, range: Sizes, atFullSpeed: boolean): ColdCalls | null {
  const payload = heaviest(session);
  const cold = session.evidence.filter((sample) => sample.cold && sample.outcome === 'ok' && sample.durationMs !== null);
  const inits = cold.flatMap((sample) => sample.initMs ?? []);
  const own = samplesOf(cold, session, payload).filter(({ memoryMb }) => (memoryMb === null) === atFullSpeed);
  const handler = atFullSpeed ? atOneSpeed(own) : atSizes(own, range);
  if (handler === null || inits.length === 0) return null;
  const warm = fit.payloads?.[session.payloads.indexOf(payload)] ?? fit;
  return {
    initMs: median(inits),
    handlerMs(memoryMb) {
      const longer = Math.max(0, handler(memoryMb) - warm.predict(memoryMb).durationMs);
      return fit.predict(memoryMb).durationMs + longer;
    },
  };
}

type Handler = (memoryMb: number) => number;

function atOneSpeed(cold: readonly NewSample[]): Handler | null {
  const accounts = cold.flatMap(accountOf);
  if (accounts.length === 0) return null;
  const split = splitOf(accounts);
  return (memoryMb) => durationAt(split, memoryMb);
}

function atSizes(cold: readonly NewSample[], range: Sizes): Handler | null {
  const observations = observe(
    cold.flatMap(({ memoryMb, durationMs }) => (memoryMb === null || durationMs === null ? [] : [{ memoryMb, durationMs }])),
  );
  if (observations.length === 0) return null;
  const probed = observations.map((o) => o.memoryMb);
  const sizes = candidateSizes(range, probed).filter((size, i) => i % 4 === 0 || probed.includes(size) || size === range.maxMb);
  const fit = fitCurve([{ weight: 1, observations }], seededRandom(seed), sizes);
  return (memoryMb) => fit.predict(memoryMb).durationMs;
}
