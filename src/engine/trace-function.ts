import type { FunctionInfo } from '../protocol/functions.ts';
import { ReefError } from '../protocol/errors.ts';
import type { Run } from '../protocol/runs.ts';
import type { RunPoints } from '../protocol/trace-points.ts';
import type { TraceReport } from '../protocol/tracing.ts';
import { effectiveMemoryMb } from '../protocol/functions.ts';
import type { EngineOptions } from './engine.ts';
import type { Event } from './event.ts';
import { openAsStated } from './invoke.ts';
import { providerPrices } from './pricing/providers/table.ts';
import type { Store } from './store/store.ts';
import { makeAttempt } from './studies/attempt.ts';
import type { Clock, OnProgress } from './studies/ports.ts';
import { outline } from './studies/tracing/decimate.ts';
import type { Mark } from './studies/tracing/phases.ts';
import { runTraceStudy, type Traced } from './studies/tracing/study.ts';
import { storedTrace, traceOfStored } from './trace-columns.ts';

/** Where a run under way stands: the latest of its readings. */
export type TraceReading = { run: number; timeMs: number; usageBytes: number; workingSetBytes: number | null };
export type OnReading = (reading: TraceReading) => void;

export type FunctionTrace = {
  run: Run;
  function: FunctionInfo;
  event: Event;
  runs: number;
  store: Store;
  clock: Clock;
  options: EngineOptions;
  onProgress: OnProgress;
  onReading: OnReading;
};

const provider = 'aws-x86';

/** Runs a function in containers of its size, each a cold call, and keeps what was read. */
export async function traceFunction(work: FunctionTrace, signal: AbortSignal): Promise<TraceReport> {
  const { run, function: fn, runs, store, clock, onProgress } = work;
  let made = 0;
  const { report } = await runTraceStudy(
    {
      subject: fn.name,
      runs,
      prices: providerPrices,
      provider,
      sizeMb: effectiveMemoryMb(fn),
      clock,
      onProgress,
      runOnce: (runSignal) => traceOnce(work, made++, runSignal),
    },
    signal,
  );
  store.saveTraceReport(run, report);
  return report;
}

async function traceOnce(work: FunctionTrace, index: number, signal: AbortSignal): Promise<Traced> {
  const { event, store, options, onReading } = work;
  const [{ createDockerTarget }, { watchSandbox }] = await Promise.all([
    import('./targets/docker/target.ts'),
    import('./targets/docker/trace/watch-sandbox.ts'),
  ]);
  await using watch = await watchSandbox(({ timeMs, usageBytes, workingSetBytes }) =>
    onReading({ run: index, timeMs, usageBytes, workingSetBytes }),
  );
  const { folder, settings, log, onOutput } = options;
  await using target = createDockerTarget({
    folder,
    images: settings.images ?? {},
    log,
    onOutput,
    beforeStart: (container) => watch.attach(container),
  });
  const { sandbox, context } = await openAsStated({ ...work, target }, signal);
  await using _closing = sandbox;
  const attempt = await makeAttempt(
    sandbox,
    { payload: event.payload, eventName: event.name },
    { ...context, earlierAttempts: 0 },
    signal,
  );
  const { outcome, durationMs } = attempt.sample;
  const isOom = outcome === 'oom';
  const trace = await watch.finish(marksOf(Date.now(), durationMs), { exitCode: outcome === 'ok' ? 0 : 1, signal: null, isOom });
  const sample = store.samples(work.run.id).at(-1);
  if (sample !== undefined) store.addTrace(sample.id, storedTrace(trace));
  return { trace, probe: watch.probe };
}

/** The one call of a run, which was answered just now. */
function marksOf(answeredAtMs: number, durationMs: number | null): Mark[] {
  if (durationMs === null) return [];
  const handedAtMs = answeredAtMs - durationMs;
  const requestId = '1';
  return [
    { kind: 'ready', atMs: handedAtMs },
    { kind: 'handed', atMs: handedAtMs, requestId },
    { kind: 'answered', atMs: answeredAtMs, requestId },
  ];
}

/** @throws ReefError `no-such-run` */
export function storedTraceReport(store: Store, runId: string): TraceReport {
  const report = store.traceReport(runId);
  if (report === undefined) throw new ReefError('no-such-run', `There is no trace of run "${runId}": trace the function.`);
  return report;
}

/**
 * What was read in one run of a stored trace, from 0; with `columns`, as few points as so many columns of a screen need.
 * @throws ReefError `no-such-run`
 */
export function storedPoints(store: Store, runId: string, index: number, columns: number | null): RunPoints {
  const report = storedTraceReport(store, runId);
  const run = report.runs[index];
  const sample = store.samples(runId)[index];
  const stored = sample && store.trace(sample.id);
  if (run === undefined || stored === undefined) {
    throw new ReefError('no-such-run', `There are no readings of run ${index + 1} of the trace "${runId}".`);
  }
  const trace = traceOfStored(stored, run, report);
  return columns === null ? trace : outline(trace, columns);
}
