import type { NewSample } from '../../../protocol/samples.ts';
import type { CurvePoint, FigureAtSize, Interval, SizingReport } from '../../../protocol/sizing.ts';
import { sum } from '../../numerics/statistics.ts';
import { figureAt } from './objective.ts';
import { observe, standardErrors } from './observations.ts';
import { warmOk } from './warm.ts';

/** What new calls at one size say beside what the report believes of it. */
export type SizeDrift = {
  /** Null: at full speed, on a target that sets no size. */
  memoryMb: number | null;
  /** Null where the report has one payload. */
  payload: string | null;
  calls: number;
  observedMs: number;
  believedMs: number;
  /** Observed ÷ believed, with its 90 % interval. */
  ratio: number;
  interval: Interval;
};

export type DriftVerdict = 'same' | 'faster' | 'slower' | 'not-enough';

export type Drift = {
  verdict: DriftVerdict;
  /** Over all sizes; null without a warm call. */
  ratio: number | null;
  interval: Interval | null;
  /** Warm calls that succeeded. */
  calls: number;
  sizes: SizeDrift[];
};

/** A change below this is not worth another profile: days and hosts differ as much. */
const noticeable = 1.1;
/** With a wider interval, as a factor to each side, nothing can be told. */
const tooWide = 1.25;
const leastCalls = 3;
/** Half of an interval that holds 90 % of a normal belief, in standard deviations. */
const z95 = 1.645;

type Believed = Pick<SizingReport, 'curve' | 'payloads'>;

/**
 * Compares new samples with the curve of a report. Per size and payload the logarithm of observed ÷ believed mean is taken
 * as normal, with the variance of the new mean and that of the belief; together they are weighed by their precision. The
 * function has drifted when the interval of that excludes 1 and the change is over 10 %.
 */
export function driftOf(report: Believed, samples: readonly NewSample[]): Drift {
  const sizes = curvesOf(report).flatMap(({ payload, curve }) => {
    const own = payload === null ? samples : samples.filter(({ eventName }) => eventName === payload);
    return sizeDrifts(curve, payload, own);
  });
  const calls = sum(sizes.map((each) => each.calls));
  if (sizes.length === 0) return { verdict: 'not-enough', ratio: null, interval: null, calls, sizes };
  const precisions = sizes.map(({ interval }) => 1 / deviationLn(interval) ** 2);
  const meanLn = sum(sizes.map(({ ratio }, i) => Math.log(ratio) * (precisions[i] ?? 0))) / sum(precisions);
  const interval = intervalAround(meanLn, Math.sqrt(1 / sum(precisions)));
  return { verdict: verdictOf(Math.exp(meanLn), interval, calls), ratio: Math.exp(meanLn), interval, calls, sizes };
}

function verdictOf(ratio: number, [low, high]: Interval, calls: number): DriftVerdict {
  if (low > 1 && ratio > noticeable && calls >= leastCalls) return 'slower';
  if (high < 1 && ratio < 1 / noticeable && calls >= leastCalls) return 'faster';
  return calls < leastCalls || high / ratio > tooWide ? 'not-enough' : 'same';
}

function curvesOf({ curve, payloads }: Believed): { payload: string | null; curve: readonly CurvePoint[] }[] {
  return payloads?.map((each) => ({ payload: each.name, curve: each.curve })) ?? [{ payload: null, curve }];
}

function sizeDrifts(curve: readonly CurvePoint[], payload: string | null, samples: readonly NewSample[]): SizeDrift[] {
  const largest = curve.at(-1);
  if (largest === undefined) return [];
  const warm = warmOk(samples);
  // A call at full speed is as fast as the curve gets, and the curve of such a target is drawn until it is flat.
  const observations = observe(
    warm.flatMap(({ memoryMb, durationMs, runQueueMs }) =>
      durationMs === null
        ? []
        : [{ memoryMb: memoryMb ?? fullSpeed, durationMs: durationMs - (memoryMb === null ? (runQueueMs ?? 0) : 0) }],
    ),
  );
  const errors = standardErrors(observations);
  return observations.flatMap(({ memoryMb, meanMs, n }, i) => {
    const believed: FigureAtSize | null = memoryMb === fullSpeed ? largest : figureAt(curve, memoryMb);
    if (believed === null) return [];
    const ratio = meanMs / believed.duration_ms;
    const interval = intervalAround(Math.log(ratio), Math.hypot(errors[i] ?? 0, deviationLn(believed.interval)));
    const size = memoryMb === fullSpeed ? null : memoryMb;
    return [{ memoryMb: size, payload, calls: n, observedMs: meanMs, believedMs: believed.duration_ms, ratio, interval }];
  });
}

/** Stands for no size among sizes. */
const fullSpeed = Infinity;

function intervalAround(meanLn: number, deviation: number): Interval {
  return [Math.exp(meanLn - z95 * deviation), Math.exp(meanLn + z95 * deviation)];
}

function deviationLn([low, high]: Interval): number {
  return Math.log(Math.max(high, Number.MIN_VALUE) / Math.max(low, Number.MIN_VALUE)) / (2 * z95);
}
