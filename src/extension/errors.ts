import * as vscode from 'vscode';
import { isCancelled, messageOf } from '../protocol/errors.ts';

export type NextStep = { label: string; run: () => unknown };

/** The one way to show an error: one sentence and what can be done next. Cancelled is no error. */
export async function showError(error: unknown, log: vscode.LogOutputChannel, steps: readonly NextStep[] = []): Promise<void> {
  if (isCancelled(error)) return;
  log.error(error instanceof Error ? error : messageOf(error));
  const showOutput: NextStep = { label: vscode.l10n.t('Show Output'), run: () => log.show(true) };
  const all = [...steps, ...nextSteps(error), showOutput];
  const chosen = await vscode.window.showErrorMessage(messageOf(error), ...all.map(({ label }) => label));
  await all.find(({ label }) => label === chosen)?.run();
}

/** Steps that help whatever was tried. */
function nextSteps(error: unknown): NextStep[] {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const openSetting = (id: string): NextStep => ({
    label: vscode.l10n.t('Open Settings'),
    run: () => vscode.commands.executeCommand('workbench.action.openSettings', `@id:${id}`),
  });
  switch (code) {
    case 'not-trusted':
      return [
        { label: vscode.l10n.t('Manage Workspace Trust'), run: () => vscode.commands.executeCommand('workbench.trust.manage') },
      ];
    case 'no-workspace':
      return [{ label: vscode.l10n.t('Open Folder'), run: () => vscode.commands.executeCommand('vscode.openFolder') }];
    case 'runtime-not-found':
      return [openSetting('reef.node.path,reef.python.path')];
    case 'no-such-target':
    case 'invalid-curve':
      return [openSetting('reef.target')];
    case 'store-damaged':
    case 'store-newer':
    case 'store-unavailable':
      return [openSetting('reef.store.path')];
    default:
      return [];
  }
}
