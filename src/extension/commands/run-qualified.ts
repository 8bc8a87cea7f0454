import * as vscode from 'vscode';
import { formatMemory, formatPercent } from '../../engine/format/format.ts';
import type { DeployedAlias, DeployedVersion, DeployedVersions } from '../../protocol/deployed.ts';
import type { Services } from '../services.ts';
import { deployedArgument } from '../deployed/payload.ts';
import { chooseDeployed, type Deployed } from './pick-deployed.ts';
import { chooseEvent } from './pick-event.ts';
import { runOnce } from './run-function.ts';

type Item = vscode.QuickPickItem & { qualifier?: string };

/** Calls an alias or version of a deployed function: the one whose node it is, else it asks which; and for the event. */
export async function runQualified(services: Services, args: readonly unknown[]): Promise<void> {
  const chosen = await chooseDeployed(services, args);
  if (chosen === undefined) return;
  const { subject, target } = chosen;
  const qualifier = deployedArgument(args)?.qualifier ?? (await chooseQualifier(services, chosen));
  const event = qualifier === undefined ? undefined : await chooseEvent(subject);
  if (qualifier !== undefined && event !== undefined) await runOnce(services, subject, { target, event, qualifier });
}

async function chooseQualifier(services: Services, { subject, target }: Deployed): Promise<string | undefined> {
  const { folder, function: fn } = subject;
  // The list opens at once and fills when the answer is there.
  const items = services.engine.request('deployedVersions', { folder, functionId: fn.id, target }).then(qualifierItems);
  const placeHolder = vscode.l10n.t('Choose the alias or version of {0}', fn.name);
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.qualifier;
}

function qualifierItems({ aliases, versions }: DeployedVersions): Item[] {
  const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    { label: '$(rocket) $LATEST', description: vscode.l10n.t('the code as it was last deployed'), qualifier: '$LATEST' },
    separator(vscode.l10n.t('Aliases')),
    ...aliases.map(aliasItem),
    separator(vscode.l10n.t('Versions')),
    ...versions.map(versionItem),
  ];
}

function aliasItem({ name, version, description, shares }: DeployedAlias): Item {
  const others = Object.entries(shares).map(([other, share]) => vscode.l10n.t('{0} to version {1}', formatPercent(share), other));
  const facts = [vscode.l10n.t('version {0}', version), ...others, description];
  return { label: `$(tag) ${name}`, description: facts.filter(Boolean).join(' · '), qualifier: name };
}

function versionItem({ version, description, memoryMb }: DeployedVersion): Item {
  const facts = [formatMemory(memoryMb), description];
  return { label: `$(versions) ${version}`, description: facts.filter(Boolean).join(' · '), qualifier: version };
}
