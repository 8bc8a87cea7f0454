import type { InvokeResult } from '../../protocol/requests.ts';
import type { Run } from '../../protocol/runs.ts';
import type { Measurement } from '../../protocol/samples.ts';
import { defaultSeed, type EngineContext, type Prepared } from '../context.ts';
import type { RunRequest } from '../engine.ts';
import { type Made, versionOf } from '../evidence/version.ts';
import { invocationFailure, invokeOnce, invokeWarm } from '../invoke.ts';
import { asRun, type RunPlan } from '../run-lifecycle.ts';

/** One call, as a run of the store. */
export async function invoke(context: EngineContext, request: RunRequest, signal: AbortSignal): Promise<InvokeResult> {
  const prepared = await context.prepare(request, defaultSeed, signal);
  const { target, fn, event } = prepared;
  // Closed only when the run has ended, so the run is awaited here.
  await using _closing = target;
  await target.describe(fn, signal);
  const { store, clock } = context;
  const work = (run: Run): Promise<InvokeResult> =>
    invokeOnce({ run, target, function: fn, event, store: store(), clock }, signal);
  const plan = await planOf(context, request, prepared, signal);
  return await asRun(store(), plan, work, ({ measurement }) => invocationFailure(fn.name, measurement));
}

/** Some warm calls as a run of their own. */
export async function measure(
  context: EngineContext,
  request: RunRequest,
  warmCalls: number,
  signal: AbortSignal,
): Promise<void> {
  const prepared = await context.prepare(request, defaultSeed, signal);
  const { target, fn, event } = prepared;
  await using _closing = target;
  const { store, clock } = context;
  const work = (run: Run): Promise<Measurement> =>
    invokeWarm({ run, target, function: fn, event, store: store(), clock }, warmCalls, signal);
  const plan = await planOf(context, request, prepared, signal);
  await asRun(store(), plan, work, (last) => invocationFailure(fn.name, last));
}

async function planOf(
  { options, clock }: EngineContext,
  request: RunRequest,
  { target, fn, event }: Prepared,
  signal: AbortSignal,
): Promise<RunPlan> {
  const made: Made = await versionOf(fn, { target, events: [event] }, options, signal);
  const settings = { event: event.name, ...(fn.qualifier !== undefined && { qualifier: fn.qualifier }), ...made };
  return { study: 'invoke', function: fn, target: request.target, settings, folder: options.folder, nowMs: clock.nowMs() };
}
