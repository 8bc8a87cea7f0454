import * as vscode from 'vscode';
import { formatBytes, formatMemory } from '../../engine/format/format.ts';
import { aliasesOf, type DeployedAlias, type DeployedVersion } from '../../protocol/deployed.ts';
import { showError } from '../errors.ts';
import { deployedArgument } from '../deployed/payload.ts';
import type { Services } from '../services.ts';
import { targetArgument } from './function-reference.ts';
import { requireTrust } from './guards.ts';
import { chooseCloud, type CloudFunction, withCloudProgress } from './on-cloud.ts';
import { chooseFunction } from './pick-function.ts';

/** A function where it is deployed. */
export type DeployedFunction = CloudFunction & { name: string; target: string };

type Item = vscode.QuickPickItem & { version: string };

/** Shows what was published of a function, and goes back to the version that is picked. */
export async function showVersions(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const fn = await chooseDeployedFunction(services, args);
  if (fn === undefined) return;
  const { folder, function: id, name, target } = fn;
  const { versions, aliases } = await withCloudProgress(vscode.l10n.t('Reading the versions of {0}', name), (token) =>
    services.engine.request('deployedVersions', { folder, functionId: id, target }, { token }),
  );
  const placeHolder =
    versions.length === 0
      ? vscode.l10n.t('No version was published yet')
      : vscode.l10n.t('Pick the version to go back to; what would change is shown first');
  const title = vscode.l10n.t('Published versions of {0}', name);
  const items = versions.map((each) => itemOf(each, aliases));
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDetail: true });
  if (picked !== undefined) await rollBack(services, fn, { to: picked.version });
}

/** Goes back to the version of a node of the view *Deployed*, or with the alias of a node to the version before. */
export async function rollBackTo(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const named = deployedArgument(args);
  if (named?.qualifier === undefined) return showVersions(services, args);
  const { folder, functionId, functionName, target, qualifier } = named;
  const back = /^\d+$/.test(qualifier) ? { to: qualifier } : { alias: qualifier };
  await rollBack(services, { folder, function: functionId, name: functionName, target }, back);
}

/** A function where it is deployed: that of a node of the view *Deployed*, else one of the workspace. */
async function chooseDeployedFunction(services: Services, args: readonly unknown[]): Promise<DeployedFunction | undefined> {
  const named = deployedArgument(args);
  if (named !== undefined) {
    const { folder, functionId, functionName, target } = named;
    return { folder, function: functionId, name: functionName, target };
  }
  const chosen = await chooseFunction(services, args);
  if (chosen === undefined) return undefined;
  const { folder, function: fn } = chosen;
  const deployed = { folder, function: fn.id };
  return { ...deployed, name: fn.name, target: await chooseCloud(services, deployed, targetArgument(args)) };
}

function itemOf(published: DeployedVersion, all: readonly DeployedAlias[]): Item {
  const { version, isLatest, lastModified, memoryMb, codeBytes, description } = published;
  const aliases = aliasesOf(published, all);
  const at = lastModified?.slice(0, 16).replace('T', ' ');
  return {
    label: `$(${aliases.length > 0 ? 'tag' : 'versions'}) ${version}`,
    description: [...aliases, ...(isLatest ? ['$LATEST'] : [])].join(', '),
    detail: [at, formatMemory(memoryMb), formatBytes(codeBytes), description].filter(Boolean).join(' · '),
    version,
  };
}

/** Goes back to a version, or to the one before, of an alias: the engine shows its plan and asks. */
export async function rollBack(
  services: Services,
  { folder, function: id, name, target }: DeployedFunction,
  back: { to?: string; alias?: string } = {},
): Promise<void> {
  try {
    const params = { folder, function: id, target, ...back };
    const { state, deployment } = await withCloudProgress(vscode.l10n.t('Rolling {0} back', name), (token, onProgress) =>
      services.engine.request('rollBack', params, { token, onProgress }),
    );
    if (state === 'declined') return;
    if (deployment !== null) services.deployed.reloadFunction(target, deployment.arn);
    const sentence =
      state === 'unchanged'
        ? vscode.l10n.t('{0} is at that version already.', name)
        : vscode.l10n.t('{0} is rolled back to version {1}.', name, deployment?.version ?? '');
    void vscode.window.showInformationMessage(sentence);
  } catch (error) {
    void showError(error, services.log);
  }
}
