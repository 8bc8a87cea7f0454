import type { Curve, Trace } from './trace.ts';

/**
 * The part of a curve within [fromMs, toMs] as so few points that a screen of `columns` columns shows no difference: of each
 * column the smallest and the largest value, in their order, so that no spike is lost. One point beyond each end stays, so
 * that a line reaches the edge. At most 2 · columns + 2 points.
 */
export function decimate({ timeMs, values }: Curve, fromMs: number, toMs: number, columns: number): Curve {
  const first = Math.max(0, firstAtOrAfter(timeMs, fromMs) - 1);
  const end = Math.min(timeMs.length, firstAtOrAfter(timeMs, toMs) + 1);
  if (end - first <= 2 * columns + 2) return { timeMs: timeMs.subarray(first, end), values: values.subarray(first, end) };
  const taken: number[] = [first];
  const widthMs = (toMs - fromMs) / columns;
  for (let at = first + 1; at < end - 1;) {
    const column = Math.floor(((timeMs[at] ?? 0) - fromMs) / widthMs);
    const untilMs = fromMs + (column + 1) * widthMs;
    let [least, most] = [at, at];
    for (at++; at < end - 1 && (timeMs[at] ?? 0) < untilMs; at++) {
      const value = values[at] ?? 0;
      if (value < (values[least] ?? 0)) least = at;
      else if (value > (values[most] ?? 0)) most = at;
    }
    taken.push(Math.min(least, most));
    if (least !== most) taken.push(Math.max(least, most));
  }
  taken.push(end - 1);
  return {
    timeMs: Float64Array.from(taken, (index) => timeMs[index] ?? 0),
    values: Float64Array.from(taken, (index) => values[index] ?? 0),
  };
}

/** A run with curves that fit a screen: for a first look, before all its points are there. */
export function outline(trace: Trace, columns: number): Trace {
  const small = (curve: Curve): Curve => decimate(curve, 0, trace.endMs, columns);
  const { usage, workingSet, anonymous, file, limit, cpu } = trace;
  return {
    ...trace,
    usage: small(usage),
    workingSet: small(workingSet),
    anonymous: small(anonymous),
    file: small(file),
    limit: small(limit),
    cpu: small(cpu),
  };
}

/** Index of the first time that is not before `ms`; the length where all are. */
export function firstAtOrAfter(timeMs: Float64Array, ms: number): number {
  let [low, high] = [0, timeMs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timeMs[middle] ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The reading in force at a time; null before the first, or where there are none. */
export function valueAt({ timeMs, values }: Curve, ms: number): number | null {
  const after = firstAtOrAfter(timeMs, ms);
  return values[timeMs[after] === ms ? after : after - 1] ?? null;
}
