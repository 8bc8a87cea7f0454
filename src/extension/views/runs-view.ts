import * as vscode from 'vscode';
import { viewIds } from '../commands/ids.ts';
import type { Services } from '../services.ts';
import type { FolderState } from '../workspace-state.ts';
import { createTreeProvider } from './tree-provider.ts';

/** The view *Runs*: what is under way with its progress, and the past. */
export function registerRunsView({ workspace, work }: Services): vscode.Disposable {
  let formats: { day: Intl.DateTimeFormat; time: Intl.DateTimeFormat } | undefined;
  const provider = createTreeProvider(async () => {
    workspace.demand();
    const { runsTree } = await import('./runs-model.ts');
    // Made when first drawn: loading the calendar takes longer than the rest of the activation.
    const { day, time } = (formats ??= dateFormats());
    const calendar = { nowMs: Date.now(), day: (ms: number) => day.format(ms), time: (ms: number) => time.format(ms) };
    return runsTree(work.list(), workspace.folders(), calendar, vscode.l10n.t);
  });
  const view = vscode.window.createTreeView(viewIds.runs, { treeDataProvider: provider, showCollapseAll: true });

  function showBadge(): void {
    const count = work.list().length;
    view.badge = count === 0 ? undefined : { value: count, tooltip: vscode.l10n.t('{0} under way', count) };
  }

  return vscode.Disposable.from(
    view,
    provider,
    workspace.onDidChange(() => {
      view.message = viewMessage(workspace.folders());
      provider.refresh();
    }),
    work.onDidChange(() => {
      showBadge();
      provider.refresh();
    }),
  );
}

/** Why the list may be out of date. An empty view says it in its welcome, which a message would hide. */
function viewMessage(folders: readonly FolderState[]): string {
  if (!folders.some(({ runs }) => runs !== null && runs.length > 0)) return '';
  return [...new Set(folders.map(({ runsError }) => runsError ?? ''))].filter(Boolean).join('\n');
}

function dateFormats(): { day: Intl.DateTimeFormat; time: Intl.DateTimeFormat } {
  return {
    day: new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium' }),
    time: new Intl.DateTimeFormat(vscode.env.language, { timeStyle: 'short' }),
  };
}
