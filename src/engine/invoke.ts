import { effectiveMemoryMb, type FunctionInfo } from '../protocol/functions.ts';
import type { InvokeResult } from '../protocol/requests.ts';
import type { Run } from '../protocol/runs.ts';
import type { Measurement } from '../protocol/samples.ts';
import type { Event } from './event.ts';
import type { SampleStore } from './studies/ports.ts';
import type { Target } from './targets/target.ts';

type Work = { run: Run; target: Target; function: FunctionInfo; event: Event; store: SampleStore };

/** One cold invocation at the size that the template states, stored as a sample. */
export async function invokeOnce(work: Work, signal: AbortSignal): Promise<InvokeResult> {
  const { run, target, event, store } = work;
  const fn = work.function;
  const { sizes, architectures } = await target.describe(fn, signal);
  const memoryMb = sizes === null ? null : Math.min(sizes.maxMb, Math.max(sizes.minMb, effectiveMemoryMb(fn)));
  const architecture = fn.architecture ?? architectures[0] ?? 'x86_64';
  await using sandbox = await target.open({ function: fn, memoryMb, architecture }, signal);
  const attempt = await sandbox.invoke({ payload: event.payload, eventName: event.name }, signal);
  const { measurement, sandboxId, sandboxSequence, response } = attempt;
  store.addSamples([
    { ...measurement, runId: run.id, memoryMb, architecture, sandboxId, sandboxSequence, eventName: event.name, costUsd: null },
  ]);
  return { runId: run.id, measurement, response, logs: sandbox.logs().map(({ stream, text }) => ({ stream, text })) };
}

/** How an invocation failed, in a sentence; null when it did not. */
export function invocationFailure(functionName: string, { outcome, error }: Measurement): string | null {
  if (outcome === 'ok') return null;
  const why = error === null ? '' : `: ${error.type}: ${error.message}`;
  return `${functionName} ended with ${outcome}${why}`;
}
