import * as vscode from 'vscode';
import { unchangedText } from '../../engine/format/cloud-plan.ts';
import type { CloudOutcome } from '../../protocol/deploying.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';
import { showError } from '../errors.ts';
import type { Services } from '../services.ts';
import { deployWithTool } from './deploy-with-tool.ts';
import { rollBack } from './published-versions.ts';
import { targetArgument } from './function-reference.ts';
import { requireTrust } from './guards.ts';
import { commandIds } from './ids.ts';
import { onCloud, targetParameter, withCloudProgress } from './on-cloud.ts';
import { chooseFunction } from './pick-function.ts';

type Deploying = { folder: string; fn: Pick<FunctionInfo, 'id' | 'name'>; target: string | undefined };

/** Deploys a function: by the tool of its template, or as Reef does it, which shows its plan and asks. */
export async function deployFunction(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const chosen = await chooseFunction(services, args, ({ function: fn }) => fn.source !== 'recorded');
  if (chosen === undefined) return;
  const { folder, function: fn } = chosen;
  const named = targetArgument(args);
  const tool = await onCloud(named, async (target) => {
    const answer = await services.engine.request('deployTool', { folder, function: fn.id, ...targetParameter(target) });
    return answer.tool;
  });
  if (tool !== null) return deployWithTool(fn.name, tool);
  await onCloud(named, (target) => deploy(services, { folder, fn, target }, false));
}

async function deploy(services: Services, { folder, fn, target }: Deploying, adopt: boolean): Promise<void> {
  const params = { folder, function: fn.id, ...targetParameter(target), ...(adopt && { adopt }) };
  try {
    const outcome = await withCloudProgress(vscode.l10n.t('Deploying {0}', fn.name), (token, onProgress) =>
      services.engine.request('deploy', params, { token, onProgress }),
    );
    void sayDeployed(services, { folder, fn, target: outcome.plan.target }, outcome);
  } catch (error) {
    if (!(error instanceof ReefError) || error.code !== 'not-owned') throw error;
    const takeOver = { label: vscode.l10n.t('Take It Over…'), run: () => takenOver(services, { folder, fn, target }) };
    void showError(error, services.log, [takeOver]);
  }
}

async function takenOver(services: Services, deploying: Deploying): Promise<void> {
  try {
    await deploy(services, deploying, true);
  } catch (error) {
    void showError(error, services.log);
  }
}

async function sayDeployed(
  services: Services,
  { folder, fn, target }: Deploying & { target: string },
  { state, plan, deployment }: CloudOutcome,
): Promise<void> {
  if (state === 'declined') return;
  const invoke = vscode.l10n.t('Invoke');
  const back = vscode.l10n.t('Roll Back');
  const copyUrl = vscode.l10n.t('Copy URL');
  const isNew = plan.changes.some(({ action, what }) => action === 'create' && what === 'function');
  const isDone = state === 'done';
  const sentence = isDone && deployment !== null ? doneText(plan.functionName, target, deployment) : unchangedText(plan);
  const steps = [invoke, ...(isDone && !isNew ? [back] : []), ...(deployment?.url ? [copyUrl] : [])];
  const chosen = await vscode.window.showInformationMessage(sentence, ...steps);
  if (chosen === invoke) await vscode.commands.executeCommand(commandIds.run, folder, fn.id, target);
  if (chosen === copyUrl) await vscode.env.clipboard.writeText(deployment?.url ?? '');
  if (chosen === back) await rollBack(services, { folder, function: fn.id, name: plan.functionName, target });
}

function doneText(name: string, target: string, { version, alias }: NonNullable<CloudOutcome['deployment']>): string {
  if (version === null) return vscode.l10n.t('{0} is deployed on {1}.', name, target);
  return alias === null
    ? vscode.l10n.t('{0} is deployed on {1}: version {2}.', name, target, version)
    : vscode.l10n.t('{0} is deployed on {1}: version {2}, alias {3}.', name, target, version, alias);
}
