import { ReefError } from '../../protocol/errors.ts';
import type { TraceReport } from '../../protocol/tracing.ts';
import type { Store } from '../store/store.ts';
import type { Trace } from '../studies/tracing/trace.ts';
import { tracedRun } from './points.ts';

/** @throws ReefError `no-such-run` */
export function storedTraceReport(store: Store, runId: string): TraceReport {
  const report = store.traceReport(runId);
  if (report !== undefined) return report;
  throw new ReefError('no-such-run', `There is no trace of run "${runId}": "reef runs" lists the runs of the study "tracing".`);
}

/** @throws ReefError `no-such-run` */
export function storedPoints(store: Store, runId: string, run: number): Trace {
  const report = storedTraceReport(store, runId);
  const figures = report.runs[run];
  const sampleId = store.tracedSamples(runId)[run];
  const stored = sampleId === undefined ? undefined : store.trace(sampleId);
  if (figures !== undefined && stored !== undefined) return tracedRun(stored, report.probe.kind, figures);
  throw new ReefError('no-such-run', `The trace ${runId} has no run ${run + 1}: it has ${report.runs.length}.`);
}
