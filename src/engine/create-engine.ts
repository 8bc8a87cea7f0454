import { ReefError } from '../protocol/errors.ts';
import type { SizingReport } from '../protocol/sizing.ts';
import { createContext, defaultSeed } from './context.ts';
import { planTemplate, writeTemplate } from './features/applying.ts';
import type { Engine, EngineOptions, RunRequest } from './engine.ts';
import { deployedFunction, deployedVersions, listDeployed } from './features/deployed.ts';
import { logFigures } from './features/log-figures.ts';
import { applyLive, liveState, planLive } from './features/applying-live.ts';
import { deployedTargets } from './features/deployed-place.ts';
import { invoke } from './features/invoking.ts';
import { KnownFigures } from './features/known-figures.ts';
import { plan, profile } from './features/profiling.ts';
import { serveFunctions } from './features/serving.ts';
import { callLog } from './features/call-log.ts';
import { followLogs, importFromCloud } from './features/logging.ts';
import { type ImportContext, importLogs, importTuning } from './import.ts';
import { journalFolder } from './targets/aws/journal.ts';
import { storedPoints, storedTraceReport } from './tracing/stored.ts';
import { runTrace } from './tracing/study.ts';
import { subjectOf } from './tracing/subject-of.ts';

/** Packing and what deploys are loaded when they are first wanted. */
const deploying = () => import('./features/deploying.ts');

/** The engine of one workspace folder. Opens nothing and starts nothing before it is asked to. */
export function createEngine(options: EngineOptions): Engine {
  const context = createContext(options);
  const { functions, storePath, store, clock } = context;
  const { folder, settings, log } = options;
  const known = new KnownFigures(context);

  async function importing(signal: AbortSignal): Promise<ImportContext> {
    const { functions: found } = await functions.scan(signal);
    return { store: store(), clock, folder, functions: found };
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
    target: (name) => context.target(name),
    serve: (target, serveSettings, signal) => serveFunctions(context, target, serveSettings, signal),
    async package(request, signal, onStep) {
      const { packageFunction } = await import('./features/packaging.ts');
      return packageFunction(context, request, signal, onStep);
    },
    deployTool: async (action, signal) => (await deploying()).deployTool(context, action, signal),
    deploy: async (action, asking, signal) => (await deploying()).deployFunction(context, action, asking, signal),
    rollBack: async (action, asking, signal) => (await deploying()).rollBackFunction(context, action, asking, signal),
    destroy: async (action, asking, signal) => (await deploying()).destroyFunction(context, action, asking, signal),
    deployedTargets: (name, signal) => deployedTargets(context, name, signal),
    executionRoles: async (target, signal) => (await deploying()).executionRoles(context, target, signal),
    async doctor(target, signal) {
      const { doctor } = await import('./doctor/doctor.ts');
      const awsEndpoint = settings.awsEndpoint ?? null;
      return doctor({ programs: settings, storePath, journals: journalFolder(storePath), target, awsEndpoint }, signal);
    },
    async recover(signal, force) {
      const { recover } = await import('./targets/aws/recover.ts');
      return recover(journalFolder(storePath), log, signal, force);
    },
    figures: (functionIds) => known.figures(functionIds),
    drift: (request, signal) => known.drift(request, signal),
    savings: (calls) => known.savings(calls),
    invoke: (request, signal) => invoke(context, request, signal),
    plan: (request, signal) => plan(context, request, signal),
    profile: (request, signal, onProgress) => profile(context, request, signal, onProgress),
    async trace(request, signal, onProgress) {
      const preparing = (wanted: RunRequest) => context.prepare(wanted, defaultSeed, signal);
      await using subject = await subjectOf(request, { ...options, prepare: preparing, store, clock }, signal);
      return await runTrace(request, subject, { store, folder, clock }, signal, onProgress);
    },
    traceReport: (runId) => storedTraceReport(store(), runId),
    tracePoints: (runId, run) => storedPoints(store(), runId, run),
    importLogs: async (request, signal) => importLogs(request, await importing(signal)),
    importCloudLogs: (request, signal, onProgress) => importFromCloud(context, request, signal, onProgress),
    deployed: (request, signal, onRows) => listDeployed(context, request, signal, onRows),
    deployedFunction: (request, signal) => deployedFunction(context, request, signal),
    deployedVersions: (action, signal) => deployedVersions(context, action, signal),
    logFigures: (request, signal) => logFigures(context, request, signal),
    followLogs: (request, signal) => followLogs(context, request, signal),
    callLog: (request, signal) => callLog(context, request, signal),
    importTuning: async (request, signal) => importTuning(request, await importing(signal)),
    planTemplate: (request, signal) => planTemplate(context, request, signal),
    writeTemplate: (change) => writeTemplate(context, change),
    liveState: (request, signal) => liveState(context, request, signal),
    planLive: (request, signal) => planLive(context, request, signal),
    applyLive: (request, signal) => applyLive(context, request, signal),
    report,
    async [Symbol.asyncDispose]() {
      context.closeStore();
    },
  };
}
