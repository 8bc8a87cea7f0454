import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { functionArgument, type FunctionReference, targetArgument } from './function-reference.ts';
import { requireFolder, requireTrust } from './guards.ts';
import { chooseFolder, deployedSubject, type FunctionItem, functionItems, type Subject } from './pick-function.ts';
import { chooseAwsTarget } from './pick-target.ts';

/** A function where it is deployed. */
export type Deployed = { subject: Subject; target: string };

type Item = vscode.QuickPickItem & Partial<Pick<FunctionItem, 'chosen'>>;

/**
 * The deployed function that a command is about: named by its arguments (folder, id or ARN, and perhaps the target), else one of
 * the workspace or a name that is entered. Undefined when nothing was picked.
 * @throws ReefError `not-trusted`, `no-workspace`
 */
export async function chooseDeployed(services: Services, args: readonly unknown[]): Promise<Deployed | undefined> {
  requireTrust();
  requireFolder();
  const target = targetArgument(args) ?? (await chooseAwsTarget());
  if (target === undefined) return undefined;
  const named = functionArgument(args);
  const subject =
    named === undefined ? await chooseSubject(services) : (deployedSubject(services, args) ?? namedSubject(services, named));
  return subject === undefined ? undefined : { subject, target };
}

function namedSubject({ workspace }: Services, { folder, functionId }: FunctionReference): Subject {
  return { ...elsewhere(folder, functionId), ...workspace.find(folder, functionId) };
}

async function chooseSubject(services: Services): Promise<Subject | undefined> {
  const { workspace } = services;
  if (workspace.folders().some(({ functions }) => functions === null)) await workspace.refresh('functions');
  const other: Item = { label: `$(edit) ${vscode.l10n.t('Enter the name or ARN of a deployed function…')}` };
  const items: Item[] = [...functionItems(workspace.folders(), () => true), other];
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Choose a function'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked === other ? enterName(services) : picked?.chosen;
}

async function enterName(services: Services): Promise<Subject | undefined> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Deployed function'),
    prompt: vscode.l10n.t('its name or ARN'),
    ignoreFocusOut: true,
  });
  const folder = name === undefined || name.trim() === '' ? undefined : await chooseFolder(services);
  return name === undefined || folder === undefined ? undefined : elsewhere(folder, name.trim());
}

/** A function that the workspace does not hold. */
function elsewhere(folder: string, name: string): Subject {
  return { folder, function: { id: name, name, events: [], handlerFile: null }, event: null };
}
