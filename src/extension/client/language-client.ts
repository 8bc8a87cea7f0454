import type * as vscode from 'vscode';
import { CloseAction, LanguageClient, RevealOutputChannelOn, State, TransportKind } from 'vscode-languageclient/node';
import type { ServerSettings } from '../../protocol/requests.ts';

/** Languages in which handlers and templates are written. */
const languages = ['javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'python', 'yaml', 'json', 'jsonc'];
/** Templates that another extension gives a language of its own, or none does. */
const templatePattern = '**/*.{yaml,yml,json,template,tf,tfvars}';

/** The client of Reef's engine process; not started yet. */
export function createLanguageClient(
  serverModule: string,
  log: vscode.LogOutputChannel,
  settings: () => ServerSettings,
): LanguageClient {
  let wasRunning = false;
  const client: LanguageClient = new LanguageClient(
    'reef',
    'Reef',
    { module: serverModule, transport: TransportKind.ipc },
    {
      documentSelector: [
        ...languages.map((language) => ({ scheme: 'file', language })),
        { scheme: 'file', pattern: templatePattern },
      ],
      initializationOptions: settings,
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticCollectionName: 'reef',
      markdown: { supportThemeIcons: true },
      errorHandler: {
        error: (error, message, count) => byDefault.error(error, message, count),
        // An engine that never came up would not come up at the next attempt either.
        closed: () => (wasRunning ? byDefault.closed() : { action: CloseAction.DoNotRestart, handled: true }),
      },
    },
  );
  const byDefault = client.createDefaultErrorHandler();
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running) wasRunning = true;
  });
  return client;
}
