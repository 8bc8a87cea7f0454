import { type Curve, curveOf, emptyCurve, largest, type Trace } from '../../studies/tracing/trace.ts';
import { invalidImport } from '../invalid.ts';

/**
 * functracer's `autostats<n>-rawresults.csv`: `HH:MM:SS.mmm,<bytes>[,<limit bytes>]`, no header; the first row is the start
 * and the last the end of the container, both with 0 bytes. Source: functracer of 2020, script statstracer.
 */

const row = /^(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?),(\d+)(?:,(\d+))?$/;
const dayMs = 24 * 3600 * 1000;
/** Linux tells no limit as the largest number of pages. */
const noLimitBytes = 2 ** 62;

type Reading = { timeMs: number; bytes: number; limitBytes: number | null };

/**
 * A run, whose clock starts at its first row; over midnight it goes on.
 * @throws ReefError `invalid-import`
 */
export function parseRawResults(text: string, file: string): Trace {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const readings = lines.map((line, i) => readingOf(line, `${file}, line ${i + 1}`));
  const [first] = readings;
  if (first === undefined || readings.length < 2) throw invalidImport(`${file} holds no run: two rows are the least.`);
  let days = 0;
  let earlierMs = first.timeMs;
  const points = readings.map(({ timeMs, bytes, limitBytes }) => {
    // Rows are in order: a time of day that falls by half a day is the next day's.
    if (timeMs < earlierMs - dayMs / 2) days += 1;
    earlierMs = timeMs;
    return { timeMs: toMicrosecond(timeMs + days * dayMs - first.timeMs), bytes, limitBytes };
  });
  const late = points.findIndex(({ timeMs }, i) => timeMs < (points[i - 1]?.timeMs ?? 0));
  if (late >= 0) throw invalidImport(`${file}, line ${late + 1}: the time is before that of the line above.`);
  return traceOf(points);
}

function toMicrosecond(timeMs: number): number {
  return Math.round(timeMs * 1000) / 1000;
}

function readingOf(line: string, where: string): Reading {
  const [, hours, minutes, seconds, bytes, limit] = row.exec(line.trim()) ?? [];
  if (bytes === undefined) {
    throw invalidImport(`${where}: "${line.slice(0, 60)}" is not "HH:MM:SS.mmm,bytes" or "HH:MM:SS.mmm,bytes,limit".`);
  }
  const timeMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return { timeMs, bytes: Number(bytes), limitBytes: limit === undefined ? null : Number(limit) };
}

function traceOf(readings: readonly Reading[]): Trace {
  const endMs = readings.at(-1)?.timeMs ?? 0;
  const gapMs = readings.length > 1 ? endMs / (readings.length - 1) : 0;
  const limits = readings.flatMap(({ timeMs, limitBytes }): [number, number][] =>
    limitBytes === null ? [] : [[timeMs, limitBytes > noLimitBytes ? Infinity : limitBytes]],
  );
  const usage = curveOf(readings.map(({ timeMs, bytes }) => [timeMs, bytes]));
  return { ...recordedRun(usage, gapMs, endMs), limit: curveOf(limits) };
}

/** A run of which only usage is known, as functracer records it. */
export function recordedRun(usage: Curve, periodMs: number, endMs: number): Trace {
  return {
    probe: 'host-files',
    startedAtMs: 0,
    periodMs,
    usage,
    workingSet: emptyCurve,
    anonymous: emptyCurve,
    file: emptyCurve,
    limit: emptyCurve,
    cpu: emptyCurve,
    kernelPeakBytes: null,
    phases: [],
    endMs,
    ending: { exitCode: null, signal: null, isOom: false },
    missed: 0,
    lost: 0,
    probeCpuMs: null,
  };
}

/** A run as functracer writes it, in UTC; the limit only where one was in force. */
export function formatRawResults({ usage, limit, startedAtMs, endMs }: Trace): string {
  const hasLimit = (largest(limit) ?? Infinity) < Infinity;
  const line = (timeMs: number, bytes: number, withLimit = true): string => {
    const time = new Date(startedAtMs + timeMs).toISOString().slice(11, 23);
    const limitBytes = hasLimit && withLimit ? valueAt(limit, timeMs) : null;
    return `${time},${Math.round(bytes)}${limitBytes === null || limitBytes === Infinity ? '' : `,${limitBytes}`}\n`;
  };
  const lines = [line(0, 0, false)];
  for (const [i, timeMs] of usage.timeMs.entries()) {
    const bytes = usage.values[i] ?? 0;
    // The ends are rows of their own.
    if (bytes > 0 || (timeMs > 0 && timeMs < endMs)) lines.push(line(timeMs, bytes));
  }
  return [...lines, line(endMs, 0, false)].join('');
}

/** The value that holds at a time: that of the last point until then; null before the first. */
function valueAt({ timeMs, values }: Curve, atMs: number): number | null {
  let [low, high] = [0, timeMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timeMs[middle] ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return values[low - 1] ?? null;
}
