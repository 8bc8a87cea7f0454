import * as vscode from 'vscode';
import { isCancelled, messageOf, ReefError } from '../protocol/errors.ts';
import type { FunctionWithFigures } from '../protocol/requests.ts';
import type { RunSummary } from '../protocol/runs.ts';
import type { EngineClient } from './client/engine-client.ts';
import { coalesce } from './coalesce.ts';
import { contextKeys, type FunctionsState, type RunsState } from './commands/ids.ts';

const runsShown = 200;

/** What is known of one workspace folder. Null lists are not loaded yet; an error is one sentence. */
export type FolderState = {
  /** URI of the folder. */
  folder: string;
  name: string;
  functions: FunctionWithFigures[] | null;
  functionsError: string | null;
  storeError: string | null;
  runs: RunSummary[] | null;
  runsError: string | null;
  /** The runs are missing because the store cannot be used, not because the engine did not answer. */
  runsBlockedByStore: boolean;
};

/** Functions and runs of every folder, kept fresh once somebody asked for them. */
export interface WorkspaceState extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  folders(): readonly FolderState[];
  /** Begins to load, if that has not happened yet. */
  demand(): void;
  /** Asks the engine again; settles when the answer is in. */
  refresh(what: 'functions' | 'runs'): Promise<void>;
  find(folder: string, functionId: string): FunctionWithFigures | undefined;
}

export function createWorkspaceState(engine: EngineClient, log: vscode.LogOutputChannel): WorkspaceState {
  const changed = new vscode.EventEmitter<void>();
  let states: FolderState[] = [];
  let demanded = false;

  function setFolders(): void {
    const before = new Map(states.map((state) => [state.folder, state]));
    states = (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === 'file')
      .map(({ uri, name }) => before.get(uri.toString()) ?? emptyState(uri.toString(), name));
  }

  async function loadFunctions(state: FolderState): Promise<void> {
    try {
      const { functions, storeError } = await engine.request('functions', { folder: state.folder });
      Object.assign(state, { functions, storeError, functionsError: null });
    } catch (error) {
      if (isCancelled(error)) return;
      log.warn(`${state.name}: ${messageOf(error)}`);
      Object.assign(state, { functions: state.functions ?? [], functionsError: messageOf(error) });
    }
  }

  async function loadRuns(state: FolderState): Promise<void> {
    try {
      const { runs } = await engine.request('runs', { folder: state.folder, limit: runsShown });
      Object.assign(state, { runs, runsError: null, runsBlockedByStore: false });
    } catch (error) {
      if (isCancelled(error)) return;
      log.warn(`${state.name}: ${messageOf(error)}`);
      const runsBlockedByStore = error instanceof ReefError && error.code.startsWith('store-');
      Object.assign(state, { runs: state.runs ?? [], runsError: messageOf(error), runsBlockedByStore });
    }
  }

  const refreshers = {
    functions: coalesce(() => loadAll(loadFunctions)),
    runs: coalesce(() => loadAll(loadRuns)),
  };

  async function loadAll(load: (state: FolderState) => Promise<void>): Promise<void> {
    await Promise.all(states.map(load));
    publish();
  }

  function publish(): void {
    void setContexts(states);
    changed.fire();
  }

  async function refreshAll(): Promise<void> {
    await Promise.all([refreshers.functions(), refreshers.runs()]);
  }

  setFolders();
  const subscriptions = [
    changed,
    engine.onDidStart(() => void refreshAll()),
    engine.onDidChange(({ what }) => void refreshers[what]()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      setFolders();
      publish();
      if (demanded) void refreshAll();
    }),
  ];

  return {
    onDidChange: changed.event,
    folders: () => states,
    demand() {
      if (demanded || states.length === 0) return;
      demanded = true;
      void setContexts(states);
      void refreshAll();
    },
    refresh(what) {
      demanded = true;
      return refreshers[what]();
    },
    find: (folder, functionId) =>
      states.find((state) => state.folder === folder)?.functions?.find((item) => item.function.id === functionId),
    dispose: () => subscriptions.forEach((subscription) => subscription.dispose()),
  };
}

function emptyState(folder: string, name: string): FolderState {
  return {
    folder,
    name,
    functions: null,
    functionsError: null,
    storeError: null,
    runs: null,
    runsError: null,
    runsBlockedByStore: false,
  };
}

async function setContexts(states: readonly FolderState[]): Promise<void> {
  const set = (key: string, value: unknown): Thenable<unknown> => vscode.commands.executeCommand('setContext', key, value);
  await set(contextKeys.functionsState, functionsState(states));
  await set(contextKeys.runsState, runsState(states));
  await set(
    contextKeys.hasFunctions,
    states.some(({ functions }) => functions !== null && functions.length > 0),
  );
}

function functionsState(states: readonly FolderState[]): FunctionsState {
  if (states.some(({ functionsError }) => functionsError !== null)) return 'failed';
  return states.every(({ functions }) => functions !== null) ? 'ready' : 'scanning';
}

function runsState(states: readonly FolderState[]): RunsState {
  if (states.some(({ runsBlockedByStore }) => runsBlockedByStore)) return 'storeFailed';
  if (states.some(({ runsError }) => runsError !== null)) return 'failed';
  return states.every(({ runs }) => runs !== null) ? 'ready' : 'loading';
}
