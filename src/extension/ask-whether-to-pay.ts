import * as vscode from 'vscode';

/** Shows what calls are expected to take, and asks once whether to make them. */
export async function askWhetherToPay(title: string, detail: string): Promise<boolean> {
  const accept = vscode.l10n.t('Make These Calls');
  return (await vscode.window.showWarningMessage(title, { modal: true, detail }, accept)) === accept;
}
