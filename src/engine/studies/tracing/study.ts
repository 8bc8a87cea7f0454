import { ReefError } from '../../../protocol/errors.ts';
import type { TraceProbe, TraceReport } from '../../../protocol/tracing.ts';
import type { Clock, OnProgress } from '../ports.ts';
import { type ReportInput, traceReport } from './report.ts';
import { bytesInMb, largest, type Trace } from './trace.ts';

/** One run of what is traced, from its start to its end. */
export type Traced = { trace: Trace; probe: TraceProbe };

export type TraceStudy = Pick<ReportInput, 'subject' | 'prices' | 'provider' | 'sizeMb' | 'hull'> & {
  runs: number;
  runOnce: (signal: AbortSignal) => Promise<Traced>;
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
  let probe: TraceProbe | null = null;
  const startedMs = clock.nowMs();
  while (traces.length < runs && !signal.aborted) {
    const done = traces.length;
    const remainingMs = done === 0 ? null : ((clock.nowMs() - startedMs) / done) * (runs - done);
    onProgress({ message: progressText(traces, study.subject), done, total: runs, remainingMs });
    const traced = await runOnce(signal);
    // A run that was cut short says little of what it would have used.
    if (signal.aborted) break;
    probe = traced.probe;
    traces.push(traced.trace);
  }
  if (probe === null) throw new ReefError('cancelled', `Tracing ${study.subject} was cancelled.`);
  const { subject, prices, provider, sizeMb, hull } = study;
  const more = { ...(sizeMb !== undefined && { sizeMb }), ...(hull !== undefined && { hull }) };
  return { report: traceReport({ subject, createdAtMs: clock.nowMs(), probe, traces, prices, provider, ...more }), traces };
}

function progressText(traces: readonly Trace[], subject: string): string {
  const last = traces.at(-1);
  const peak = last === undefined ? null : largest(last.usage);
  return peak === null ? `Tracing ${subject}` : `Tracing ${subject}, last peak ${Math.ceil(peak / bytesInMb)} MB`;
}
