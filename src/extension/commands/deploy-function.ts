import * as vscode from 'vscode';
import { unchangedText } from '../../engine/format/cloud-plan.ts';
import type { CloudOutcome } from '../../protocol/deploying.ts';
import { ReefError } from '../../protocol/errors.ts';
import { isDeployable } from '../views/function-facts.ts';
import { showError } from '../errors.ts';
import type { Services } from '../services.ts';
import { deployWithTool } from './deploy-with-tool.ts';
import { type DeployedFunction, rollBack } from './published-versions.ts';
import { targetArgument } from './function-reference.ts';
import { requireTrust } from './guards.ts';
import { commandIds } from './ids.ts';
import { cloudTarget } from './live-target.ts';
import { chooseCloud, listAnew, withCloudProgress } from './on-cloud.ts';
import { chooseFunction } from './pick-function.ts';

/** Deploys a function: by the tool of its template, or as Reef does it, which shows its plan and asks. */
export async function deployFunction(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const chosen = await chooseFunction(services, args, ({ function: fn }) => fn.source !== 'recorded');
  if (chosen === undefined) return;
  const { folder, function: fn } = chosen;
  const deployed = { folder, function: fn.id };
  const named = targetArgument(args);
  if (!isDeployable(fn)) {
    const place = named ?? cloudTarget();
    const { tool } = await services.engine.request('deployTool', { ...deployed, ...(place !== undefined && { target: place }) });
    if (tool !== null) return deployWithTool(fn.name, tool);
  }
  const target = await chooseCloud(services, deployed, named);
  await deploy(services, { ...deployed, name: fn.name, target }, false);
}

async function deploy(services: Services, fn: DeployedFunction, adopt: boolean): Promise<void> {
  const { folder, function: id, name, target } = fn;
  try {
    const outcome = await withCloudProgress(vscode.l10n.t('Deploying {0}', name), (token, onProgress) =>
      services.engine.request('deploy', { folder, function: id, target, adopt }, { token, onProgress }),
    );
    void sayDeployed(services, fn, outcome);
  } catch (error) {
    if (!(error instanceof ReefError) || error.code !== 'not-owned') throw error;
    const takeOver = { label: vscode.l10n.t('Take It Over…'), run: () => takenOver(services, fn) };
    void showError(error, services.log, [takeOver]);
  }
}

async function takenOver(services: Services, fn: DeployedFunction): Promise<void> {
  try {
    await deploy(services, fn, true);
  } catch (error) {
    void showError(error, services.log);
  }
}

async function sayDeployed(services: Services, fn: DeployedFunction, { state, plan, deployment }: CloudOutcome): Promise<void> {
  if (state === 'declined') return;
  if (state === 'done') listAnew(services, fn.target);
  const invoke = vscode.l10n.t('Invoke');
  const back = vscode.l10n.t('Roll Back');
  const copyUrl = vscode.l10n.t('Copy URL');
  const isNew = plan.changes.some(({ action, what }) => action === 'create' && what === 'function');
  const url = deployment?.url ?? null;
  const sentence = state === 'unchanged' || deployment === null ? unchangedText(plan) : doneText(fn, deployment);
  const steps = [invoke, ...(state === 'done' && !isNew ? [back] : []), ...(url === null ? [] : [copyUrl])];
  const chosen = await vscode.window.showInformationMessage(sentence, ...steps);
  if (chosen === invoke) await vscode.commands.executeCommand(commandIds.run, fn.folder, fn.function, fn.target);
  if (chosen === copyUrl && url !== null) await vscode.env.clipboard.writeText(url);
  if (chosen === back) await rollBack(services, fn);
}

function doneText({ name, target }: DeployedFunction, { version, alias }: NonNullable<CloudOutcome['deployment']>): string {
  if (version === null) return vscode.l10n.t('{0} is deployed on {1}.', name, target);
  return alias === null
    ? vscode.l10n.t('{0} is deployed on {1}: version {2}.', name, target, version)
    : vscode.l10n.t('{0} is deployed on {1}: version {2}, alias {3}.', name, target, version, alias);
}
