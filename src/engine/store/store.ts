import type { FunctionInfo } from '../../protocol/functions.ts';
import type { Run, RunStatus, RunSummary } from '../../protocol/runs.ts';
import type { Sample } from '../../protocol/samples.ts';
import type { CurvePoint, Recommendation, SizingReport } from '../../protocol/sizing.ts';
import type { SampleStore } from '../studies/ports.ts';

export type NewRun = Omit<Run, 'id' | 'status' | 'endedAtMs' | 'failure'>;

type Figure = 'memory_mb' | 'duration_ms' | 'cost_per_million_usd';

/** The part of a report that lists show, with the names of the report (which is one); read without its document. */
export type ReportFigures = Pick<SizingReport, 'run_id' | 'created_at' | 'target' | 'basis' | 'evidence'> & {
  recommendation: Pick<Recommendation, Figure | 'why'>;
  /** For the figures at the size that a template states now, which may differ from then. */
  curve: Pick<CurvePoint, Figure>[];
};

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
  samples(runId: string): Sample[];
  /** The run must have been started; the figures of its function become those of the report unless they are newer. */
  saveReport(report: SizingReport): void;
  /** Throws ReefError `store-newer` when a newer Reef wrote the report in a format that this one does not know. */
  report(runId: string): SizingReport | undefined;
  /** The figures of the newest report of each of these functions (of all when none are named), by function id. */
  latestFigures(functionIds?: readonly string[]): Map<string, ReportFigures>;
  close(): void;
}
