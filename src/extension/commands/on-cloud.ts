import * as vscode from 'vscode';
import { ReefError } from '../../protocol/errors.ts';
import type { Services } from '../services.ts';
import { cloudTarget } from './live-target.ts';
import { chooseAccount } from './pick-target.ts';

/** A function of a folder, by its id, or by its name where it is deployed. */
export type CloudFunction = { folder: string; function: string };

/**
 * The target on which a function is deployed: the one that is named or current, else where it was deployed from here, else the
 * account that is asked for.
 * @throws ReefError `cancelled` when nothing was chosen
 */
export async function chooseCloud(services: Services, fn: CloudFunction, named: string | undefined): Promise<string> {
  const target = named ?? cloudTarget() ?? (await deployedTarget(services, fn));
  if (target === undefined) throw new ReefError('cancelled', 'Cancelled.');
  return target;
}

async function deployedTarget({ engine }: Services, fn: CloudFunction): Promise<string | undefined> {
  const { targets } = await engine.request('deployedTargets', fn);
  const [only, other] = targets;
  if (only === undefined) return chooseAccount();
  if (other === undefined) return only;
  return vscode.window.showQuickPick(targets, { placeHolder: vscode.l10n.t('It is deployed to several accounts: choose one') });
}

/** Shows that something is under way in a cloud, with what happens now, and lets it be cancelled. */
export function withCloudProgress<Result>(
  title: string,
  work: (token: vscode.CancellationToken, onProgress: (message: string) => void) => Promise<Result>,
): Thenable<Result> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (progress, token) => work(token, (message) => progress.report({ message })));
}

/** Lists a place of the view *Deployed* anew, where it was listed before. */
export function listAnew({ deployed }: Services, target: string): void {
  const isListed = deployed.places().some((place) => place.target === target && place.listing !== 'idle');
  if (isListed) void deployed.reload(target);
}
