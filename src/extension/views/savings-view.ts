import * as vscode from 'vscode';
import { isCancelled, messageOf } from '../../protocol/errors.ts';
import { viewIds } from '../commands/ids.ts';
import type { Services } from '../services.ts';
import { settingIds } from '../settings-ids.ts';
import type { FolderSavings } from './savings-model.ts';
import { createTreeProvider } from './tree-provider.ts';

/** The view *Savings*: functions by the money that their recommended sizes save. Asked for anew when figures change. */
export function registerSavingsView({ engine, workspace, log }: Services): vscode.Disposable {
  const provider = createTreeProvider(async () => {
    workspace.demand();
    const { savingsTree } = await import('./savings-model.ts');
    const folders = await Promise.all(workspace.folders().map(({ folder, name }) => load(folder, name)));
    return savingsTree(
      folders.filter((savings) => savings !== null),
      vscode.l10n.t,
    );
  });
  const view = vscode.window.createTreeView(viewIds.savings, { treeDataProvider: provider });

  async function load(folder: string, name: string): Promise<FolderSavings | null> {
    try {
      const savings = await engine.request('savings', { folder });
      view.message = '';
      return { folder, name, ...savings };
    } catch (error) {
      if (isCancelled(error)) return null;
      log.warn(`${name}: ${messageOf(error)}`);
      view.message = messageOf(error);
      return null;
    }
  }

  return vscode.Disposable.from(
    view,
    provider,
    workspace.onDidChange(() => provider.refresh()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.callsPerMonth)) provider.refresh();
    }),
  );
}
