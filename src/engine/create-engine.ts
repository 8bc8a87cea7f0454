import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ReefError } from '../protocol/errors.ts';
import { effectiveTimeoutS, type FunctionInfo } from '../protocol/functions.ts';
import type { Figures, InvokeResult } from '../protocol/requests.ts';
import type { Run } from '../protocol/runs.ts';
import type { Measurement } from '../protocol/samples.ts';
import type { SizingReport, StudyPlan } from '../protocol/sizing.ts';
import type { CloudLogs, Engine, EngineOptions, ProfileRequest, RunRequest } from './engine.ts';
import { type Event, readEvent } from './event.ts';
import { checkDrift, type DriftRequest } from './drift/check-drift.ts';
import type { FunctionDrift } from './drift/function-drift.ts';
import { staleSentence } from './drift/stale.ts';
import { freeEvidence } from './evidence/free.ts';
import { type Made, Version, versionOf } from './evidence/version.ts';
import { figuresOf } from './figures.ts';
import { createFunctionIndex } from './functions/workspace-index.ts';
import { type ImportContext, importCloudLogs, importLogs, importTuning, type LogImport } from './import.ts';
import { invocationFailure, invokeOnce, invokeWarm } from './invoke.ts';
import { seededRandom } from './numerics/random.ts';
import { differenceOf, linkDeployed } from './link-deployed.ts';
import { resolveFunction } from './resolve-function.ts';
import { asRun } from './run-lifecycle.ts';
import { rankSavings } from './savings/savings.ts';
import type { InvokeServer } from './serve/invoke-server.ts';
import { serve, type ServeSettings } from './serve/serve.ts';
import { openStore } from './store/sqlite.ts';
import type { ReportFigures, Store } from './store/store.ts';
import type { Clock, OnProgress } from './studies/ports.ts';
import { type Payload, payloadMix } from './studies/sizing/payloads.ts';
import type { FreeEvidence } from './studies/sizing/session.ts';
import { confirmSizing, planSizing, runSizing } from './studies/sizing/study.ts';
import { describeMachine } from './system/machine.ts';
import { isProcessAlive } from './system/process.ts';
import { journalFolder, leftBehind } from './targets/aws/journal.ts';
import { createTarget } from './targets/registry.ts';
import type { Target } from './targets/target.ts';
import { storedPoints, storedTraceReport } from './tracing/stored.ts';
import { runTrace } from './tracing/study.ts';
import { subjectOf } from './tracing/subject-of.ts';

const clock: Clock = { nowMs: () => Date.now() };
const invokeSeed = 1;

/** The engine of one workspace folder. Opens nothing and starts nothing before it is asked to. */
export function createEngine(options: EngineOptions): Engine {
  const { folder, settings, log } = options;
  const functions = createFunctionIndex(folder);
  const storePath = resolve(folder, settings.storePath);
  let opened: Store | undefined;
  /** Of the last look at drift, by function: the report that was looked at, and why it does not hold. */
  const checked = new Map<string, { runId: string; stale: string | undefined }>();

  function store(): Store {
    if (opened === undefined) {
      opened = openStore(storePath);
      const interrupted = opened.interruptOrphans(isProcessAlive);
      if (interrupted > 0)
        log.log('warn', `${interrupted} run(s) of an earlier process were under way when it ended: marked as interrupted.`);
      const left = leftBehind(journalFolder(storePath));
      if (left !== null) log.log('warn', left);
    }
    return opened;
  }

  /** Target, function and event of a request, or the first thing that is wrong with it. */
  async function prepare(request: RunRequest, seed: number, signal: AbortSignal): Promise<Prepared> {
    const target = await createTarget(request.target, { ...options, clock, seed });
    try {
      const found = await target.find?.(request.function, signal);
      if (found !== undefined) {
        const fn = await linked(found, request.function, signal);
        return { target, fn, event: await readEvent(request.event, fn, folder) };
      }
      const own = await target.discover(signal);
      if (own.length === 0 && functions.discovery().functions.length === 0) await functions.scan(signal);
      const candidates = own.length > 0 ? own : functions.discovery().functions;
      const fn = resolveFunction(request.function, candidates, own.length > 0 ? request.target : folder);
      return { target, fn, event: await readEvent(request.event, fn, folder) };
    } catch (error) {
      await target[Symbol.asyncDispose]();
      throw error;
    }
  }

  async function linked(found: FunctionInfo, wanted: string, signal: AbortSignal): Promise<FunctionInfo> {
    if (functions.discovery().functions.length === 0) await functions.scan(signal);
    const own = functions.discovery().functions;
    const fn = linkDeployed(found, wanted, own);
    const difference = differenceOf(fn, own);
    if (difference !== null) log.log('warn', difference);
    return fn;
  }

  async function invoke(request: RunRequest, signal: AbortSignal): Promise<InvokeResult> {
    const { target, fn, event } = await prepare(request, invokeSeed, signal);
    // Closed only when the run has ended, so the run is awaited here.
    await using _closing = target;
    await target.describe(fn, signal);
    const made = await versionOf(fn, { target, events: [event] }, options, signal);
    const plan = {
      study: 'invoke',
      function: fn,
      target: request.target,
      settings: { event: event.name, ...made },
      folder,
      nowMs: clock.nowMs(),
    } as const;
    const work = (run: Run): Promise<InvokeResult> =>
      invokeOnce({ run, target, function: fn, event, store: store(), clock }, signal);
    return await asRun(store(), plan, work, ({ measurement }) => invocationFailure(fn.name, measurement));
  }

  /** All that a sizing study is given, but for its run. */
  async function sizingInput(request: ProfileRequest, { target, fn, event }: Prepared, signal: AbortSignal) {
    await target.describe(fn, signal);
    const sent = await eventsOf(request, fn, event);
    const payloads = payloadMix(sent);
    const made = await versionOf(fn, { target, events: sent }, options, signal);
    const free = request.settings.useStored === false ? [] : freeFor(fn, request.target, made);
    const input = {
      function: fn,
      target,
      payloads,
      free,
      settings: request.settings,
      clock,
      random: seededRandom(request.settings.seed),
      log,
      signal,
      onProgress: () => {},
      sleep: (durationMs: number, sleepSignal: AbortSignal) => setTimeout(durationMs, undefined, { signal: sleepSignal }),
    };
    return { input, made };
  }

  async function planned(request: ProfileRequest, signal: AbortSignal): Promise<StudyPlan> {
    const prepared = await prepare(request, request.settings.seed, signal);
    await using _closing = prepared.target;
    const { input } = await sizingInput(request, prepared, signal);
    return await planSizing({ ...input, runId: '', store: store() });
  }

  async function profile(request: ProfileRequest, signal: AbortSignal, onProgress: OnProgress): Promise<SizingReport> {
    const prepared = await prepare(request, request.settings.seed, signal);
    const { target, fn } = prepared;
    await using _closing = target;
    const { input, made } = await sizingInput(request, prepared, signal);
    const { confirm } = request;
    // Asked before the run exists, so that a refusal leaves nothing behind.
    if (confirm !== undefined) await confirmSizing({ ...input, runId: '', store: store(), confirm });
    const events = input.payloads.map(({ name, weight }) => ({ name, weight }));
    const settings = { ...request.settings, events, ...made, check: request.check ?? false };
    const plan = { study: 'sizing', function: fn, target: request.target, settings, folder, nowMs: clock.nowMs() } as const;
    return await asRun(store(), plan, async (run) => {
      const found = await runSizing({ ...input, runId: run.id, store: store(), onProgress });
      const report = { ...found, ...(made.codeHash !== undefined && { code_hash: made.codeHash }) };
      store().saveReport(report);
      return report;
    });
  }

  /** Some warm calls as a run of their own. */
  async function measure(request: RunRequest, warmCalls: number, signal: AbortSignal): Promise<void> {
    const { target, fn, event } = await prepare(request, invokeSeed, signal);
    await using _closing = target;
    const made = await versionOf(fn, { target, events: [event] }, options, signal);
    const settings = { event: event.name, ...made };
    const plan = { study: 'invoke', function: fn, target: request.target, settings, folder, nowMs: clock.nowMs() } as const;
    const work = (run: Run): Promise<Measurement> =>
      invokeWarm({ run, target, function: fn, event, store: store(), clock }, warmCalls, signal);
    await asRun(store(), plan, work, (last) => invocationFailure(fn.name, last));
  }

  async function drift(request: DriftRequest, signal: AbortSignal): Promise<FunctionDrift[]> {
    if (functions.discovery().functions.length === 0) await functions.scan(signal);
    const context = {
      folder,
      functions: functions.discovery().functions,
      store: store(),
      nowMs: () => clock.nowMs(),
      measure: (calls: RunRequest, warmCalls: number) => measure(calls, warmCalls, signal),
    };
    const found = await checkDrift(request, context, signal);
    for (const { functionId, runId, stale } of found) checked.set(functionId, { runId, stale });
    return found;
  }

  function staleness(functionId: string, { run_id, created_at }: ReportFigures): string | undefined {
    const known = checked.get(functionId);
    const found = known?.runId === run_id ? known.stale : undefined;
    return found ?? staleSentence({ reportedAt: created_at, nowMs: clock.nowMs() });
  }

  function freeFor(fn: FunctionInfo, target: string, made: Made): FreeEvidence[] {
    const version = Version.safeParse(made);
    if (!version.success) return [];
    const timeoutMs = effectiveTimeoutS(fn) * 1000;
    const now = { machine: describeMachine(), nowMs: clock.nowMs() };
    return freeEvidence(store(), { functionId: fn.id, functionName: fn.name, timeoutMs, target, version: version.data, ...now });
  }

  async function importing(signal: AbortSignal): Promise<ImportContext> {
    const { functions: found } = await functions.scan(signal);
    return { store: store(), clock, folder, functions: found };
  }

  async function serving(name: string, serveSettings: ServeSettings, signal: AbortSignal): Promise<InvokeServer> {
    await functions.scan(signal);
    const target = await createTarget(name, { ...options, clock, seed: invokeSeed });
    const context = { target, functions: () => functions.discovery().functions, folder, store: store(), clock, log };
    try {
      const server = await serve(serveSettings, context);
      const close = async (): Promise<void> => {
        await server.close();
        await target[Symbol.asyncDispose]();
      };
      return { ...server, close };
    } catch (error) {
      await target[Symbol.asyncDispose]();
      throw error;
    }
  }

  async function importFromCloud(request: CloudLogs, signal: AbortSignal): Promise<LogImport> {
    const { target, fn } = await prepare({ ...request, event: null }, invokeSeed, signal);
    await using _closing = target;
    const context = { store: store(), clock, folder, functions: [] };
    return await importCloudLogs({ target, function: fn, days: request.days }, context, signal);
  }

  async function eventsOf({ events }: ProfileRequest, fn: FunctionInfo, single: Event): Promise<Payload[]> {
    if (events === undefined) return [{ ...single, weight: 1 }];
    return await Promise.all(events.map(async ({ event, weight }) => ({ ...(await readEvent(event, fn, folder)), weight })));
  }

  function figures(functionIds?: readonly string[]): Map<string, Figures> {
    const result = new Map<string, Figures>();
    for (const [id, report] of store().latestFigures(functionIds)) {
      const fn = functions.byId(id);
      if (fn === undefined) continue;
      const stale = staleness(id, report);
      const figure = figuresOf(report, fn, () => store().latestCurve(id));
      result.set(id, { ...figure, ...(stale !== undefined && { stale }) });
    }
    return result;
  }

  function report(runId: string): SizingReport {
    const found = store().report(runId);
    if (found === undefined && store().run(runId)?.study === 'tracing')
      throw new ReefError('no-such-run', `Run ${runId} traced memory and found no size: "reef report ${runId}" shows it.`);
    if (found === undefined)
      throw new ReefError('no-such-run', `There is no report of run "${runId}": "reef runs" lists the runs that have one.`);
    return found;
  }

  return {
    folder,
    functions,
    storePath,
    store,
    target: (name) => createTarget(name, { ...options, clock, seed: invokeSeed }),
    serve: serving,
    async doctor(target, signal) {
      const { doctor } = await import('./doctor/doctor.ts');
      const awsEndpoint = settings.awsEndpoint ?? null;
      return doctor({ programs: settings, storePath, journals: journalFolder(storePath), target, awsEndpoint }, signal);
    },
    async recover(signal, force) {
      const { recover } = await import('./targets/aws/recover.ts');
      return recover(journalFolder(storePath), log, signal, force);
    },
    figures,
    invoke,
    profile,
    async trace(request, signal, onProgress) {
      const preparing = (wanted: RunRequest) => prepare(wanted, invokeSeed, signal);
      await using subject = await subjectOf(request, { ...options, prepare: preparing, store, clock }, signal);
      return await runTrace(request, subject, { store, folder, clock }, signal, onProgress);
    },
    traceReport: (runId) => storedTraceReport(store(), runId),
    tracePoints: (runId, run) => storedPoints(store(), runId, run),
    plan: planned,
    drift,
    importLogs: async (request, signal) => importLogs(request, await importing(signal)),
    importCloudLogs: importFromCloud,
    importTuning: async (request, signal) => importTuning(request, await importing(signal)),
    savings: (calls) => rankSavings(functions.discovery().functions, store(), calls, staleness),
    report,
    async [Symbol.asyncDispose]() {
      opened?.close();
      opened = undefined;
    },
  };
}

type Prepared = { target: Target; fn: FunctionInfo; event: Event };
