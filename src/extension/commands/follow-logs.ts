import * as vscode from 'vscode';
import { logLineText } from '../../engine/format/log-line.ts';
import { isCancelled, messageOf } from '../../protocol/errors.ts';
import type { FollowedParams } from '../../protocol/logs.ts';
import type { Services } from '../services.ts';
import { chooseDeployed } from './pick-deployed.ts';

/** How far back the log begins, ms. */
const sinceMs = 600_000;

/** Shows the log of a deployed function in a channel of its own as it grows, until it is stopped. */
export async function followLogs(services: Services, args: readonly unknown[]): Promise<void> {
  const chosen = await chooseDeployed(services, args);
  if (chosen === undefined) return;
  const { subject, target } = chosen;
  const { folder, function: fn } = subject;
  const { work, engine, logChannels } = services;
  const shown = logChannels.of(fn.name, target);
  const { channel } = shown;
  channel.show(true);
  if (shown.isFollowed) return;
  const plan = { folder, functionId: fn.id, functionName: fn.name, study: 'logs', endless: true } as const;
  channel.appendLine(vscode.l10n.t('— Log of {0} on {1}', fn.name, target));
  shown.isFollowed = true;
  try {
    await work.run(plan, vscode.l10n.t('Following the log of {0}', fn.name), async (token, onProgress) => {
      const onFollowed = (followed: FollowedParams['followed']): void => {
        if (followed.kind === 'way') onProgress(wayText(followed.way), undefined);
        channel.append(`${followedText(followed)}\n`);
      };
      await engine.request('followLogs', { folder, functionId: fn.id, target, sinceMs, poll: false }, { token, onFollowed });
    });
    channel.appendLine(vscode.l10n.t('— Stopped.'));
  } catch (error) {
    channel.appendLine(isCancelled(error) ? vscode.l10n.t('— Stopped.') : `— ${messageOf(error)}`);
    throw error;
  } finally {
    shown.isFollowed = false;
  }
}

function followedText(followed: FollowedParams['followed']): string {
  if (followed.kind === 'lines') return followed.lines.map(logLineText).join('\n');
  return followed.kind === 'note' ? `— ${followed.message}` : `— ${wayText(followed.way)}: ${followed.why}`;
}

function wayText(way: 'live' | 'polling'): string {
  return way === 'live' ? vscode.l10n.t('Live') : vscode.l10n.t('Polling every few seconds');
}
