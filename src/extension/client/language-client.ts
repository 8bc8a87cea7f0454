import type * as vscode from 'vscode';
import { LanguageClient, RevealOutputChannelOn, TransportKind } from 'vscode-languageclient/node';
import type { ServerSettings } from '../../protocol/requests.ts';

/** Languages in which handlers and templates are written. */
const languages = ['javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'python', 'yaml', 'json', 'jsonc'];
/** Templates that another extension gives a language of its own. */
const templatePattern = '**/*.{yaml,yml,json,template}';

/** The client of Reef's engine process; not started yet. Loaded when first needed, because the library is large. */
export function createLanguageClient(
  serverModule: string,
  log: vscode.LogOutputChannel,
  settings: () => ServerSettings,
): LanguageClient {
  return new LanguageClient(
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
    },
  );
}

export { State, WorkDoneProgress } from 'vscode-languageclient/node';
