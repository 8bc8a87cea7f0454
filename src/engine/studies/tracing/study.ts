import { isCancelled, ReefError } from '../../../protocol/errors.ts';
import type { TraceProbe, TraceReport, TraceRun } from '../../../protocol/tracing.ts';
import type { Clock, OnProgress } from '../ports.ts';
import { type ReportInput, traceReport } from './report.ts';
import { bytesInMb, largest, type Trace } from './trace.ts';

/** One run of what is traced, from its start to its end. */
export type Traced = { trace: Trace; probe: TraceProbe; facts: Pick<TraceRun, 'outcome' | 'error' | 'event' | 'input_bytes'> };

export type TraceStudy = Pick<ReportInput, 'subject' | 'prices' | 'provider' | 'sizeMb' | 'hull'> & {
  runs: number;
  /** The run of that number, from 0. */
  runOnce: (index: number, signal: AbortSignal) => Promise<Traced>;
  clock: Clock;
  onProgress: OnProgress;
};

/**
 * Runs one after the other, and what they say. A run that fails is a run; cancelling leaves what was traced.
 * @throws ReefError `cancelled` when nothing was traced before
 */
export async function runTraceStudy(study: TraceStudy, signal: AbortSignal): Promise<{ report: TraceReport; traces: Trace[] }> {
  const { runs, runOnce, clock, onProgress } = study;
  const traces: Trace[] = [];
  const facts: Traced['facts'][] = [];
  let probe: TraceProbe | null = null;
  const startedMs = clock.nowMs();
  while (traces.length < runs && !signal.aborted) {
    const done = traces.length;
    const remainingMs = done === 0 ? null : ((clock.nowMs() - startedMs) / done) * (runs - done);
    onProgress({ message: progressText(traces, study.subject), done, total: runs, remainingMs });
    const traced = await runOnce(done, signal).catch((error: unknown) => {
      if (probe !== null && signal.aborted && isCancelled(error)) return null;
      throw error;
    });
    // A run that was cut short says little of what it would have used.
    if (signal.aborted || traced === null) break;
    probe = traced.probe;
    traces.push(traced.trace);
    facts.push(traced.facts);
  }
  if (probe === null) throw new ReefError('cancelled', `Tracing ${study.subject} was cancelled.`);
  const { subject, prices, provider, sizeMb, hull } = study;
  const more = { ...(sizeMb !== undefined && { sizeMb }), ...(hull !== undefined && { hull }) };
  const report = traceReport({ subject, createdAtMs: clock.nowMs(), probe, traces, prices, provider, ...more });
  return { report: { ...report, runs: report.runs.map((run, i) => ({ ...run, ...facts[i] })) }, traces };
}

function progressText(traces: readonly Trace[], subject: string): string {
  const last = traces.at(-1);
  const peak = last === undefined ? null : largest(last.usage);
  return peak === null ? `Tracing ${subject}` : `Tracing ${subject}, last peak ${Math.ceil(peak / bytesInMb)} MB`;
}
