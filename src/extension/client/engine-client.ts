import * as vscode from 'vscode';
import { messageOf } from '../../protocol/errors.ts';
import type { ChangedParams, OutputParams } from '../../protocol/requests.ts';
import type { Connection, RequestOptions } from './connection.ts';
import type { ParamsOf, RequestName, ResultOf } from './requests.ts';

/** The engine as the rest of the extension sees it: typed requests, and word of what changed. Starts with the first use. */
export interface EngineClient extends vscode.Disposable {
  readonly onDidChange: vscode.Event<ChangedParams>;
  readonly onDidOutput: vscode.Event<OutputParams>;
  /** The engine is there, for the first time or again after it went away. */
  readonly onDidStart: vscode.Event<void>;
  start(): Promise<void>;
  /** Throws ReefError; `cancelled` when the token was used. */
  request<Name extends RequestName>(name: Name, params: ParamsOf<Name>, options?: RequestOptions): Promise<ResultOf<Name>>;
}

export function createEngineClient(serverModule: string, log: vscode.LogOutputChannel): EngineClient {
  const changed = new vscode.EventEmitter<ChangedParams>();
  const output = new vscode.EventEmitter<OutputParams>();
  const started = new vscode.EventEmitter<void>();
  let connecting: Promise<Connection> | undefined;

  /** The client library and the schemas are large: they are loaded here, and not while the window opens. */
  async function connect(): Promise<Connection> {
    const { openConnection } = await import('./connection.ts');
    return openConnection({
      serverModule,
      log,
      onChanged: (params) => changed.fire(params),
      onOutput: (params) => output.fire(params),
      onRunning: () => started.fire(),
    });
  }

  function connection(): Promise<Connection> {
    connecting ??= connect().catch((error: unknown) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  }

  const logFailure = (error: unknown): void => log.error(messageOf(error));
  const sendSettings = (): void => {
    connecting?.then((opened) => opened.sendSettings()).catch(logFailure);
  };
  const subscriptions = [
    changed,
    output,
    started,
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('reef')) sendSettings();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(sendSettings),
  ];

  return {
    onDidChange: changed.event,
    onDidOutput: output.event,
    onDidStart: started.event,
    start: async () => void (await connection()),
    request: async (name, params, options) => (await connection()).request(name, params, options),
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      connecting?.then((opened) => opened.close()).catch(logFailure);
    },
  };
}
