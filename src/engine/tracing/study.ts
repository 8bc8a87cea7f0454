import type { FunctionInfo } from '../../protocol/functions.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { Run } from '../../protocol/runs.ts';
import type { TraceReport } from '../../protocol/tracing.ts';
import { providerPrices } from '../pricing/providers/table.ts';
import { asRun } from '../run-lifecycle.ts';
import type { Store } from '../store/store.ts';
import type { Clock, OnProgress } from '../studies/ports.ts';
import type { HullWish } from '../studies/tracing/report.ts';
import { runTraceStudy } from '../studies/tracing/study.ts';
import { storedTrace } from './points.ts';
import type { TraceStudyRequest } from './request.ts';
import type { Subject } from './subject.ts';

type Context = { store: () => Store; folder: string; clock: Clock };

/** As wide as functracer's, so that its profiles can be compared, ms. */
const hullBinMs = 100;

/**
 * Traces a subject as a run of the store: each of its runs is an attempt with its readings, kept as soon as it is over.
 * When it is cancelled, the report of the runs until then is kept.
 * @throws ReefError `cancelled`, `sandbox-failed`, and what the subject throws
 */
export async function runTrace(
  request: TraceStudyRequest,
  subject: Subject,
  { store, folder, clock }: Context,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<TraceReport> {
  const { function: fn, target, memoryMb, architecture } = subject;
  const hull = await hullWish(request, subject);
  const provider = request.provider ?? (architecture === 'arm64' ? 'aws-arm64' : 'aws-x86');
  const settings = { ...subject.settings, runs: request.runs, provider };
  const plan = { study: 'tracing', function: fn, target, settings, folder, nowMs: clock.nowMs() } as const;
  const work = async (run: Run): Promise<TraceReport> => {
    const { report: found } = await runTraceStudy(
      {
        subject: fn.name,
        runs: request.runs * subject.inputs,
        prices: providerPrices,
        provider,
        clock,
        onProgress,
        ...(memoryMb !== null && { sizeMb: memoryMb }),
        ...(hull !== undefined && { hull }),
        async runOnce(index, runSignal) {
          const { sampleId, ...traced } = await subject.runOnce(run.id, index, runSignal);
          store().addTrace(sampleId, storedTrace(traced.trace));
          return traced;
        },
      },
      signal,
    );
    const report = { ...found, ...placeOf(run.id, subject) };
    store().saveTraceReport(run.id, fn.id, report);
    if (signal.aborted) throw new ReefError('cancelled', `Cancelled: what was traced is kept in run ${run.id}.`);
    return report;
  };
  return await asRun(store(), plan, work, failureOf);
}

async function hullWish({ hull }: TraceStudyRequest, subject: Subject): Promise<HullWish | undefined> {
  if (hull === undefined) return undefined;
  const delayMs = await subject.actuationDelayMs();
  if (delayMs === null) {
    const sentence = `The target ${subject.target} cannot change a limit, so there is no hull to prove: trace on docker.`;
    throw new ReefError('no-such-target', sentence);
  }
  const { memoryMb } = subject;
  return { binMs: hullBinMs, margin: hull.margin, delayMs, ...(memoryMb !== null && { staticMb: memoryMb }) };
}

function placeOf(runId: string, { function: fn, isImage, target, architecture, memoryMb }: Subject): Partial<TraceReport> {
  const place = { run_id: runId, target, memory_limit_mb: memoryMb };
  return isImage ? place : { ...place, function: functionFacts(fn, architecture) };
}

function functionFacts(
  { id, name, runtime }: FunctionInfo,
  architecture: Subject['architecture'],
): NonNullable<TraceReport['function']> {
  return { id, name, runtime, architecture };
}

/** A trace of which no run worked says little about the program. */
function failureOf({ subject, runs }: TraceReport): string | null {
  if (runs.some(({ outcome }) => outcome === 'ok')) return null;
  return `No run of ${subject} worked: ${runs.map(({ outcome }) => outcome).join(', ')}`;
}
