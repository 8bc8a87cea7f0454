import * as vscode from 'vscode';
import type { LivePlan } from '../protocol/applying.ts';

/** Shows what would change at a deployed function, and asks once whether to change it. */
export async function askWhetherToChange({ functionName, target, changes, notes }: LivePlan): Promise<boolean> {
  const detail = [changes.map(({ what, from, to }) => `${what}: ${from} → ${to}`).join('\n'), ...notes].join('\n\n');
  const accept = vscode.l10n.t('Make This Change');
  const title = vscode.l10n.t('Change {0} on {1}?', functionName, target);
  return (await vscode.window.showWarningMessage(title, { modal: true, detail }, accept)) === accept;
}
