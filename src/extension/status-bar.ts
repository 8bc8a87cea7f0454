import * as vscode from 'vscode';
import { commandIds } from './commands/ids.ts';
import { readTarget } from './target.ts';
import { settingIds } from './settings-ids.ts';

/** Shows the current target; a click selects another. */
export function registerStatusBar(): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('reef.target', vscode.StatusBarAlignment.Left, 0);
  item.name = vscode.l10n.t('Reef target');
  item.command = commandIds.selectTarget;

  function update(): void {
    const target = readTarget();
    item.text = `$(beaker) Reef: ${target}`;
    item.tooltip = vscode.l10n.t('Functions run on: {0}. Click to choose another target.', target);
    item.accessibilityInformation = { label: vscode.l10n.t('Reef target: {0}', target), role: 'button' };
    if (vscode.workspace.workspaceFolders === undefined) item.hide();
    else item.show();
  }

  update();
  return vscode.Disposable.from(
    item,
    vscode.workspace.onDidChangeWorkspaceFolders(update),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.target)) update();
    }),
  );
}
