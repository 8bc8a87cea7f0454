import * as vscode from 'vscode';
import { ReefError } from '../../protocol/errors.ts';
import { cloudTarget } from './live-target.ts';
import { chooseAccount } from './pick-target.ts';

/**
 * Makes a request about a function where it is deployed: on the target that is named or current, else where it was last deployed
 * from here, else on the account that is asked for.
 */
export async function onCloud<Result>(
  named: string | undefined,
  request: (target: string | undefined) => Promise<Result>,
): Promise<Result> {
  const target = named ?? cloudTarget();
  try {
    return await request(target);
  } catch (error) {
    if (target !== undefined || !(error instanceof ReefError) || error.code !== 'no-such-target') throw error;
    const chosen = await chooseAccount();
    if (chosen === undefined) throw new ReefError('cancelled', 'Cancelled.');
    return request(chosen);
  }
}

/** Shows that something is under way in a cloud, with what happens now, and lets it be cancelled. */
export function withCloudProgress<Result>(
  title: string,
  work: (token: vscode.CancellationToken, onProgress: (message: string) => void) => Promise<Result>,
): Thenable<Result> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (progress, token) => work(token, (message) => progress.report({ message })));
}

/** The target as a parameter of a request. */
export function targetParameter(target: string | undefined): { target?: string } {
  return target === undefined ? {} : { target };
}
