import type { FunctionInfo } from '../../protocol/functions.ts';
import type { Run, RunStatus, RunSummary } from '../../protocol/runs.ts';
import type { Sample } from '../../protocol/samples.ts';
import type { CurvePoint, SizingReport } from '../../protocol/sizing.ts';
import type { TraceReport } from '../../protocol/tracing.ts';
import type { SampleStore } from '../studies/ports.ts';
import type { StoredTrace } from './trace-table.ts';

export type NewRun = Omit<Run, 'id' | 'status' | 'endedAtMs' | 'failure'>;

/** The part of a report that lists show. */
export type ReportFigures = Pick<
  SizingReport,
  'run_id' | 'created_at' | 'target' | 'basis' | 'recommendation' | 'current' | 'evidence' | 'code_hash' | 'verdict'
> & {
  /** Of 95 % of warm calls at the recommended size; absent where the spread of calls is not known. */
  recommended_p95_ms?: number | undefined;
};

/** Calls that imported logs hold of a function, and when the first and the last of them were. */
export type CallVolume = { calls: number; firstMs: number; lastMs: number };

/** An attempt by the id that the provider gave its call. */
export type StoredRequest = { requestId: string; durationMs: number | null; memoryMb: number | null };

/** The measurements of one workspace. Made by `openStore` in store/sqlite.ts; every call is synchronous. */
export interface Store extends SampleStore, Disposable {
  readonly path: string;
  /** Remembers a function as it was when a run used it; the newest wins. Names of environment variables are kept, values are not. */
  saveFunction(fn: FunctionInfo): void;
  /** The function must have been saved. */
  startRun(run: NewRun): Run;
  endRun(id: string, status: Exclude<RunStatus, 'running'>, failure: string | null): void;
  /** Marks runs whose process is gone as interrupted; returns how many. */
  interruptOrphans(isAlive: (pid: number) => boolean): number;
  run(id: string): RunSummary | undefined;
  /** Newest first. */
  runs(limit: number): RunSummary[];
  /** Of one function, newest first. */
  runsOf(functionId: string, limit: number): RunSummary[];
  /** Imports of AWS logs under a function's name, newest first. */
  importedLogs(functionName: string, limit: number): RunSummary[];
  samples(runId: string): Sample[];
  sample(id: number): Sample | undefined;
  /** Keeps what a probe saw while an attempt ran; the sample must have been added. */
  addTrace(sampleId: number, trace: StoredTrace): void;
  trace(sampleId: number): StoredTrace | undefined;
  /** Attempts of a run that have a trace, in their order. */
  tracedSamples(runId: string): number[];
  /** The run must have been started; the figures of its function become those of the report unless they are newer. */
  saveReport(report: SizingReport): void;
  /** The run must have been started. */
  saveTraceReport(runId: string, functionId: string, report: TraceReport): void;
  /**
   * The report of a run that found a size; undefined for runs of other studies too.
   * Throws ReefError `store-newer` when a newer Reef wrote the report in a format that this one does not know.
   */
  report(runId: string): SizingReport | undefined;
  /** The same of a run that traced memory. */
  traceReport(runId: string): TraceReport | undefined;
  /** The figures of the newest report of each of these functions (of all when none are named), by function id: quick for thousands. */
  latestFigures(functionIds?: readonly string[]): Map<string, ReportFigures>;
  /** The curve of a function's newest report, for the figures at a size other than the one it had then; empty without a report. */
  latestCurve(functionId: string): CurvePoint[];
  /** By function id. */
  callVolumes(): Map<string, CallVolume>;
  /** Attempts of a function under any of these request ids. */
  requestsOf(functionId: string, requestIds: readonly string[]): StoredRequest[];
  close(): void;
}
