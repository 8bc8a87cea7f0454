import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { type LanguageClient, State, WorkDoneProgress } from 'vscode-languageclient/node';
import type * as z from 'zod/mini';
import { confirmLive } from '../../protocol/applying.ts';
import { confirmCloudPlan, type PlanAnswer } from '../../protocol/deploying.ts';
import { messageOf } from '../../protocol/errors.ts';
import { followedNotification, FollowedParams } from '../../protocol/logs.ts';
import {
  ChangedParams,
  DeployedRowsParams,
  OutputParams,
  ProbeParams,
  ReadingsParams,
  changedNotification,
  confirmPlan,
  deployedRowsNotification,
  outputNotification,
  probeNotification,
  readingsNotification,
  requests,
  settingsNotification,
  type ServerSettings,
} from '../../protocol/requests.ts';
import { readSettings } from '../read-settings.ts';
import { failureOf } from './failure.ts';
import { createLanguageClient } from './language-client.ts';
import { parseResult, type ParamsOf, type RequestName, type ResultOf } from './requests.ts';

export type RequestOptions = {
  token?: vscode.CancellationToken;
  /** Hears `$/progress` of this request: what happens now, and how much of the whole is done (percent). */
  onProgress?: (message: string, percentage: number | undefined) => void;
  /** Hears of attempts as they end. */
  onProbes?: (probes: ProbeParams) => void;
  /** Hears of readings of memory while a trace is under way. */
  onReadings?: (readings: ReadingsParams) => void;
  /** Hears of deployed functions as they become known. */
  onDeployedRows?: (rows: DeployedRowsParams) => void;
  /** Hears what following a log brings. */
  onFollowed?: (followed: FollowedParams['followed']) => void;
};

export type ConnectionOptions = {
  serverModule: string;
  log: vscode.LogOutputChannel;
  onChanged: (params: ChangedParams) => void;
  onOutput: (params: OutputParams) => void;
  onRunning: () => void;
};

/** The engine process and what is said to it. */
export type Connection = {
  request<Name extends RequestName>(name: Name, params: ParamsOf<Name>, options?: RequestOptions): Promise<ResultOf<Name>>;
  sendSettings(): Promise<void>;
  close(): Promise<void>;
};

type Tokened = { token: string | number };

/** Hears of the notifications that carry the token of a request, while somebody listens for it. */
function byToken<Params extends Tokened>(
  client: LanguageClient,
  notification: string,
  schema: z.ZodMiniType<Params>,
): (token: string, listener: (params: Params) => void) => vscode.Disposable {
  const listeners = new Map<Tokened['token'], (params: Params) => void>();
  client.onNotification(notification, (sent: unknown) => {
    const params = schema.parse(sent);
    listeners.get(params.token)?.(params);
  });
  return (token, listener) => {
    listeners.set(token, listener);
    return { dispose: () => void listeners.delete(token) };
  };
}

/** Starts the engine process. */
export async function openConnection({ serverModule, log, ...listeners }: ConnectionOptions): Promise<Connection> {
  const settings = (): ServerSettings =>
    readSettings((id) => log.warn(vscode.l10n.t('The value of a setting is not allowed, its default holds: {0}', id)));
  const client = createLanguageClient(serverModule, log, settings);
  client.onNotification(changedNotification, (params: unknown) => listeners.onChanged(ChangedParams.parse(params)));
  client.onNotification(outputNotification, (params: unknown) => listeners.onOutput(OutputParams.parse(params)));
  client.onRequest(confirmPlan.method, async (params: unknown) => {
    const { askWhetherToPay } = await import('../ask-whether-to-pay.ts');
    const { functionName, plan } = confirmPlan.params.parse(params);
    return { accepted: await askWhetherToPay(vscode.l10n.t('Profile {0}?', functionName), plan.sentence) };
  });
  client.onRequest(confirmLive.method, async (params: unknown) => {
    const { askWhetherToChange } = await import('../ask-whether-to-change.ts');
    return { accepted: await askWhetherToChange(confirmLive.params.parse(params)) };
  });
  client.onRequest<PlanAnswer, unknown>(confirmCloudPlan.method, async (params: unknown) => {
    const { askAboutPlan } = await import('../ask-about-plan.ts');
    const { folder, plan } = confirmCloudPlan.params.parse(params);
    const { target } = plan;
    return askAboutPlan(plan, async () => (await request('executionRoles', { folder, target })).roles);
  });
  const listenFor = {
    probes: byToken(client, probeNotification, ProbeParams),
    readings: byToken(client, readingsNotification, ReadingsParams),
    followed: byToken(client, followedNotification, FollowedParams),
    deployedRows: byToken(client, deployedRowsNotification, DeployedRowsParams),
  };
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running) listeners.onRunning();
  });
  await client.start();

  async function request<Name extends RequestName>(
    name: Name,
    params: ParamsOf<Name>,
    { token, onProgress, onProbes, onReadings, onFollowed, onDeployedRows }: RequestOptions = {},
  ): Promise<ResultOf<Name>> {
    const { method } = requests[name];
    const workDoneToken = randomUUID();
    const listening =
      onProgress &&
      client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
        if (value.kind !== 'end') onProgress(value.message ?? '', value.percentage);
      });
    const listeners = [
      listening,
      onProbes && listenFor.probes(workDoneToken, onProbes),
      onReadings && listenFor.readings(workDoneToken, onReadings),
      onFollowed && listenFor.followed(workDoneToken, ({ followed }) => onFollowed(followed)),
      onDeployedRows && listenFor.deployedRows(workDoneToken, onDeployedRows),
    ].filter((listener) => listener !== undefined);
    try {
      // The client restarts an engine that died, but gives up when that happens often; the next use tries again.
      if (client.needsStart()) await client.start();
      const sent = listeners.length === 0 ? params : { ...params, workDoneToken };
      // A token that is undefined would be sent as a second parameter.
      const answer = token === undefined ? client.sendRequest(method, sent) : client.sendRequest(method, sent, token);
      return parseResult(name, await answer);
    } catch (error) {
      const gone = vscode.l10n.t("Reef's engine stopped before it had finished: what was measured is kept, try again.");
      const failure = failureOf(error, gone);
      if (failure.code === 'internal') log.error(`${method}: ${messageOf(error)}`);
      throw failure;
    } finally {
      for (const listener of listeners) listener.dispose();
    }
  }

  return {
    request,
    sendSettings: () => client.sendNotification(settingsNotification, settings()),
    close: () => client.dispose(),
  };
}
