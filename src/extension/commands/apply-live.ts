import * as vscode from 'vscode';
import type { LiveAction, LivePlan } from '../../protocol/applying.ts';
import { showError } from '../errors.ts';
import type { Services } from '../services.ts';

/** A function where it is deployed; `functionId` may be its ARN. */
export type LiveFunction = { folder: string; functionId: string; functionName: string; target: string };

/** Changes a deployed function: the engine shows its plan and asks before it does. What can be done next is offered. */
export async function applyLive(services: Services, fn: LiveFunction, action: LiveAction): Promise<void> {
  const { folder, functionId, functionName, target } = fn;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Changing {0} on {1}', functionName, target),
    cancellable: true,
  };
  const { plan, applied } = await vscode.window.withProgress(options, (_progress, token) =>
    services.engine.request('applyLive', { folder, functionId, target, action }, { token }),
  );
  if (applied) void offerNext(services, fn, plan);
  else void vscode.window.showInformationMessage(vscode.l10n.t('{0} on {1} is so already.', functionName, target));
}

async function offerNext(
  services: Services,
  fn: LiveFunction,
  { functionName, target, changes, action }: LivePlan,
): Promise<void> {
  const text = changes.map(({ what, from, to }) => `${what}: ${from} → ${to}`).join('; ');
  const steps = nextSteps(action);
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('{0} on {1}: {2}', functionName, target, text),
    ...steps.map(({ label }) => label),
  );
  const step = steps.find(({ label }) => label === chosen);
  if (step === undefined) return;
  try {
    await applyLive(services, fn, step.action);
  } catch (error) {
    void showError(error, services.log);
  }
}

function nextSteps(action: LiveAction): { label: string; action: LiveAction }[] {
  if (action.kind === 'set') return [{ label: vscode.l10n.t('Undo'), action: { kind: 'undo' } }];
  if (action.kind === 'undo' || action.kind === 'rollBack') return [];
  const { alias } = action;
  const rollBack = { label: vscode.l10n.t('Roll Back'), action: { kind: 'rollBack', alias } } as const;
  const isPart = action.kind === 'shift' && action.weight < 1;
  return isPart ? [{ label: vscode.l10n.t('Finish'), action: { kind: 'finish', alias } }, rollBack] : [rollBack];
}
