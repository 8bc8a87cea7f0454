import { PassThrough } from 'node:stream';
import {
  type ClientCapabilities,
  CodeLensRefreshRequest,
  type CodeLens,
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type MessageReader,
  type MessageWriter,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShowMessageNotification,
  StreamMessageReader,
  StreamMessageWriter,
  type WorkspaceFolder,
} from 'vscode-languageserver/node';
import {
  changedNotification,
  type ChangedParams,
  outputNotification,
  type OutputParams,
  type ServerSettings,
} from '../../../src/protocol/requests.ts';
import { defaultSizingSettings } from '../../../src/protocol/sizing.ts';
import { startServer } from '../../../src/server/server.ts';

export const settings: ServerSettings = {
  trusted: true,
  target: 'process',
  storePath: '.reef/samples.db',
  objective: { goal: 'cost', tolerance: 0.1, maxDurationMs: null },
  maxInvocations: defaultSizingSettings.maxInvocations,
  nodePath: '',
  pythonPath: '',
  codeLens: true,
};

const capabilities: ClientCapabilities = {
  workspace: {
    workspaceFolders: true,
    workspaceEdit: { documentChanges: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    codeLens: { refreshSupport: true },
  },
};

export type Options = {
  folders?: string[] | null;
  settings?: unknown;
  capabilities?: ClientCapabilities;
  processId?: number | null;
};

/** A client of the language server as an editor would be, that remembers what it was told. */
export class Client implements AsyncDisposable {
  readonly connection: ProtocolConnection;
  readonly diagnostics = new Map<string, Diagnostic[]>();
  readonly changes: ChangedParams[] = [];
  readonly output: OutputParams[] = [];
  readonly messages: string[] = [];
  readonly progress: { token: unknown; value: Record<string, unknown> }[] = [];
  readonly watchers: string[] = [];
  lensRefreshes = 0;
  #listeners: (() => void)[] = [];
  #version = 1;

  constructor(reader: MessageReader, writer: MessageWriter) {
    this.connection = createProtocolConnection(reader, writer);
    const { connection } = this;
    connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) =>
      this.#told(() => this.diagnostics.set(uri, diagnostics)),
    );
    connection.onNotification(changedNotification, (params: ChangedParams) => this.#told(() => this.changes.push(params)));
    connection.onNotification(outputNotification, (params: OutputParams) => this.#told(() => this.output.push(params)));
    connection.onNotification(ShowMessageNotification.type, ({ message }) => this.#told(() => this.messages.push(message)));
    connection.onNotification('$/progress', (params: (typeof this.progress)[number]) =>
      this.#told(() => this.progress.push(params)),
    );
    connection.onRequest(CodeLensRefreshRequest.type, () => this.#told(() => (this.lensRefreshes += 1)));
    connection.onRequest(RegistrationRequest.type, ({ registrations }) =>
      this.#told(() => this.watchers.push(...registrations.map(({ registerOptions }) => JSON.stringify(registerOptions)))),
    );
    connection.listen();
  }

  #told(remember: () => unknown): void {
    remember();
    for (const listener of this.#listeners) listener();
  }

  /** Waits until what the client was told makes this true; the test's own time limit ends it otherwise. */
  until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isTrue()) return;
        this.#listeners = this.#listeners.filter((listener) => listener !== look);
        resolve();
      };
      this.#listeners.push(look);
      look();
    });
  }

  async initialize(options: Options = {}): Promise<InitializeResult> {
    const folders: WorkspaceFolder[] | null = options.folders?.map((uri) => ({ uri, name: uri })) ?? null;
    const result = await this.connection.sendRequest('initialize', {
      processId: options.processId ?? null,
      rootUri: null,
      capabilities: options.capabilities ?? capabilities,
      workspaceFolders: folders,
      initializationOptions: 'settings' in options ? options.settings : settings,
    });
    await this.connection.sendNotification('initialized', {});
    return result as InitializeResult;
  }

  request<Result>(method: string, params: unknown): Promise<Result> {
    return this.connection.sendRequest<Result>(method, params);
  }

  open(uri: string, text: string): Promise<void> {
    const document = { uri, languageId: 'plaintext', version: this.#version, text };
    return this.connection.sendNotification('textDocument/didOpen', { textDocument: document });
  }

  /** Replaces the whole text. Returns the new version. */
  async change(uri: string, text: string): Promise<number> {
    this.#version += 1;
    const textDocument = { uri, version: this.#version };
    await this.connection.sendNotification('textDocument/didChange', { textDocument, contentChanges: [{ text }] });
    return this.#version;
  }

  close(uri: string): Promise<void> {
    return this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  lenses(uri: string): Promise<CodeLens[]> {
    return this.request('textDocument/codeLens', { textDocument: { uri } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection.sendRequest('shutdown');
    this.connection.dispose();
  }
}

/** A server in this process, over two streams. */
export async function connect(options: Options = {}): Promise<Client> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const connection = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
  startServer(connection);
  connection.listen();
  const client = new Client(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  await client.initialize(options);
  return client;
}
