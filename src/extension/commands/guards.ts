import * as vscode from 'vscode';
import { ReefError } from '../../protocol/errors.ts';

/** Throws the reason why nothing can be run here. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new ReefError(
    'not-trusted',
    vscode.l10n.t('Reef runs code of this workspace only when you trust it: trust the workspace to go on.'),
  );
}

/** Throws the reason why there are no functions to work with. */
export function requireFolder(): void {
  if (vscode.workspace.workspaceFolders?.some(({ uri }) => uri.scheme === 'file') === true) return;
  throw new ReefError('no-workspace', vscode.l10n.t('Reef works on a folder on this machine: open one that holds functions.'));
}
