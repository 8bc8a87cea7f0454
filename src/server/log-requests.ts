import type { ProgressToken } from 'vscode-languageserver/node';
import { logNotes } from '../engine/exchange/logs/notes.ts';
import type { LogImport } from '../engine/import.ts';
import { callLogText } from '../engine/report/call-log-text.ts';
import { ReefError } from '../protocol/errors.ts';
import { followedNotification, type FollowedParams, type ImportedLogs, logRequests } from '../protocol/logs.ts';
import { createFollowedSink } from './followed.ts';
import { reportProgress } from './progress.ts';
import { answer } from './request-handler.ts';
import type { Services } from './services.ts';
import { unawaited } from './unawaited.ts';
import { trustedWorkspace, workspaceWithRuns } from './workspace-of.ts';

/** The `reef/*` requests about logs of deployed functions. All but looking at the store ask a cloud, and need trust. */
export function registerLogs(services: Services): void {
  const { connection } = services;

  answer(services, logRequests.followLogs, async ({ folder, functionId, target, sinceMs, poll, workDoneToken }, signal) => {
    const workspace = trustedWorkspace(services, folder);
    await workspace.ready;
    const sink = createFollowedSink((followed) => sendFollowed(workDoneToken, followed));
    await workspace.study(signal, async (following) => {
      const request = { function: functionId, target, sinceMs, poll };
      for await (const followed of workspace.engine.followLogs(request, following)) sink(followed);
    });
    return {};
  });

  function sendFollowed(token: ProgressToken | undefined, followed: FollowedParams['followed']): void {
    if (token !== undefined) unawaited(connection.sendNotification(followedNotification, { token, followed }));
  }

  answer(services, logRequests.importLogs, async ({ folder, functionId, target, days, workDoneToken }, signal) => {
    const workspace = trustedWorkspace(services, folder);
    await workspace.ready;
    const name = workspace.engine.functions.byId(functionId)?.name ?? functionId;
    const progress = reportProgress(connection, workDoneToken, `Importing logs of ${name}`);
    try {
      const request = { function: functionId, target, days };
      const imported = await workspace.study(signal, (importing) =>
        workspace.engine.importCloudLogs(request, importing, progress.say),
      );
      return summaryOf(imported);
    } finally {
      progress.end();
    }
  });

  answer(services, logRequests.calls, async ({ folder, runId }) => {
    const store = workspaceWithRuns(services, folder, runId).store();
    const run = store.run(runId);
    if (run === undefined) throw new ReefError('no-such-run', `There is no run "${runId}" any more: refresh the view Runs.`);
    const calls = store.samples(runId).map(({ startedAtMs, memoryMb, outcome, cold, durationMs }, index) => {
      return { number: index + 1, startedAtMs, memoryMb, outcome, cold, durationMs };
    });
    return { functionName: run.functionName, calls };
  });

  answer(services, logRequests.callLog, async ({ folder, call }, signal) => {
    const { engine, ready } = trustedWorkspace(services, folder);
    await ready;
    const log = await engine.callLog({ call }, signal);
    const { functionName, runId, number } = log;
    return { functionName, runId, number, text: callLogText(log) };
  });
}

function summaryOf({ functionName, samples, summary, reading }: LogImport): ImportedLogs {
  return {
    functionName,
    calls: summary.calls,
    kept: samples,
    coldRate: summary.coldRate,
    sizes: summary.sizes.map(({ memoryMb, calls, p50Ms, p95Ms }) => ({ memoryMb, calls, p50Ms, p95Ms })),
    callsPerMonth: summary.callsPerMonth,
    unparsed: reading.unparsed.count,
    notes: logNotes(reading, summary),
  };
}
