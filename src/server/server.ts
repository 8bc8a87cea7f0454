import {
  type ClientCapabilities,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  TextDocumentSyncKind,
  type WorkspaceFolder,
} from 'vscode-languageserver/node';
import { toolVersion } from '../engine/version.ts';
import { messageOf } from '../protocol/errors.ts';
import { settingsNotification } from '../protocol/requests.ts';
import { createChanges } from './changes.ts';
import { registerCodeActions } from './code-actions.ts';
import { registerCodeLens } from './code-lens.ts';
import { createDiagnostics } from './diagnostics.ts';
import { followDocuments } from './documents.ts';
import { registerHover } from './hover.ts';
import { connectionLog } from './log.ts';
import { connectionOutput } from './output.ts';
import { registerRequests } from './requests.ts';
import { toResponseError } from './response-error.ts';
import type { Services } from './services.ts';
import { needsNewEngines, parseSettings } from './settings.ts';
import { followFiles, registerWatchers } from './watched-files.ts';
import { createWorkspaces } from './workspaces.ts';
import { unawaited } from './unawaited.ts';

export type Server = {
  /** Aborts what is under way and closes the engines, as `shutdown` does: for a process that ends without one. */
  close(): Promise<void>;
};

/** Wires the language server to a connection; the caller listens on it. */
export function startServer(connection: Connection): Server {
  const log = connectionLog(connection);
  let settings = parseSettings(undefined);
  let capabilities: ClientCapabilities = {};
  let folders: readonly WorkspaceFolder[] = [];

  const workspaces = createWorkspaces({
    settings,
    log,
    output: connectionOutput(connection),
    onOpened: (workspace) => documents.fill(workspace),
    onChanged: (workspace, what) => changes.changed(workspace, what),
    onClosed: (workspace) => diagnostics.clear(workspace),
  });
  const documents = followDocuments(connection, workspaces);
  const diagnostics = createDiagnostics(connection, workspaces);
  const services: Services = {
    connection,
    workspaces,
    documents,
    settings: () => settings,
    client: () => capabilities,
    log,
  };
  const changes = createChanges(services, diagnostics);

  connection.onInitialize((params) => {
    try {
      settings = parseSettings(params.initializationOptions);
    } catch (error) {
      const { code, message } = toResponseError(error, 'initialize', log);
      return new ResponseError(code, message, { retry: false });
    }
    workspaces.configure(settings);
    capabilities = params.capabilities;
    folders = foldersOf(params);
    return initializeResult();
  });

  connection.onInitialized(() => {
    workspaces.add(folders);
    void registerWatchers(connection, capabilities, log);
    if (capabilities.workspace?.workspaceFolders === true) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        workspaces.remove(removed);
        workspaces.add(added);
      });
    }
  });

  connection.onNotification(settingsNotification, (sent: unknown) => {
    const before = settings;
    try {
      settings = parseSettings(sent);
    } catch (error) {
      unawaited(
        connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Error, message: messageOf(error) }),
      );
      return;
    }
    if (needsNewEngines(before, settings)) workspaces.configure(settings);
    if (before.codeLens !== settings.codeLens) changes.refreshLenses();
  });

  followFiles(connection, workspaces);
  registerCodeLens(services);
  registerHover(services);
  registerCodeActions(services);
  registerRequests(services);
  connection.onShutdown(() => workspaces.close());
  return { close: () => workspaces.close() };
}

function initializeResult(): InitializeResult {
  return {
    serverInfo: { name: 'Reef', version: toolVersion() },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      codeLensProvider: { resolveProvider: false },
      hoverProvider: true,
      codeActionProvider: { codeActionKinds: ['quickfix'] },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  };
}

/** Editors that do not know of several folders give one root; without any there is nothing to show. */
function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly WorkspaceFolder[] {
  if (workspaceFolders !== undefined && workspaceFolders !== null) return workspaceFolders;
  return rootUri === null ? [] : [{ uri: rootUri, name: '' }];
}
