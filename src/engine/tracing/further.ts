import { ReefError } from '../../protocol/errors.ts';
import type { TraceAutotune, TraceHull, TraceReport, TraceSafeSize } from '../../protocol/tracing.ts';
import type { Store } from '../store/store.ts';
import type { Clock, OnProgress } from '../studies/ports.ts';
import { truePeakMb } from '../studies/tracing/figures.ts';
import { leastLimitMb } from '../studies/tracing/hull.ts';
import { memoryByInput, safeForInput } from '../studies/tracing/input-size.ts';
import { limitSteps } from '../studies/tracing/limits.ts';
import { safeSizeMb, searchSafeSize } from '../studies/tracing/safe-size.ts';
import { areaUnder, bytesInMb, type Trace } from '../studies/tracing/trace.ts';
import { storedTrace } from './points.ts';
import type { TraceStudyRequest } from './request.ts';
import type { FollowedRun, Subject } from './subject.ts';

export const defaultMargin = 0.1;
const stepMb = 4;
const confirmations = 3;

/** @throws ReefError `no-such-target`, `invalid-settings` for what the subject cannot answer */
export function refuseImpossible(
  { safeSize, autotune }: TraceStudyRequest,
  { sizes, runWithLimits, memoryMb, target }: Subject,
): void {
  if (safeSize === true && sizes === null)
    throw new ReefError('no-such-target', `The target ${target} sets no limit, so no safe size can be tried: use docker.`);
  if (autotune !== undefined && runWithLimits === undefined)
    throw new ReefError('no-such-target', 'The limit of a function is not changed while it runs: --autotune goes with --image.');
  if (autotune === 'apply' && memoryMb === null)
    throw new ReefError(
      'invalid-settings',
      'Limits are applied below a static size, which is not known: name it with --memory MB.',
    );
}

/** Peak memory over the size of the input, where there were three sizes. */
export function byInput({ runs }: TraceReport): Pick<TraceReport, 'by_input'> {
  const peaks = runs.flatMap(({ input_bytes, outcome, peak_mb, kernel_peak_mb }) => {
    const peakMb = truePeakMb({ peakMb: peak_mb, kernelPeakMb: kernel_peak_mb });
    return input_bytes === undefined || peakMb === null || outcome !== 'ok' ? [] : [{ inputBytes: input_bytes, peakMb }];
  });
  const line = memoryByInput(peaks);
  if (line === null) return {};
  const input_bytes = 2 * line.largestInputBytes;
  return {
    by_input: {
      base_mb: line.baseMb,
      mb_per_input_mb: line.mbPerInputMb,
      above_line_mb: line.aboveLineMb,
      largest_input_bytes: line.largestInputBytes,
      next: { input_bytes, memory_mb: safeForInput(line, input_bytes, defaultMargin).memoryMb },
    },
  };
}

/** What needs runs beyond the traced ones: the safe size, and a limit that follows the hull. */
export async function furtherAnswers(
  request: TraceStudyRequest,
  subject: Subject,
  report: TraceReport,
  runId: string,
  context: { store: () => Store; clock: Clock },
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Pick<TraceReport, 'safe_size' | 'autotune'>> {
  const { autotune } = request;
  const safe_size = request.safeSize === true ? await safeSize(subject, report, runId, signal, onProgress) : undefined;
  const followed =
    autotune === undefined || report.hull === undefined || signal.aborted
      ? undefined
      : await followHull(autotune, subject, report.hull, { runId, index: report.runs.length, store: context.store }, signal);
  return { ...(safe_size !== undefined && { safe_size }), ...(followed !== undefined && { autotune: followed }) };
}

async function safeSize(
  { sizes, tryAt, function: { name } }: Subject,
  { runs }: TraceReport,
  runId: string,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<TraceSafeSize> {
  const peaks = runs.map(({ peak_mb, kernel_peak_mb }) => truePeakMb({ peakMb: peak_mb, kernelPeakMb: kernel_peak_mb }) ?? 0);
  const { minMb: leastMb, maxMb: mostMb } = sizes ?? { minMb: leastLimitMb, maxMb: leastLimitMb };
  const search = { leastMb, mostMb, stepMb, guessMb: Math.max(...peaks), confirmations };
  // A program that fails whatever its memory would be tried up to the largest limit.
  const mayWork = runs.some(({ outcome }) => outcome === 'ok' || outcome === 'oom');
  let done = 0;
  const trials = !mayWork
    ? []
    : await searchSafeSize(search, async (memoryMb) => {
        if (signal.aborted) return null;
        onProgress({ message: `Trying ${name} at ${memoryMb} MB`, done, total: done + 1, remainingMs: null });
        done += 1;
        return await tryAt(runId, memoryMb, signal);
      });
  return {
    memory_mb: safeSizeMb(trials),
    step_mb: stepMb,
    confirmations,
    trials: trials.map(({ memoryMb, passed, durationMs }) => ({ memory_mb: memoryMb, passed, duration_ms: durationMs })),
  };
}

type Place = { runId: string; index: number; store: () => Store };

async function followHull(
  mode: TraceAutotune['mode'],
  { runWithLimits }: Subject,
  hull: TraceHull,
  { runId, index, store }: Place,
  signal: AbortSignal,
): Promise<TraceAutotune> {
  const { static_mb, reserved_share, proven, worst_deficit_mb } = hull;
  const planned = { mode, static_mb, reserved_share, outcome: null, changes: [] };
  if (!proven || runWithLimits === undefined) {
    const refused = `A run would have been above these limits by ${worst_deficit_mb.toFixed(1)} MB: they are not applied.`;
    return { ...planned, refused };
  }
  const steps = limitSteps({ binMs: hull.bin_ms, memoryMb: hull.limits_mb }, static_mb);
  const plan = { steps, staticMb: static_mb, dryRun: mode === 'dry-run' };
  const { changes, facts, trace, sampleId } = await runWithLimits(runId, index, plan, signal);
  store().addTrace(sampleId, storedTrace(trace));
  return {
    ...planned,
    refused: null,
    reserved_share: mode === 'apply' ? reservedShare(trace, static_mb) : reserved_share,
    outcome: facts.outcome ?? null,
    changes: changes.map(changeOf),
  };
}

/** Mean limit that was read, as a share of the static size. */
function reservedShare({ limit }: Trace, staticMb: number): number {
  const readMs = (limit.timeMs.at(-1) ?? 0) - (limit.timeMs[0] ?? 0);
  return readMs > 0 ? areaUnder(limit) / readMs / bytesInMb / staticMb : 1;
}

function changeOf({ atMs, wantedMb, setMb, tookMs, reason, refusal }: FollowedRun['changes'][number]) {
  return { at_ms: atMs, wanted_mb: wantedMb, set_mb: setMb, took_ms: tookMs, reason, refusal };
}
