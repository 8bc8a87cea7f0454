import * as vscode from 'vscode';
import { formatMemory, formatPercent } from '../../engine/format/format.ts';
import type { Qualifier } from '../../protocol/logs.ts';
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
  const items = services.engine
    .request('qualifiers', { folder, functionId: fn.id, target })
    .then(({ qualifiers }) => qualifierItems(qualifiers));
  const placeHolder = vscode.l10n.t('Choose the alias or version of {0}', fn.name);
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.qualifier;
}

function qualifierItems(qualifiers: readonly Qualifier[]): Item[] {
  const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const ofKind = (kind: Qualifier['kind']): Item[] => qualifiers.filter((each) => each.kind === kind).map(itemOf);
  return [
    { label: '$(rocket) $LATEST', description: vscode.l10n.t('the code as it was last deployed'), qualifier: '$LATEST' },
    separator(vscode.l10n.t('Aliases')),
    ...ofKind('alias'),
    separator(vscode.l10n.t('Versions')),
    ...ofKind('version'),
  ];
}

function itemOf({ kind, name, version, description, memoryMb, shares }: Qualifier): Item {
  const others = Object.entries(shares).map(([other, share]) => vscode.l10n.t('{0} to version {1}', formatPercent(share), other));
  const facts =
    kind === 'alias'
      ? [vscode.l10n.t('version {0}', version), ...others, description]
      : [memoryMb === null ? '' : formatMemory(memoryMb), description];
  const icon = kind === 'alias' ? 'tag' : 'versions';
  return { label: `$(${icon}) ${name}`, description: facts.filter(Boolean).join(' · '), qualifier: name };
}
