import * as vscode from 'vscode';
import { showError } from '../errors.ts';
import type { Services } from '../services.ts';
import { commandIds } from './ids.ts';

/** Registers every command; what goes wrong in one is shown the same way. Their code is loaded with the first use. */
export function registerCommands(services: Services): vscode.Disposable {
  const registered = Object.values(commandIds).map((id) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        const { handlers } = await import('./handlers.ts');
        await handlers[id](services, args);
      } catch (error) {
        // Not awaited: the command is over, whenever the message is closed.
        void showError(error, services.log);
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
