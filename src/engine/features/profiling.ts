import { setTimeout } from 'node:timers/promises';
import { effectiveTimeoutS, type FunctionInfo } from '../../protocol/functions.ts';
import type { SizingReport, StudyPlan } from '../../protocol/sizing.ts';
import type { EngineContext, Prepared } from '../context.ts';
import type { ProfileRequest } from '../engine.ts';
import { type Event, readEvent } from '../event.ts';
import { freeEvidence } from '../evidence/free.ts';
import { type Made, Version, versionOf } from '../evidence/version.ts';
import { seededRandom } from '../numerics/random.ts';
import { asRun } from '../run-lifecycle.ts';
import type { OnProgress } from '../studies/ports.ts';
import { type Payload, payloadMix } from '../studies/sizing/payloads.ts';
import type { FreeEvidence } from '../studies/sizing/session.ts';
import { confirmSizing, planSizing, runSizing } from '../studies/sizing/study.ts';
import { describeMachine } from '../system/machine.ts';
import { keepLoggedCalls } from './logged-calls.ts';

/** What a profile is expected to take. */
export async function plan(context: EngineContext, request: ProfileRequest, signal: AbortSignal): Promise<StudyPlan> {
  const prepared = await context.prepare(request, request.settings.seed, signal);
  await using _closing = prepared.target;
  const { input } = await sizingInput(context, request, prepared, signal);
  return await planSizing({ ...input, runId: '', store: context.store() });
}

/** A sizing study, as a run of the store. */
export async function profile(
  context: EngineContext,
  request: ProfileRequest,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<SizingReport> {
  const { store, clock } = context;
  const { folder } = context.options;
  const prepared = await context.prepare(request, request.settings.seed, signal);
  const { target, fn } = prepared;
  await using _closing = target;
  const { input, made } = await sizingInput(context, request, prepared, signal);
  const { confirm } = request;
  // Asked before the run exists, so that a refusal leaves nothing behind.
  if (confirm !== undefined) await confirmSizing({ ...input, runId: '', store: store(), confirm });
  const events = input.payloads.map(({ name, weight }) => ({ name, weight }));
  const settings = { ...request.settings, events, ...made, check: request.check ?? false };
  const runPlan = { study: 'sizing', function: fn, target: request.target, settings, folder, nowMs: clock.nowMs() } as const;
  return await asRun(store(), runPlan, async (run) => {
    const found = await runSizing({ ...input, runId: run.id, store: store(), onProgress });
    const report = { ...found, ...(made.codeHash !== undefined && { code_hash: made.codeHash }) };
    store().saveReport(report);
    return report;
  });
}

/** All that a sizing study is given, but for its run. */
async function sizingInput(
  context: EngineContext,
  request: ProfileRequest,
  { target, fn, event }: Prepared,
  signal: AbortSignal,
) {
  const { clock, options } = context;
  await target.describe(fn, signal);
  const sent = await eventsOf(request, fn, event, options.folder);
  const payloads = payloadMix(sent);
  const made = await versionOf(fn, { target, events: sent }, options, signal);
  const useStored = request.settings.useStored !== false;
  if (useStored) await keepLoggedCalls(context, { target, fn }, made.codeHash, signal);
  const free = useStored ? freeFor(context, fn, request.target, made) : [];
  const input = {
    function: fn,
    target,
    payloads,
    free,
    settings: request.settings,
    clock,
    random: seededRandom(request.settings.seed),
    log: options.log,
    signal,
    onProgress: () => {},
    sleep: (durationMs: number, sleepSignal: AbortSignal) => setTimeout(durationMs, undefined, { signal: sleepSignal }),
  };
  return { input, made };
}

function freeFor({ store, clock }: EngineContext, fn: FunctionInfo, target: string, made: Made): FreeEvidence[] {
  const version = Version.safeParse(made);
  if (!version.success) return [];
  const timeoutMs = effectiveTimeoutS(fn) * 1000;
  const now = { machine: describeMachine(), nowMs: clock.nowMs() };
  return freeEvidence(store(), { functionId: fn.id, functionName: fn.name, timeoutMs, target, version: version.data, ...now });
}

async function eventsOf({ events }: ProfileRequest, fn: FunctionInfo, single: Event, folder: string): Promise<Payload[]> {
  if (events === undefined) return [{ ...single, weight: 1 }];
  return await Promise.all(events.map(async ({ event, weight }) => ({ ...(await readEvent(event, fn, folder)), weight })));
}
