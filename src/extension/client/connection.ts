import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { State, WorkDoneProgress } from 'vscode-languageclient/node';
import { messageOf } from '../../protocol/errors.ts';
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
import { tokenListeners } from './token-listeners.ts';
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
  const probes = tokenListeners(client, probeNotification, ProbeParams);
  const readings = tokenListeners(client, readingsNotification, ReadingsParams);
  const deployedRows = tokenListeners(client, deployedRowsNotification, DeployedRowsParams);
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running) listeners.onRunning();
  });
  await client.start();

  async function request<Name extends RequestName>(
    name: Name,
    params: ParamsOf<Name>,
    { token, onProgress, onProbes, onReadings, onDeployedRows }: RequestOptions = {},
  ): Promise<ResultOf<Name>> {
    const { method } = requests[name];
    const workDoneToken = randomUUID();
    const listening =
      onProgress &&
      client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
        if (value.kind !== 'end') onProgress(value.message ?? '', value.percentage);
      });
    const stops = [
      probes.listen(workDoneToken, onProbes),
      readings.listen(workDoneToken, onReadings),
      deployedRows.listen(workDoneToken, onDeployedRows),
    ];
    try {
      // The client restarts an engine that died, but gives up when that happens often; the next use tries again.
      if (client.needsStart()) await client.start();
      const sent = [onProgress, onProbes, onReadings, onDeployedRows].every((listener) => listener === undefined)
        ? params
        : { ...params, workDoneToken };
      // A token that is undefined would be sent as a second parameter.
      const answer = token === undefined ? client.sendRequest(method, sent) : client.sendRequest(method, sent, token);
      return parseResult(name, await answer);
    } catch (error) {
      const gone = vscode.l10n.t("Reef's engine stopped before it had finished: what was measured is kept, try again.");
      const failure = failureOf(error, gone);
      if (failure.code === 'internal') log.error(`${method}: ${messageOf(error)}`);
      throw failure;
    } finally {
      listening?.dispose();
      for (const stop of stops) stop();
    }
  }

  return {
    request,
    sendSettings: () => client.sendNotification(settingsNotification, settings()),
    close: () => client.dispose(),
  };
}
