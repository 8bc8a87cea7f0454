import { mean, median, standardDeviation, sum } from '../../numerics/statistics.ts';
import { priorOfCalls } from './tuning.ts';

/** A warm call that succeeded. */
export type WarmCall = { memoryMb: number; durationMs: number };

/** The warm calls of one size, taken together. */
export type Observation = {
  memoryMb: number;
  meanMs: number;
  /** Standard deviation of one call relative to the mean; 0 for a single call. */
  relativeSd: number;
  /** Calls kept. */
  n: number;
  /** Calls left out as outliers; they stay in the store. */
  dropped: number;
};

/** A call this much above the median met something else than the function: a host's hiccup, a retry downstream. */
const outlierFactor = 1.25;
const outlierSlackMs = 1;
/** In a function that varies more by itself, this many of its standard deviations. */
const outlierDeviations = 3.5;
const fewestForOutliers = 3;

/**
 * By size, ascending. From three calls on, those above 1.25 · median + 1 ms are left out and counted; where the
 * function itself varies widely over all sizes, the factor is 1 + 3.5 standard deviations.
 */
export function observe(calls: readonly WarmCall[]): Observation[] {
  const sizes = [...new Set(calls.map((call) => call.memoryMb))].toSorted((a, b) => a - b);
  const groups = sizes.map((memoryMb) => ({
    memoryMb,
    durations: calls.filter((call) => call.memoryMb === memoryMb).map((call) => call.durationMs),
  }));
  const factor = Math.max(outlierFactor, 1 + outlierDeviations * robustDeviation(groups.map((group) => group.durations)));
  return groups.map(({ memoryMb, durations }) => {
    const limit = durations.length < fewestForOutliers ? Infinity : factor * median(durations) + outlierSlackMs;
    const kept = durations.filter((duration) => duration <= limit);
    // A duration of 0 would have no logarithm; clocks resolve a µs.
    const meanMs = Math.max(mean(kept), 0.001);
    return {
      memoryMb,
      meanMs,
      relativeSd: standardDeviation(kept) / meanMs,
      n: kept.length,
      dropped: durations.length - kept.length,
    };
  });
}

/** Makes the median of absolute deviations of normal numbers their standard deviation. */
const madToDeviation = 1.4826;

/** Relative standard deviation of one call over all sizes, which outliers hardly move; 0 without enough calls. */
function robustDeviation(groups: readonly (readonly number[])[]): number {
  const deviations = groups
    .filter((durations) => durations.length >= fewestForOutliers)
    .flatMap((durations) => {
      const centre = median(durations);
      return durations.map((duration) => Math.abs(duration / centre - 1));
    })
    .filter((deviation) => Number.isFinite(deviation));
  return deviations.length === 0 ? 0 : madToDeviation * median(deviations);
}

/** Relative deviation of one call of this mean duration before calls tell. */
export function priorSdOf(meanMs: number): number {
  return Math.min(priorOfCalls.largestSd, Math.hypot(priorOfCalls.sd, priorOfCalls.sdMs / meanMs));
}

/** Relative deviation of one call, pooled over sizes (and payloads), with the prior. */
export function pooledSd(observations: readonly Observation[]): number {
  const df = sum(observations.map((o) => o.n - 1));
  const squares = sum(observations.map((o) => o.relativeSd ** 2 * (o.n - 1)));
  const typicalMs = observations.length === 0 ? Infinity : Math.exp(mean(observations.map((o) => Math.log(o.meanMs))));
  return Math.sqrt((squares + priorSdOf(typicalMs) ** 2 * priorOfCalls.df) / (df + priorOfCalls.df));
}

/** Hosts differ: no mean is surer than this, however many calls one sandbox gave. */
const leastStandardError = 0.006;

/**
 * Relative standard error of each mean. The deviation is itself an estimate from few calls: its doubt counts as in
 * Student's t, whose variance is df / (df − 2). `pooled`: all that tells the deviation, where that is more.
 */
export function standardErrors(observations: readonly Observation[], pooled = observations): number[] {
  const df = sum(pooled.map((o) => o.n - 1)) + priorOfCalls.df;
  const sd = pooledSd(pooled) * Math.sqrt(df / (df - 2));
  return observations.map((o) => Math.max(sd / Math.sqrt(o.n), leastStandardError));
}

/** Two calls that differ by more than this, or by this many deviations of the difference: one of them is an outlier. */
const disagreement = 1.2;
const disagreementDeviations = 3;

/** Sizes whose only two calls disagree, so that a third must tell which of them is the odd one. */
export function disagreeing(observations: readonly Observation[]): number[] {
  return observations
    .filter((o) => o.n === 2)
    .filter((o) => {
      const others = pooledSd(observations.filter((other) => other !== o));
      // Of two calls, the standard deviation is their difference / √2.
      const difference = (o.relativeSd * Math.SQRT2) / (1 - o.relativeSd / Math.SQRT2);
      return difference > Math.max(disagreement - 1, disagreementDeviations * Math.SQRT2 * others);
    })
    .map((o) => o.memoryMb);
}
