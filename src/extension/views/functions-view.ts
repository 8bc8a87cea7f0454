import * as vscode from 'vscode';
import { viewIds } from '../commands/ids.ts';
import type { Services } from '../services.ts';
import type { FolderState } from '../workspace-state.ts';
import { createTreeProvider } from './tree-provider.ts';

/** The view *Functions*. Its first showing starts the engine. */
export function registerFunctionsView({ workspace }: Services): vscode.Disposable {
  const provider = createTreeProvider(async () => {
    workspace.demand();
    const { functionsTree } = await import('./functions-model.ts');
    return functionsTree(workspace.folders(), vscode.l10n.t);
  });
  const view = vscode.window.createTreeView(viewIds.functions, { treeDataProvider: provider, showCollapseAll: true });

  function refresh(): void {
    view.message = viewMessage(workspace.folders());
    provider.refresh();
  }

  return vscode.Disposable.from(
    view,
    provider,
    workspace.onDidChange(refresh),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
  );
}

/** What stands above the tree: why figures or functions are missing. */
function viewMessage(folders: readonly FolderState[]): string {
  if (!folders.some(({ functions }) => functions !== null && functions.length > 0)) return '';
  const errors = folders
    .flatMap(({ functionsError, storeError }) => [functionsError, storeError])
    .filter((error) => error !== null);
  if (errors.length > 0) return [...new Set(errors)].join('\n');
  if (!vscode.workspace.isTrusted) return vscode.l10n.t('Restricted Mode: functions are listed, but not run.');
  return '';
}
