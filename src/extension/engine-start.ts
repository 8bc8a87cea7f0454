import * as vscode from 'vscode';
import { messageOf } from '../protocol/errors.ts';
import type { Services } from './services.ts';

const languages = new Set([
  'javascript',
  'javascriptreact',
  'typescript',
  'typescriptreact',
  'python',
  'yaml',
  'json',
  'terraform',
]);

/**
 * Starts the engine when a document comes up that may hold a function, so that its lenses appear.
 * The views and commands start it themselves.
 */
export function registerEngineStart({ engine, log }: Services): vscode.Disposable {
  function startFor(document: vscode.TextDocument): void {
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    const mayHoldFunction = languages.has(document.languageId) || document.uri.path.endsWith('.tf');
    if (document.uri.scheme !== 'file' || folder === undefined || !mayHoldFunction) return;
    opened.dispose();
    engine.start().catch((error: unknown) => log.error(messageOf(error)));
  }
  const opened = vscode.workspace.onDidOpenTextDocument(startFor);
  vscode.workspace.textDocuments.forEach(startFor);
  return opened;
}
