import { ProbeKind, type TraceReport, type TraceRun } from '../protocol/tracing.ts';
import { rowsOf, type TraceRow } from './exchange/trace/rows.ts';
import type { StoredTrace } from './store/trace-table.ts';
import { bytesInMb, type Curve, type Trace } from './studies/tracing/trace.ts';

/** Columns of the store beside `timeMs`; NaN where that was not read at the time. */
const columns = {
  usageMb: ({ usage }) => usage,
  workingSetMb: ({ workingSet }) => workingSet,
  anonymousMb: ({ anonymous }) => anonymous,
  fileMb: ({ file }) => file,
  limitMb: ({ limit }) => limit,
} satisfies Record<string, (row: TraceRow) => number | null>;

/** A run as the store keeps it: a point for each moment at which anything was read. */
export function storedTrace(trace: Trace): StoredTrace {
  const rows = [...rowsOf(trace)];
  const column = (of: (row: TraceRow) => number | null): Float64Array => Float64Array.from(rows, (row) => of(row) ?? Number.NaN);
  const memory = Object.entries(columns).map(([name, of]) => {
    const bytes = column(of);
    return [name, bytes.map((value) => value / bytesInMb)] as const;
  });
  const times = { timeMs: column(({ timeMs }) => timeMs), cpuMs: column(({ cpuMs }) => cpuMs) };
  return { probe: trace.probe, columns: { ...times, ...Object.fromEntries(memory) } };
}

/** The run again; what its curves do not say comes from the report. */
export function traceOfStored(stored: StoredTrace, run: TraceRun, report: TraceReport): Trace {
  const time = stored.columns['timeMs'] ?? new Float64Array();
  const curve = (name: string, scale: number): Curve => {
    const values = stored.columns[name] ?? new Float64Array();
    const known = [...values.keys()].filter((index) => !Number.isNaN(values[index]));
    return {
      timeMs: Float64Array.from(known, (index) => time[index] ?? 0),
      values: Float64Array.from(known, (index) => (values[index] ?? 0) * scale),
    };
  };
  return {
    probe: ProbeKind.parse(stored.probe),
    startedAtMs: Date.parse(report.created_at),
    periodMs: 1000 / report.probe.samples_per_s,
    usage: curve('usageMb', bytesInMb),
    workingSet: curve('workingSetMb', bytesInMb),
    anonymous: curve('anonymousMb', bytesInMb),
    file: curve('fileMb', bytesInMb),
    limit: curve('limitMb', bytesInMb),
    cpu: curve('cpuMs', 1),
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
    probeCpuMs: null,
  };
}
