import { CodeLensRefreshRequest, MessageType, ShowMessageNotification } from 'vscode-languageserver/node';
import { messageOf } from '../protocol/errors.ts';
import { changedNotification, type ChangedParams } from '../protocol/requests.ts';
import type { DiagnosticsPublisher } from './diagnostics.ts';
import type { Services } from './services.ts';
import type { Workspace } from './workspace.ts';
import { unawaited } from './unawaited.ts';

/** Changes that come together are told once. */
const gatherMs = 50;

export type Changes = {
  changed(workspace: Workspace, what: ChangedParams['what']): void;
  refreshLenses(): void;
};

/** Tells the client what is new: diagnostics, lenses, `reef/changed`, and once that a store cannot be opened. */
export function createChanges({ connection, workspaces, client, log }: Services, diagnostics: DiagnosticsPublisher): Changes {
  let gathered = new Map<Workspace, Set<ChangedParams['what']>>();
  let timer: NodeJS.Timeout | undefined;
  const toldStoreErrors = new Map<string, string>();

  function tell(): void {
    const batch = gathered;
    gathered = new Map();
    timer = undefined;
    for (const [workspace, kinds] of batch) {
      if (!workspaces.all().includes(workspace)) continue;
      for (const what of kinds) unawaited(connection.sendNotification(changedNotification, { folder: workspace.uri, what }));
      if (!kinds.has('functions')) continue;
      diagnostics.publish(workspace);
      tellStoreError(workspace);
      refreshLenses();
    }
  }

  function tellStoreError({ uri, figures }: Workspace): void {
    const message = figures.storeError();
    if (message === null) {
      toldStoreErrors.delete(uri);
    } else if (toldStoreErrors.get(uri) !== message) {
      toldStoreErrors.set(uri, message);
      unawaited(connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Error, message }));
    }
  }

  function refreshLenses(): void {
    if (client().workspace?.codeLens?.refreshSupport !== true) return;
    connection
      .sendRequest(CodeLensRefreshRequest.type)
      .catch((error: unknown) => log.log('debug', `Lenses were not refreshed: ${messageOf(error)}`));
  }

  return {
    changed(workspace, what) {
      gathered.set(workspace, (gathered.get(workspace) ?? new Set<ChangedParams['what']>()).add(what));
      timer ??= setTimeout(tell, gatherMs);
    },
    refreshLenses,
  };
}
