import { posix } from 'node:path';
import * as vscode from 'vscode';
import { requireTrust } from './guards.ts';
import { readTarget, writeTarget } from '../target.ts';

type Item = vscode.QuickPickItem & { choose: () => Promise<string | undefined> };

/** Asks where functions shall run; undefined when nothing was picked. */
export async function chooseTarget(): Promise<string | undefined> {
  const current = readTarget();
  const items: Item[] = [
    {
      label: '$(vm) process',
      description: vscode.l10n.t('this machine, at full speed'),
      detail: vscode.l10n.t('Measures CPU time and waiting time; the curve over memory sizes is predicted from them.'),
      choose: async () => 'process',
    },
    {
      label: '$(package) docker',
      description: vscode.l10n.t('containers of the size, on this machine'),
      detail: vscode.l10n.t('Memory and CPU are limited as on AWS Lambda; the curve over memory sizes is measured.'),
      choose: async () => 'docker',
    },
    ...(current.startsWith('replay:')
      ? [{ label: `$(history) ${current}`, description: vscode.l10n.t('recorded curves'), choose: async () => current }]
      : []),
    {
      label: `$(file) ${vscode.l10n.t('Recorded curves: choose a CSV file…')}`,
      detail: vscode.l10n.t('Plays measurements of the past as if they were a function.'),
      choose: () => chooseCurves({ canSelectFiles: true, canSelectFolders: false, filters: { CSV: ['csv'] } }),
    },
    {
      label: `$(folder) ${vscode.l10n.t('Recorded curves: choose a folder…')}`,
      choose: () => chooseCurves({ canSelectFiles: false, canSelectFolders: true }),
    },
  ];
  const picked = await vscode.window.showQuickPick(
    items.map((item) => markCurrent(item, current)),
    {
      placeHolder: vscode.l10n.t('Choose where functions run (now: {0})', current),
    },
  );
  return picked?.choose();
}

export async function selectTarget(): Promise<void> {
  requireTrust();
  const target = await chooseTarget();
  if (target !== undefined) await writeTarget(target);
}

function markCurrent(item: Item, current: string): Item {
  return item.label.endsWith(` ${current}`) ? { ...item, picked: true, label: `${item.label} $(check)` } : item;
}

async function chooseCurves(options: vscode.OpenDialogOptions): Promise<string | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const chosen = await vscode.window.showOpenDialog({
    ...options,
    canSelectMany: false,
    openLabel: vscode.l10n.t('Use as Target'),
    ...(folder === undefined ? {} : { defaultUri: folder.uri }),
  });
  const [uri] = chosen ?? [];
  if (uri === undefined) return undefined;
  return `replay:${pathForSetting(uri)}`;
}

/** Relative to the workspace folder that holds it, when there is only one, so that the setting works on other machines. */
function pathForSetting(uri: vscode.Uri): string {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const holder = vscode.workspace.getWorkspaceFolder(uri);
  if (holder === undefined || folders.length > 1) return uri.fsPath;
  return posix.relative(holder.uri.path, uri.path) || '.';
}
