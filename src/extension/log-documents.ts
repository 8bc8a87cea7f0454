import * as vscode from 'vscode';
import { messageOf } from '../protocol/errors.ts';
import type { CallReference } from '../protocol/logs.ts';
import type { EngineClient } from './client/engine-client.ts';
import { logScheme } from './commands/ids.ts';

export type LogDocuments = vscode.Disposable & {
  /** Opens what a call logged as a document that cannot be edited. */
  show(folder: string, call: CallReference, token?: vscode.CancellationToken): Promise<void>;
};

/**
 * Documents of what calls logged. Their address says which call they are of (`/<run>/<number>/<function>-<number>.log?<folder>`), so
 * that one that is restored after a reload is asked for again.
 */
export function createLogDocuments(engine: EngineClient): LogDocuments {
  const texts = new Map<string, string>();

  async function restore(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const [, runId = '', number] = uri.path.split('/');
    const params = { folder: uri.query, call: { runId, number: Number(number) } };
    return engine.request('callLog', params, { token }).then(({ text }) => text, messageOf);
  }

  const registered = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(logScheme, {
      provideTextDocumentContent: (uri, token) => texts.get(uri.toString()) ?? restore(uri, token),
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void texts.delete(uri.toString())),
  );

  return {
    async show(folder, call, token) {
      const { functionName, runId, number, text } = await engine.request('callLog', { folder, call }, token && { token });
      const path = `/${runId}/${number}/${functionName.replaceAll('/', '-')}-${number}.log`;
      const uri = vscode.Uri.from({ scheme: logScheme, path, query: folder });
      texts.set(uri.toString(), text);
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.languages.setTextDocumentLanguage(document, 'log');
      await vscode.window.showTextDocument(document, { preview: true });
    },
    dispose: () => registered.dispose(),
  };
}
