import * as vscode from 'vscode';
import { parseGrouping } from '../../protocol/deployed-groups.ts';
import { readSetting, writeSetting } from '../read-settings.ts';
import type { Services } from '../services.ts';
import { settingIds } from '../settings-ids.ts';

/** Shows only the functions that match what is typed, while it is typed. Escape goes back to what held before. */
export function filterDeployed({ deployed }: Services): Promise<void> {
  const before = deployed.filter();
  const input = vscode.window.createInputBox();
  input.title = vscode.l10n.t('Filter deployed functions');
  input.prompt = vscode.l10n.t('Words in name, runtime, architecture or tags (key=value); all of them have to be there');
  input.placeholder = 'python team=shop';
  input.value = before;
  const { promise, resolve } = Promise.withResolvers<void>();
  let accepted = false;
  input.onDidChangeValue((text) => deployed.setFilter(text));
  input.onDidAccept(() => {
    accepted = true;
    input.hide();
  });
  input.onDidHide(() => {
    if (!accepted) deployed.setFilter(before);
    input.dispose();
    resolve();
  });
  input.show();
  return promise;
}

type GroupItem = vscode.QuickPickItem & { groupBy: string };

/** Asks how functions are grouped; tags are those that the lists have so far. */
export async function groupDeployed({ deployed }: Services): Promise<void> {
  const current = readSetting(settingIds.groupDeployedBy);
  const rows = deployed.places().flatMap(({ rows }) => [...rows.values()]);
  const keys = [...new Set(rows.flatMap(({ tags }) => Object.keys(tags)))].filter((key) => !key.startsWith('aws:')).sort();
  const items: GroupItem[] = [
    { label: `$(layers) ${vscode.l10n.t('By stack')}`, groupBy: 'stack' },
    { label: `$(list-flat) ${vscode.l10n.t('Not grouped')}`, groupBy: 'none' },
    ...keys.map((key) => ({ label: `$(tag) ${vscode.l10n.t('By tag: {0}', key)}`, groupBy: `tag:${key}` })),
    ...(keys.length === 0 ? [{ label: `$(tag) ${vscode.l10n.t('By tag…')}`, groupBy: '' }] : []),
  ];
  const picked = await vscode.window.showQuickPick(
    items.map((item) => (item.groupBy === current ? { ...item, label: `${item.label} $(check)` } : item)),
    { placeHolder: vscode.l10n.t('Choose how deployed functions are grouped') },
  );
  const groupBy = picked?.groupBy === '' ? await enterTag() : picked?.groupBy;
  if (groupBy !== undefined) await writeSetting(settingIds.groupDeployedBy, groupBy);
}

async function enterTag(): Promise<string | undefined> {
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t('Group by tag'),
    prompt: vscode.l10n.t('Key of the tag by whose values functions are grouped'),
    validateInput: (text) => (parseGrouping(`tag:${text}`) === null ? vscode.l10n.t('Enter the key of a tag.') : undefined),
  });
  return key === undefined ? undefined : `tag:${key}`;
}
