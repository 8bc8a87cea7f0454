import type { Connection, ProgressToken } from 'vscode-languageserver/node';
import type * as z from 'zod/mini';
import type { ProfileRequest } from '../engine/engine.ts';
import { ReefError } from '../protocol/errors.ts';
import { confirmPlan, type ConfirmPlanParams, type ProfileParams, requests, type ServerSettings } from '../protocol/requests.ts';
import { defaultSizingSettings, type StudyPlan } from '../protocol/sizing.ts';
import type { OnProgress } from '../engine/studies/ports.ts';
import { outline } from '../engine/studies/tracing/decimate.ts';
import { packPoints } from '../protocol/trace-points.ts';
import { reportReadings } from './readings.ts';
import { reportProbes } from './probes.ts';
import { reportProgress } from './progress.ts';
import { registerApplying } from './applying.ts';
import { registerDeployed } from './deployed.ts';
import { registerLogs } from './log-requests.ts';
import { registerDeploying } from './deploying.ts';
import { answer } from './request-handler.ts';
import type { Services } from './services.ts';
import { fileUri } from './uris.ts';
import { trustedWorkspace, workspaceWithRuns } from './workspace-of.ts';
import type { Workspace } from './workspace.ts';

/** The `reef/*` requests: all that an extension asks for beyond the language features. */
export function registerRequests(services: Services): void {
  registerQueries(services);
  registerStudies(services);
  registerTracing(services);
  registerDeployed(services);
  registerLogs(services);
  registerApplying(services);
  registerDeploying(services);
}

function registerQueries(services: Services): void {
  const { workspaces, documents } = services;

  answer(services, requests.functions, async ({ folder }) => {
    const { engine, figures, ready } = workspaces.byUri(folder);
    await ready;
    const { functions, diagnostics } = engine.functions.discovery();
    return {
      functions: functions.map((fn) => ({ function: fn, figures: figures.of(fn.id) })),
      diagnostics,
      storeError: figures.storeError(),
    };
  });

  answer(services, requests.runs, async ({ folder, limit }) => {
    const { engine, figures } = workspaces.byUri(folder);
    return { runs: figures.hasStore() ? engine.store().runs(limit) : [] };
  });

  answer(services, requests.report, async ({ folder, runId }) => {
    return { report: workspaceWithRuns(services, folder, runId).report(runId) };
  });

  answer(services, requests.savings, async ({ folder, callsPerMonth }) => {
    const { engine, ready } = workspaces.byUri(folder);
    await ready;
    return engine.savings(callsPerMonth ?? services.settings().callsPerMonth);
  });

  answer(services, requests.memoryEdit, async ({ folder, functionId, memoryMb }) => {
    const { engine, ready } = workspaces.byUri(folder);
    await ready;
    const { functions } = engine;
    const fn = functions.byId(functionId);
    const template = fn?.properties.memory?.file ?? fn?.template ?? null;
    if (template !== null) await documents.flush(fileUri(engine.folder, template));
    return { edits: await functions.memoryEdit(functionId, memoryMb) };
  });
}

function registerStudies(services: Services): void {
  answer(services, requests.invoke, async ({ folder, functionId, target, event, qualifier, workDoneToken }, signal) => {
    const workspace = trustedWorkspace(services, folder);
    const request = { function: functionId, target, event, ...(qualifier !== undefined && { qualifier }) };
    return study(services, workspace, { verb: 'Running', functionId, workDoneToken, signal }, (signal) =>
      workspace.engine.invoke(request, signal),
    );
  });

  answer(services, requests.plan, async (params, signal) => {
    const workspace = trustedWorkspace(services, params.folder);
    await workspace.ready;
    return workspace.engine.plan(profileRequest(params, services.settings()), signal);
  });

  answer(services, requests.profile, async (params, signal) => {
    const { folder, functionId, workDoneToken } = params;
    const workspace = trustedWorkspace(services, folder);
    const functionName = nameOf(workspace, functionId);
    const confirm = (plan: StudyPlan): Promise<boolean> => askWhetherToPay(services.connection, { functionName, plan });
    const request = { ...profileRequest(params, services.settings()), ...(params.accepted !== true && { confirm }) };
    const report = await study(
      services,
      workspace,
      { verb: 'Profiling', functionId, workDoneToken, signal },
      (signal, progress) => workspace.engine.profile(request, signal, progress),
    );
    return { runId: report.run_id, report };
  });
}

function registerTracing(services: Services): void {
  answer(services, requests.trace, async ({ folder, functionId, target, event, runs, workDoneToken }, signal) => {
    const workspace = trustedWorkspace(services, folder);
    const readings = reportReadings(services.connection, workDoneToken);
    const request = { subject: { function: functionId, target, events: [event] }, runs, onReading: readings.add };
    try {
      const report = await study(
        services,
        workspace,
        { verb: 'Tracing', functionId, workDoneToken, signal },
        (signal, progress) =>
          workspace.engine.trace(request, signal, (now) => {
            readings.progress(now);
            progress(now);
          }),
      );
      return { runId: report.run_id ?? '', report };
    } finally {
      readings.end();
    }
  });

  answer(services, requests.traceReport, async ({ folder, runId }) => ({
    report: workspaceWithRuns(services, folder, runId).traceReport(runId),
  }));

  answer(services, requests.tracePoints, async ({ folder, runId, run, columns }) => {
    const trace = workspaceWithRuns(services, folder, runId).tracePoints(runId, run);
    return { points: packPoints(columns === null ? trace : outline(trace, columns)) };
  });
}

function profileRequest(params: z.infer<typeof ProfileParams>, chosen: ServerSettings): ProfileRequest {
  const { functionId, target, event } = params;
  const settings = {
    ...defaultSizingSettings,
    objective: params.objective ?? chosen.objective,
    maxInvocations: params.maxInvocations ?? chosen.maxInvocations,
    maxCostUsd: params.maxCostUsd ?? defaultSizingSettings.maxCostUsd,
    seed: params.seed ?? defaultSizingSettings.seed,
  };
  return { function: functionId, target, event, settings };
}

/** @throws ReefError `invalid-settings` in an editor that does not know how to ask */
async function askWhetherToPay(connection: Connection, params: ConfirmPlanParams): Promise<boolean> {
  try {
    const answered: unknown = await connection.sendRequest(confirmPlan.method, params);
    return confirmPlan.result.parse(answered).accepted;
  } catch (cause) {
    throw new ReefError(
      'invalid-settings',
      `Calls on ${params.plan.target} are paid for, and this editor cannot ask about them: use "reef profile" in a terminal.`,
      { cause },
    );
  }
}

/** A deployed function is named by the end of its id, which on AWS is an ARN. */
function nameOf({ engine }: Workspace, functionId: string): string {
  return engine.functions.byId(functionId)?.name ?? functionId.split(':').at(-1) ?? functionId;
}

type StudyRequest = { verb: string; functionId: string; workDoneToken: ProgressToken | undefined; signal: AbortSignal };

async function study<Result>(
  { connection }: Services,
  workspace: Workspace,
  { verb, functionId, workDoneToken, signal }: StudyRequest,
  work: (signal: AbortSignal, onProgress: OnProgress) => Promise<Result>,
): Promise<Result> {
  await workspace.ready;
  const name = nameOf(workspace, functionId);
  const progress = reportProgress(connection, workDoneToken, `${verb} ${name}`);
  const probes = reportProbes(connection, workDoneToken);
  const onProgress: OnProgress = (now) => {
    progress.report(now);
    probes.report(now);
  };
  try {
    return await workspace.study(signal, (both) => work(both, onProgress));
  } finally {
    probes.end();
    progress.end();
  }
}
