import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import type { Work } from '../views/runs-model.ts';
import type { WorkList } from '../work.ts';
import { workArgument } from './function-reference.ts';

/** Cancels what the node shows, the only thing under way, or what the user picks. */
export async function cancelRun({ work }: Services, args: readonly unknown[]): Promise<void> {
  const named = workArgument(args);
  if (named !== undefined) return work.cancel(named);
  await cancelOneOf(work, work.list());
}

/** Stops following the only log that is followed, or the one that the user picks. */
export async function stopLogs({ work }: Services): Promise<void> {
  await cancelOneOf(
    work,
    work.list().filter(({ study }) => study === 'logs'),
  );
}

async function cancelOneOf(work: WorkList, list: readonly Work[]): Promise<void> {
  const items = list.map(({ id, functionName, message }) => ({ label: functionName, description: message, id }));
  const [only, second] = items;
  if (only === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Nothing is under way.'));
    return;
  }
  const picked =
    second === undefined
      ? only
      : await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Choose what to cancel') });
  if (picked !== undefined) work.cancel(picked.id);
}
