import type { Connection } from 'vscode-languageserver/node';
import { applyingRequests, confirmLive, type LivePlan } from '../protocol/applying.ts';
import { ReefError } from '../protocol/errors.ts';
import { answer } from './request-handler.ts';
import type { Services } from './services.ts';
import { trustedWorkspace } from './workspace-of.ts';

/** The requests about functions where they are deployed: what is there, and changes of it. */
export function registerApplying(services: Services): void {
  answer(services, applyingRequests.liveState, async ({ folder, functionId, target }, signal) => {
    const { engine, ready } = trustedWorkspace(services, folder);
    await ready;
    return engine.liveState({ function: functionId, target }, signal);
  });

  answer(services, applyingRequests.applyLive, async ({ folder, functionId, target, action }, signal) => {
    const workspace = trustedWorkspace(services, folder);
    await workspace.ready;
    const confirm = (plan: LivePlan): Promise<boolean> => askWhetherToChange(services.connection, plan);
    // As a study: a window that closes ends it, and what it had begun is undone.
    return workspace.study(signal, (both) => workspace.engine.applyLive({ function: functionId, target, action, confirm }, both));
  });
}

/** @throws ReefError `invalid-settings` in an editor that does not know how to ask */
async function askWhetherToChange(connection: Connection, plan: LivePlan): Promise<boolean> {
  try {
    const answered: unknown = await connection.sendRequest(confirmLive.method, plan);
    return confirmLive.result.parse(answered).accepted;
  } catch (cause) {
    throw new ReefError(
      'invalid-settings',
      `${plan.functionName} on ${plan.target} is changed only after a yes, and this editor cannot ask for it: use "reef apply" in a terminal.`,
      { cause },
    );
  }
}
