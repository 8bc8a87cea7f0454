import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { messageOf } from '../../protocol/errors.ts';
import {
  ChangedParams,
  OutputParams,
  changedNotification,
  outputNotification,
  requests,
  settingsNotification,
  type ServerSettings,
} from '../../protocol/requests.ts';
import type * as Library from './language-client.ts';
import { failureOf } from './failure.ts';
import { parseResult, type ParamsOf, type RequestName, type ResultOf } from './requests.ts';

export type RequestOptions = {
  token?: vscode.CancellationToken;
  /** Hears `$/progress` of this request: what happens now, and how much of the whole is done (percent). */
  onProgress?: (message: string, percentage: number | undefined) => void;
};

/** The engine as the rest of the extension sees it: typed requests, and word of what changed. Starts with the first use. */
export interface EngineClient extends vscode.Disposable {
  readonly onDidChange: vscode.Event<ChangedParams>;
  readonly onDidOutput: vscode.Event<OutputParams>;
  /** The engine is there, for the first time or again after it went away. */
  readonly onDidStart: vscode.Event<void>;
  start(): Promise<void>;
  /** Throws ReefError; `cancelled` when `token` was used. */
  request<Name extends RequestName>(name: Name, params: ParamsOf<Name>, options?: RequestOptions): Promise<ResultOf<Name>>;
}

export function createEngineClient(
  serverModule: string,
  log: vscode.LogOutputChannel,
  settings: () => ServerSettings,
): EngineClient {
  const changed = new vscode.EventEmitter<ChangedParams>();
  const output = new vscode.EventEmitter<OutputParams>();
  const started = new vscode.EventEmitter<void>();
  let starting: Promise<Started> | undefined;

  async function launch(): Promise<Started> {
    const library = await import('./language-client.ts');
    const client = library.createLanguageClient(serverModule, log, settings);
    client.onNotification(changedNotification, (params: unknown) => changed.fire(ChangedParams.parse(params)));
    client.onNotification(outputNotification, (params: unknown) => output.fire(OutputParams.parse(params)));
    client.onDidChangeState(({ newState }) => {
      if (newState === library.State.Running) started.fire();
    });
    await client.start();
    return { client, library };
  }

  async function running(): Promise<Started> {
    starting ??= launch().catch((error: unknown) => {
      starting = undefined;
      throw error;
    });
    const started = await starting;
    // The client restarts an engine that died, but gives up when that happens often; the next use tries again.
    if (started.client.needsStart()) await started.client.start();
    return started;
  }

  async function request<Name extends RequestName>(
    name: Name,
    params: ParamsOf<Name>,
    { token, onProgress }: RequestOptions = {},
  ): Promise<ResultOf<Name>> {
    let listening: vscode.Disposable | undefined;
    try {
      const { client, library } = await running();
      const workDoneToken = randomUUID();
      if (onProgress !== undefined) {
        listening = client.onProgress(library.WorkDoneProgress.type, workDoneToken, (value) => {
          if (value.kind !== 'end') onProgress(value.message ?? '', value.percentage);
        });
      }
      const sent = onProgress === undefined ? params : { ...params, workDoneToken };
      const { method } = requests[name];
      // A token that is undefined would be sent as a second parameter.
      const answer = token === undefined ? client.sendRequest(method, sent) : client.sendRequest(method, sent, token);
      return parseResult(name, await answer);
    } catch (error) {
      const failure = failureOf(
        error,
        vscode.l10n.t("Reef's engine stopped before it had finished: what was measured is kept, try again."),
      );
      if (failure.code === 'internal') log.error(`${requests[name].method}: ${messageOf(error)}`);
      throw failure;
    } finally {
      listening?.dispose();
    }
  }

  async function sendSettings(): Promise<void> {
    if (starting === undefined) return;
    const { client } = await starting;
    await client.sendNotification(settingsNotification, settings());
  }

  const logFailure = (error: unknown): void => log.error(messageOf(error));
  const subscriptions = [
    changed,
    output,
    started,
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('reef')) sendSettings().catch(logFailure);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      sendSettings().catch(logFailure);
    }),
  ];

  return {
    onDidChange: changed.event,
    onDidOutput: output.event,
    onDidStart: started.event,
    start: async () => void (await running()),
    request,
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      starting?.then(({ client }) => client.dispose()).catch(logFailure);
    },
  };
}

type Started = { client: LanguageClient; library: typeof Library };
