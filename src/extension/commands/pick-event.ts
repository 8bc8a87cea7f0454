import * as vscode from 'vscode';
import { messageOf } from '../../protocol/errors.ts';
import type { EventChoice } from '../../protocol/requests.ts';
import type { Subject } from './pick-function.ts';

type Item = vscode.QuickPickItem & { choose: () => Promise<Exclude<EventChoice, null> | undefined> };

/** The event for a call: the one of the node that was clicked, else asked for. Undefined when nothing was picked. */
export async function chooseEvent({ function: fn, event }: Subject): Promise<Exclude<EventChoice, null> | undefined> {
  if (event !== null) return { file: event.file };
  const items: Item[] = [
    ...fn.events.map(({ name, file }) => ({
      label: `$(json) ${name}`,
      description: file,
      choose: async () => ({ file }),
    })),
    { label: '$(symbol-object) {}', description: vscode.l10n.t('an empty event'), choose: async () => ({ text: '{}' }) },
    { label: `$(edit) ${vscode.l10n.t('Enter JSON…')}`, choose: enterEvent },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Choose the event for {0}', fn.name),
    matchOnDescription: true,
  });
  return picked?.choose();
}

async function enterEvent(): Promise<{ text: string } | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Event'),
    prompt: vscode.l10n.t('JSON that the function is called with'),
    value: '{}',
    valueSelection: [1, 1],
    ignoreFocusOut: true,
    validateInput: jsonProblem,
  });
  return text === undefined ? undefined : { text };
}

function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return vscode.l10n.t('This is not JSON: {0}', messageOf(error));
  }
}
