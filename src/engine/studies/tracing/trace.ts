import type { ProbeKind } from '../../../protocol/tracing.ts';

/** Memory of a container, group or process over time, as it was read. */

/** Values over time, oldest first, in columns of equal length: a trace may have a million points. */
export type Curve = { timeMs: Float64Array; values: Float64Array };

export type Phase = {
  name: 'init' | 'invoke';
  requestId: string | null;
  startMs: number;
  endMs: number;
};

export type Ending = {
  /** Null when the program did not end by itself: killed, or followed only in part. */
  exitCode: number | null;
  signal: number | null;
  isOom: boolean;
  /** True when no call came to its end, so that nothing of the run tells what one costs; left out for a program of its own. */
  isFailed?: boolean;
};

/**
 * One run. Times are ms since the container's start, memory is in bytes. Curves other than `usage` are read more rarely, and
 * empty where the probe cannot see them: what was not read is not there.
 */
export type Trace = {
  probe: ProbeKind;
  /** Clock of the day at time 0, ms since 1970. */
  startedAtMs: number;
  /** How often was asked for a reading. */
  periodMs: number;
  /** All that counts against the limit, page cache too. */
  usage: Curve;
  /** Usage without file cache that the kernel would give up first. */
  workingSet: Curve;
  anonymous: Curve;
  /** Page cache, without shared memory. */
  file: Curve;
  /** The limit in force; values of `Infinity` where there was none. */
  limit: Curve;
  /** CPU time of the container up to then, ms. */
  cpu: Curve;
  /** Largest usage that the kernel saw in this run; null when it does not tell. */
  kernelPeakBytes: number | null;
  phases: Phase[];
  endMs: number;
  ending: Ending;
  /** Readings that came too late to be taken, and taken ones that were lost on the way. */
  missed: number;
  lost: number;
  /** CPU time that the probe itself used, ms; null when it is not known. */
  probeCpuMs: number | null;
};

export const bytesInMb = 2 ** 20;

export const emptyCurve: Curve = { timeMs: new Float64Array(), values: new Float64Array() };

/** A curve of points; for tests, files and probes with few readings. */
export function curveOf(points: readonly (readonly [timeMs: number, value: number])[]): Curve {
  return {
    timeMs: Float64Array.from(points, ([timeMs]) => timeMs),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

/** Largest value; null for a curve without points. */
export function largest({ values }: Curve): number | null {
  let most: number | null = null;
  for (const value of values) if (most === null || value > most) most = value;
  return most;
}

/** The part of a curve within [fromMs, toMs], as it was read: nothing is added at the ends. */
export function within({ timeMs, values }: Curve, fromMs: number, toMs: number): Curve {
  const first = timeMs.findIndex((time) => time >= fromMs);
  if (first < 0) return emptyCurve;
  const past = timeMs.findIndex((time) => time > toMs);
  const end = past < 0 ? timeMs.length : past;
  return { timeMs: timeMs.subarray(first, end), values: values.subarray(first, end) };
}

/** Area under the straight lines between the points, value · ms. */
export function areaUnder({ timeMs, values }: Curve): number {
  let area = 0;
  for (let i = 1; i < timeMs.length; i++) {
    const [fromMs, toMs] = [timeMs[i - 1] ?? 0, timeMs[i] ?? 0];
    area += ((toMs - fromMs) * ((values[i - 1] ?? 0) + (values[i] ?? 0))) / 2;
  }
  return area;
}

/** The spans between points, each with the larger of its ends: never below the straight line. */
export function spansOf({ timeMs, values }: Curve): { durationMs: number; value: number }[] {
  const spans: { durationMs: number; value: number }[] = [];
  for (let i = 1; i < timeMs.length; i++) {
    const durationMs = (timeMs[i] ?? 0) - (timeMs[i - 1] ?? 0);
    spans.push({ durationMs, value: Math.max(values[i - 1] ?? 0, values[i] ?? 0) });
  }
  return spans;
}
