import type { Outcome } from '../../../protocol/samples.ts';
import { mean, median, quantile, standardDeviation } from '../../numerics/statistics.ts';
import { loggedPerMonth } from '../../savings/calls.ts';
import type { LoggedCall } from './call-tracker.ts';

/** Calls of one size. Figures of duration are of warm calls that succeeded; null where there are none, or too few. */
export type SizeSummary = {
  memoryMb: number;
  calls: number;
  /** Warm calls that succeeded. */
  warm: number;
  meanMs: number | null;
  /** Standard deviation of the logarithm of one duration; null below three calls. */
  sigmaLn: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
  initMs: number | null;
  /** Largest use seen. */
  peakMb: number | null;
};

export type LogSummary = {
  calls: number;
  outcomes: Partial<Record<Outcome, number>>;
  /** Share of calls that were cold. */
  coldRate: number;
  sizes: SizeSummary[];
  /** First and last call; null where the log has no times. */
  fromMs: number | null;
  toMs: number | null;
  /** Null where the log has no times, or is too short to tell. */
  callsPerMonth: number | null;
};

const fewestForSpread = 3;

/** What of a call a summary is of. */
export type SummarisedCall = Pick<
  LoggedCall,
  'outcome' | 'cold' | 'startedAtMs' | 'memoryMb' | 'durationMs' | 'initMs' | 'restoreMs' | 'peakMb'
>;

export function summarise(calls: readonly SummarisedCall[]): LogSummary {
  const outcomes: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of calls) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const times = calls.flatMap(({ startedAtMs }) => startedAtMs ?? []);
  const fromMs = times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b));
  const toMs = times.length === 0 ? null : largest(times);
  const timed = fromMs !== null && toMs !== null && times.length === calls.length;
  const sizes = [...new Set(calls.map(({ memoryMb }) => memoryMb))].toSorted((a, b) => a - b);
  return {
    calls: calls.length,
    outcomes,
    coldRate: calls.length === 0 ? 0 : calls.filter(({ cold }) => cold).length / calls.length,
    sizes: sizes.map((memoryMb) =>
      sizeSummary(
        memoryMb,
        calls.filter((call) => call.memoryMb === memoryMb),
      ),
    ),
    fromMs,
    toMs,
    callsPerMonth: timed ? loggedPerMonth({ calls: calls.length, firstMs: fromMs, lastMs: toMs }) : null,
  };
}

function sizeSummary(memoryMb: number, calls: readonly SummarisedCall[]): SizeSummary {
  const warm = calls.filter(({ outcome, cold }) => outcome === 'ok' && !cold).map(({ durationMs }) => durationMs);
  const logs = warm.filter((durationMs) => durationMs > 0).map((durationMs) => Math.log(durationMs));
  const inits = calls.flatMap(({ initMs, restoreMs }) => initMs ?? restoreMs ?? []);
  const peaks = calls.flatMap(({ peakMb }) => peakMb ?? []);
  return {
    memoryMb,
    calls: calls.length,
    warm: warm.length,
    meanMs: warm.length === 0 ? null : mean(warm),
    sigmaLn: logs.length < fewestForSpread ? null : standardDeviation(logs),
    p50Ms: warm.length === 0 ? null : quantile(warm, 0.5),
    p95Ms: warm.length === 0 ? null : quantile(warm, 0.95),
    initMs: inits.length === 0 ? null : median(inits),
    peakMb: peaks.length === 0 ? null : largest(peaks),
  };
}

/** Not `Math.max(...)`: a log may hold more calls than a function takes arguments. */
function largest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}
