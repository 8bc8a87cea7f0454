import * as vscode from 'vscode';
import type { Objective } from '../../protocol/sizing.ts';
import { readSettings } from '../read-settings.ts';

type Item = vscode.QuickPickItem & { choose: () => Promise<Objective | undefined> };

/** Asks what the right size is; undefined when nothing was picked. */
export async function chooseObjective(): Promise<Objective | undefined> {
  const { objective } = readSettings(() => undefined);
  const percent = Math.round(objective.tolerance * 100);
  const of = (goal: Objective['goal']) => async (): Promise<Objective> => ({ ...objective, goal });
  const items: Item[] = [
    {
      label: `$(scale) ${vscode.l10n.t('Balanced')}`,
      description: vscode.l10n.t('cost and duration alike'),
      choose: of('balanced'),
    },
    { label: `$(credit-card) ${vscode.l10n.t('Cheapest')}`, choose: of('cost') },
    {
      label: `$(zap) ${vscode.l10n.t('Fastest')}`,
      description: vscode.l10n.t('at most {0} % dearer than the cheapest', percent),
      choose: of('fastest'),
    },
    {
      label: `$(watch) ${vscode.l10n.t('Cheapest within a duration limit…')}`,
      choose: async () => {
        const maxDurationMs = await enterLimit();
        return maxDurationMs === undefined ? undefined : { ...objective, goal: 'cost', maxDurationMs };
      },
    },
  ];
  const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Choose what the right size is') });
  return picked?.choose();
}

async function enterLimit(): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Duration limit'),
    prompt: vscode.l10n.t('Longest duration of a warm call, in milliseconds'),
    ignoreFocusOut: true,
    validateInput: (value) => (Number(value) > 0 ? undefined : vscode.l10n.t('Enter a number of milliseconds above 0.')),
  });
  return text === undefined ? undefined : Number(text);
}
