import * as vscode from 'vscode';

/** Scheme of documents that show what a file would become. */
const scheme = 'reef-change';

export type PreviewedChange = { uri: vscode.Uri; after: string; title: string; question: string };

/** Shows what a file would become beside what it is, in VS Code's diff editor, and asks whether to change it. */
export interface ChangePreview extends vscode.Disposable {
  /** True when the change was accepted; false when it was discarded, its tab closed, or another change came to be shown. */
  ask(change: PreviewedChange): Promise<boolean>;
  /** The answer to the change in sight. */
  answer(accepted: boolean): void;
}

export function createChangePreview(): ChangePreview {
  const texts = new Map<string, string>();
  let shown = 0;
  let pending: { uri: vscode.Uri; settle: (accepted: boolean) => void } | undefined;

  function answer(accepted: boolean): void {
    const answered = pending;
    pending = undefined;
    answered?.settle(accepted);
    if (answered !== undefined) void close(answered.uri);
  }

  const subscriptions = [
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: ({ query }) => texts.get(query) ?? '',
    }),
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      if (pending !== undefined && closed.some((tab) => shows(tab, pending?.uri))) answer(false);
    }),
  ];

  async function ask({ uri, after, title, question }: PreviewedChange): Promise<boolean> {
    answer(false);
    shown += 1;
    const key = String(shown);
    texts.set(key, after);
    // The path keeps its ending, by which VS Code knows the language.
    const changed = uri.with({ scheme, authority: '', query: key });
    const answered = new Promise<boolean>((resolve) => {
      pending = { uri: changed, settle: resolve };
    });
    try {
      await vscode.commands.executeCommand('vscode.diff', uri, changed, title, { preview: false });
      void askInMessage(question, changed);
      return await answered;
    } finally {
      texts.delete(key);
    }
  }

  /** The message says the same as the buttons of the editor, for those who look there. */
  async function askInMessage(question: string, uri: vscode.Uri): Promise<void> {
    const apply = vscode.l10n.t('Apply');
    const discard = vscode.l10n.t('Discard');
    const chosen = await vscode.window.showInformationMessage(question, apply, discard);
    if (chosen !== undefined && pending?.uri === uri) answer(chosen === apply);
  }

  return {
    ask,
    answer,
    dispose() {
      answer(false);
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

async function close(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => shows(tab, uri));
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
}

function shows({ input }: vscode.Tab, uri: vscode.Uri | undefined): boolean {
  return input instanceof vscode.TabInputTextDiff && input.modified.toString() === uri?.toString();
}
