import type { WorkspaceFolder } from 'vscode-languageserver/node';
import type { EngineSettings } from '../engine/engine.ts';
import type { Log } from '../engine/studies/ports.ts';
import { ReefError } from '../protocol/errors.ts';
import type { ChangedParams } from '../protocol/requests.ts';
import type { OutputSink } from './output.ts';
import { detailsOf } from './log.ts';
import { pathOf, relativeFile, sameUri } from './uris.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** A document of a workspace: the path is relative to the folder. */
export type Place = { workspace: Workspace; file: string };

export type Workspaces = {
  all(): readonly Workspace[];
  /** @throws ReefError `no-workspace` */
  byUri(folderUri: string): Workspace;
  /** The workspaces that hold a document, the deepest folder first: that one owns it. */
  holding(uri: string): Place[];
  add(folders: readonly WorkspaceFolder[]): void;
  remove(folders: readonly WorkspaceFolder[]): void;
  /** Makes every engine anew with these settings; studies under way end on the old ones. */
  configure(settings: EngineSettings): void;
  close(): Promise<void>;
};

type Options = {
  settings: EngineSettings;
  log: Log;
  output: OutputSink;
  onOpened: (workspace: Workspace) => void;
  onChanged: (workspace: Workspace, what: ChangedParams['what']) => void;
  onClosed: (workspace: Workspace) => void;
};

/** The folders that the client has open, each with an engine of its own. */
export function createWorkspaces(options: Options): Workspaces {
  const { log, output } = options;
  let { settings } = options;
  let open: Workspace[] = [];
  /** Replaced or removed, with studies that are still to end. */
  const retiring = new Set<Workspace>();

  function start(uri: string): Workspace | null {
    const folder = pathOf(uri);
    if (folder === null) {
      log.log('warn', `${uri} is not a folder of this machine: Reef shows nothing for it.`);
      return null;
    }
    const workspace = openWorkspace({
      uri,
      folder,
      settings,
      log,
      onOutput: (fn, line) => output.line(fn.name, line),
      onChanged: (what) => options.onChanged(workspace, what),
    });
    options.onOpened(workspace);
    return workspace;
  }

  function retire(workspace: Workspace): void {
    retiring.add(workspace);
    workspace
      .retire()
      .catch((error: unknown) => log.log('error', `${workspace.engine.folder} could not be closed: ${detailsOf(error)}`))
      .finally(() => retiring.delete(workspace));
  }

  return {
    all: () => open,
    byUri(folderUri) {
      const found = open.find(({ uri }) => sameUri(uri, folderUri));
      if (found !== undefined) return found;
      throw new ReefError('no-workspace', `The folder ${folderUri} is not open here: open it and try again.`);
    },
    holding: (uri) =>
      open
        .flatMap((workspace) => {
          const file = relativeFile(workspace.engine.folder, uri);
          return file === null ? [] : [{ workspace, file }];
        })
        .toSorted((one, other) => one.file.length - other.file.length),
    add(folders) {
      const known = (folder: WorkspaceFolder): boolean => open.some(({ uri }) => sameUri(uri, folder.uri));
      const added = folders.filter((folder) => !known(folder)).map(({ uri }) => start(uri));
      open = [...open, ...added.filter((workspace) => workspace !== null)];
    },
    remove(folders) {
      const gone = open.filter(({ uri }) => folders.some((folder) => sameUri(folder.uri, uri)));
      open = open.filter((workspace) => !gone.includes(workspace));
      for (const workspace of gone) {
        options.onClosed(workspace);
        retire(workspace);
      }
    },
    configure(changed) {
      settings = changed;
      const before = open;
      open = before.map(({ uri }) => start(uri)).filter((workspace) => workspace !== null);
      before.forEach(retire);
    },
    async close() {
      await Promise.allSettled([...open, ...retiring].map((workspace) => workspace.close()));
      open = [];
    },
  };
}
