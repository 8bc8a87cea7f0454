import * as vscode from 'vscode';
import { ReefError } from '../../protocol/errors.ts';
import { consoleUrl } from '../deployed/console-url.ts';
import { deployedArgument, type DeployedReference, deployedPayload } from '../deployed/payload.ts';
import type { Services } from '../services.ts';
import { requireTrust } from './guards.ts';
import { viewIds } from './ids.ts';
import { openHandler, openTemplate } from './open-places.ts';

/** Lists a place, or asks about a function, anew; without a node every place that was opened. */
export async function refreshDeployed({ deployed }: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const payload = deployedPayload(args);
  if (payload?.functionId !== undefined) return deployed.reloadFunction(payload.target, payload.functionId);
  if (payload !== undefined) return deployed.reload(payload.target);
  const opened = deployed.places().filter(({ listing }) => listing !== 'idle');
  await Promise.all(opened.map(({ target }) => deployed.reload(target)));
}

export async function readFigures({ deployed }: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const { target, functionId } = named(args);
  const reading = deployed.functions.readFigures(target, functionId);
  await vscode.window.withProgress({ location: { viewId: viewIds.deployed } }, () => reading);
}

export async function copyArn(_services: Services, args: readonly unknown[]): Promise<void> {
  const { functionId, qualifier } = named(args);
  await vscode.env.clipboard.writeText(qualifier === undefined ? functionId : `${functionId}:${qualifier}`);
}

export async function copyDeployedName(_services: Services, args: readonly unknown[]): Promise<void> {
  await vscode.env.clipboard.writeText(named(args).functionName);
}

export async function openConsole(_services: Services, args: readonly unknown[]): Promise<void> {
  const { functionId, qualifier } = named(args);
  const url = consoleUrl(functionId, qualifier);
  if (url === null) throw new ReefError('internal', vscode.l10n.t('No console is known for: {0}', functionId));
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
}

/** Opens the function in its template, or where it has none its handler. */
export async function openSource(services: Services, args: readonly unknown[]): Promise<void> {
  const source = deployedPayload(args)?.source;
  if (source === undefined) throw nothingChosen();
  const template = (await findSource(services, source))?.function.template ?? null;
  const reference = [source.folder, source.functionId];
  await (template === null ? openHandler(services, reference) : openTemplate(services, reference));
}

async function findSource({ workspace }: Services, { folder, functionId }: { folder: string; functionId: string }) {
  if (workspace.find(folder, functionId) === undefined) await workspace.refresh('functions');
  return workspace.find(folder, functionId);
}

function named(args: readonly unknown[]): DeployedReference {
  const reference = deployedArgument(args);
  if (reference === undefined) throw nothingChosen();
  return reference;
}

/** These commands are in the menus of the view only; a key binding may still run them without a node. */
function nothingChosen(): ReefError {
  return new ReefError('no-such-function', vscode.l10n.t('Choose a function in the view Deployed first.'));
}
