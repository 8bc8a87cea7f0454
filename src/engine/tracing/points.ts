import type { ProbeKind, TraceRun } from '../../protocol/tracing.ts';
import { rowsOf } from '../exchange/trace/rows.ts';
import type { StoredTrace } from '../store/trace-table.ts';
import { bytesInMb, type Curve, type Trace } from '../studies/tracing/trace.ts';

/** Columns of a stored trace and the curves that they hold, whose bytes are kept as MB: a power of two, so nothing is lost. */
const columns = [
  ['usageMb', 'usage', bytesInMb],
  ['workingSetMb', 'workingSet', bytesInMb],
  ['anonymousMb', 'anonymous', bytesInMb],
  ['fileMb', 'file', bytesInMb],
  ['limitMb', 'limit', bytesInMb],
  ['cpuMs', 'cpu', 1],
] as const;

/** The readings of a run as the store keeps them: a row for each moment, NaN where a curve was not read then. */
export function storedTrace(trace: Trace): StoredTrace {
  let count = 0;
  // A run may have a million rows: they are counted first, so that they need not all be there as objects.
  for (const _row of rowsOf(trace)) count += 1;
  const timeMs = new Float64Array(count);
  const values = columns.map(() => new Float64Array(count));
  let index = 0;
  for (const row of rowsOf(trace)) {
    timeMs[index] = row.timeMs;
    for (const [i, [, curve, scale]] of columns.entries()) {
      const column = values[i];
      if (column !== undefined) column[index] = (row[curve] ?? Number.NaN) / scale;
    }
    index += 1;
  }
  return {
    probe: trace.probe,
    columns: { timeMs, ...Object.fromEntries(columns.map(([name], i) => [name, values[i] ?? new Float64Array()])) },
  };
}

/** A run as it was traced, from what the store keeps and its report says. */
export function tracedRun(stored: StoredTrace, probe: ProbeKind, run: TraceRun): Trace {
  const curves = Object.fromEntries(columns.map(([column, curve, scale]) => [curve, curveIn(stored, column, scale)]));
  return {
    ...(curves as Record<(typeof columns)[number][1], Curve>),
    probe,
    startedAtMs: run.started_at_ms ?? 0,
    periodMs: run.period_ms ?? 1,
    kernelPeakBytes: run.kernel_peak_mb === null ? null : run.kernel_peak_mb * bytesInMb,
    phases: (run.phases ?? []).map(({ name, request_id, start_ms, end_ms }) => ({
      name,
      requestId: request_id,
      startMs: start_ms,
      endMs: end_ms,
    })),
    endMs: run.duration_ms,
    ending: { exitCode: run.exit, signal: run.signal, isOom: run.oom },
    missed: run.missed,
    lost: run.lost,
    probeCpuMs: run.probe_cpu_ms ?? null,
  };
}

function curveIn({ columns }: StoredTrace, name: string, scale: number): Curve {
  const [times, values] = [columns['timeMs'] ?? new Float64Array(), columns[name] ?? new Float64Array()];
  const read = (_: number, index: number): boolean => !Number.isNaN(values[index] ?? Number.NaN);
  return { timeMs: times.filter(read), values: values.filter(read).map((value) => value * scale) };
}
