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
    {
      label: '$(cloud) aws',
      description: vscode.l10n.t('the deployed function, on AWS Lambda'),
      detail: vscode.l10n.t('Calls are real and paid for; each size is a published version, which is deleted afterwards.'),
      choose: () => chooseAccount(current),
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

/** The account and region of deployed functions: those that functions run in, else asked for. Undefined when nothing was named. */
export async function chooseAwsTarget(): Promise<string | undefined> {
  const current = readTarget();
  return /^aws(:|$)/.test(current) ? current : chooseAccount(current);
}

/** A target of AWS: profile and region; nothing is the default of the AWS tools. Undefined when nothing was said. */
export async function chooseAccount(current = ''): Promise<string | undefined> {
  const place = await vscode.window.showInputBox({
    title: vscode.l10n.t('AWS profile and region'),
    prompt: vscode.l10n.t(
      'profile, profile/region, or /region; leave it empty for what the environment and the default profile say',
    ),
    placeHolder: 'dev/eu-west-1',
    value: current.startsWith('aws:') ? current.slice('aws:'.length) : '',
  });
  if (place === undefined) return undefined;
  return place.trim() === '' ? 'aws' : `aws:${place.trim()}`;
}

function markCurrent(item: Item, current: string): Item {
  return item.label.endsWith(` ${current.replace(/^aws:.*/, 'aws')}`)
    ? { ...item, picked: true, label: `${item.label} $(check)` }
    : item;
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
