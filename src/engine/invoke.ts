import { effectiveMemoryMb, type FunctionInfo } from '../protocol/functions.ts';
import type { InvokeResult } from '../protocol/requests.ts';
import type { Run } from '../protocol/runs.ts';
import type { Measurement } from '../protocol/samples.ts';
import type { Event } from './event.ts';
import { attemptCostUsd } from './pricing/attempt-cost.ts';
import { lambdaPrice } from './pricing/prices.ts';
import { type AttemptContext, makeAttempt, type StoredAttempt } from './studies/attempt.ts';
import type { Clock, SampleStore } from './studies/ports.ts';
import { runningArchitecture, type Sandbox, type Target } from './targets/target.ts';

type Work = { run: Run; target: Target; function: FunctionInfo; event: Event; store: SampleStore; clock: Clock };

/** One cold invocation at the size that the template states, stored as a sample. */
export async function invokeOnce(work: Work, signal: AbortSignal): Promise<InvokeResult> {
  await using caller = await callerOf(work, signal);
  const { sample, response, report } = await caller.call();
  const logs = caller.sandbox.logs().map(({ stream, text }) => ({ stream, text }));
  const called = { measurement: sample, costUsd: sample.costUsd, ...(report !== undefined && { report }) };
  return { runId: work.run.id, ...called, response, logs };
}

/** The same once cold and then some times warm, each a sample; ends at the first call that does not succeed, and returns that. */
export async function invokeWarm(work: Work, warmCalls: number, signal: AbortSignal): Promise<Measurement> {
  await using caller = await callerOf(work, signal);
  let { sample } = await caller.call();
  for (let i = 0; i < warmCalls && sample.outcome === 'ok'; i++) ({ sample } = await caller.call());
  return sample;
}

type Caller = AsyncDisposable & { sandbox: Sandbox; call(): Promise<StoredAttempt> };

async function callerOf(work: Work, signal: AbortSignal): Promise<Caller> {
  const { sandbox, context } = await openAsStated(work, signal);
  const invocation = { payload: work.event.payload, eventName: work.event.name };
  let earlierAttempts = 0;
  return {
    sandbox,
    call: () => makeAttempt(sandbox, invocation, { ...context, earlierAttempts: earlierAttempts++ }, signal),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

/** A sandbox at the size that the template states, or as it is deployed, with what an attempt in it is stored with. */
export async function openAsStated(
  { run, target, function: fn, store, clock }: Omit<Work, 'event'>,
  signal: AbortSignal,
): Promise<{ sandbox: Sandbox; context: Omit<AttemptContext, 'earlierAttempts'> }> {
  const capabilities = await target.describe(fn, signal);
  const { sizes } = capabilities;
  const memoryMb = sizes === null ? null : Math.min(sizes.maxMb, Math.max(sizes.minMb, effectiveMemoryMb(fn)));
  const architecture = runningArchitecture(fn, capabilities);
  const sandbox = await target.open({ function: fn, memoryMb, architecture, asDeployed: true }, signal);
  const costUsd: AttemptContext['costUsd'] = (size, measurement, report) => {
    const price = lambdaPrice(report?.architecture ?? architecture, capabilities.region);
    return attemptCostUsd(price, size, measurement, report?.billedMs);
  };
  return { sandbox, context: { runId: run.id, architecture, store, clock, costUsd } };
}

/** How an invocation failed, in a sentence; null when it did not. */
export function invocationFailure(functionName: string, { outcome, error }: Measurement): string | null {
  if (outcome === 'ok') return null;
  const why = error === null ? '' : `: ${error.type}: ${error.message}`;
  return `${functionName} ended with ${outcome}${why}`;
}
