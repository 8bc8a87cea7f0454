import type { FunctionInfo } from '../../protocol/functions.ts';
import type { Run, RunStatus, RunSummary } from '../../protocol/runs.ts';
import type { Sample } from '../../protocol/samples.ts';
import type { SizingReport } from '../../protocol/sizing.ts';
import type { SampleStore } from '../studies/ports.ts';

export type NewRun = Omit<Run, 'id' | 'status' | 'endedAtMs' | 'failure'>;

/** The measurements of one workspace. Made by `openStore` in store/sqlite.ts; every call is synchronous. */
export interface Store extends SampleStore, Disposable {
  readonly path: string;
  /** Remembers a function as it was when a run used it; the newest wins. */
  saveFunction(fn: FunctionInfo): void;
  startRun(run: NewRun): Run;
  endRun(id: string, status: Exclude<RunStatus, 'running'>, failure: string | null): void;
  /** Marks runs whose process is gone as interrupted; returns how many. */
  interruptOrphans(isAlive: (pid: number) => boolean): number;
  run(id: string): RunSummary | undefined;
  /** Newest first. */
  runs(limit: number): RunSummary[];
  samples(runId: string): Sample[];
  saveReport(report: SizingReport): void;
  report(runId: string): SizingReport | undefined;
  /** The newest report of each of these functions (of all when none are named), by function id. */
  latestReports(functionIds?: readonly string[]): Map<string, SizingReport>;
  close(): void;
}
