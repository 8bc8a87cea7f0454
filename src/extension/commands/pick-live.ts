import * as vscode from 'vscode';
import { formatMemory, formatPercent } from '../../engine/format/format.ts';
import type { LiveAction } from '../../protocol/applying.ts';
import { isCancelled, messageOf } from '../../protocol/errors.ts';
import type { Services } from '../services.ts';
import type { LiveFunction } from './apply-live.ts';
import { type LiveChoice, liveChoices } from './live-choices.ts';

/** Where a size can go: the source of the function, or what is deployed of it. */
export type Place = { kind: 'source' } | { kind: 'live'; action: LiveAction };

type Item = vscode.QuickPickItem & { choice: LiveChoice | 'source' | 'none' };

export type PlaceQuestion = {
  fn: LiveFunction;
  /** Null when there is no recommendation. */
  recommendedMb: number | null;
  /** The file that states the size, and the size as far as it is known; null when it is not about that. */
  source: { file: string; memoryMb: number | null } | null;
};

/** Asks what to change. What is deployed is looked up meanwhile; undefined when nothing was picked. */
export async function pickPlace(services: Services, question: PlaceQuestion): Promise<Place | undefined> {
  const picked = await pickItem(services, question);
  if (picked === undefined || picked === 'none') return undefined;
  if (picked === 'source') return { kind: 'source' };
  const action = await completed(picked);
  return action === undefined ? undefined : { kind: 'live', action };
}

function pickItem(services: Services, { fn, recommendedMb, source }: PlaceQuestion): Promise<Item['choice'] | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  const own: Item[] = source === null ? [] : [sourceItem(source, recommendedMb)];
  Object.assign(pick, {
    title: vscode.l10n.t('Change {0}', fn.functionName),
    placeholder: vscode.l10n.t('Choose what to change'),
    matchOnDescription: true,
    ignoreFocusOut: true,
    busy: true,
    items: own,
  });
  const looking = new vscode.CancellationTokenSource();
  const fill = async (): Promise<void> => {
    const items = await lookUp(services, fn, recommendedMb, looking.token);
    pick.items = [...own, { label: fn.target, kind: vscode.QuickPickItemKind.Separator, choice: 'none' }, ...items];
    pick.busy = false;
  };
  void fill();
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.choice);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      looking.cancel();
      looking.dispose();
      pick.dispose();
    });
    pick.show();
  });
}

function sourceItem({ file, memoryMb }: NonNullable<PlaceQuestion['source']>, recommendedMb: number | null): Item {
  const sizes = [memoryMb, recommendedMb].filter((size) => size !== null);
  return {
    label: `$(file-code) ${file}`,
    description: sizes.map(formatMemory).join(' → '),
    detail: vscode.l10n.t('In the source, which the next deployment takes. Shows the change first.'),
    choice: 'source',
  };
}

async function lookUp(
  { engine }: Services,
  { folder, functionId, target }: LiveFunction,
  recommendedMb: number | null,
  token: vscode.CancellationToken,
): Promise<Item[]> {
  try {
    const state = await engine.request('liveState', { folder, functionId, target }, { token });
    return liveChoices(state, recommendedMb, vscode.l10n.t).map((choice) => ({ ...choice, choice }));
  } catch (error) {
    if (isCancelled(error)) return [];
    return [
      { label: `$(warning) ${vscode.l10n.t('What is deployed cannot be changed')}`, detail: messageOf(error), choice: 'none' },
    ];
  }
}

const weights = [0.05, 0.1, 0.25, 0.5, 1];

/** Asks for what a choice leaves open. */
async function completed({ action, ask }: LiveChoice): Promise<LiveAction | undefined> {
  if (ask === 'weight' && action.kind === 'shift') {
    const items = weights.map((weight) => ({ label: formatPercent(weight), weight }));
    const placeHolder = vscode.l10n.t('Share of the calls of {0} that the new version gets', action.alias);
    const picked = await vscode.window.showQuickPick(items, { placeHolder, ignoreFocusOut: true });
    return picked === undefined ? undefined : { ...action, weight: picked.weight };
  }
  if (ask === 'memory' && action.kind === 'set') {
    const text = await vscode.window.showInputBox({
      prompt: vscode.l10n.t('Memory in MB'),
      value: String(action.memoryMb ?? ''),
      ignoreFocusOut: true,
      validateInput: (value) => (/^\s*[1-9]\d{2,4}\s*$/.test(value) ? null : vscode.l10n.t('A whole number of MB, from 128 on.')),
    });
    return text === undefined ? undefined : { ...action, memoryMb: Number(text) };
  }
  return action;
}
