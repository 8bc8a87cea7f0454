import * as vscode from 'vscode';
import { formatDuration, formatMemory } from '../../engine/format/format.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { StoredCall } from '../../protocol/logs.ts';
import type { Services } from '../services.ts';
import { runArgument, type RunReference } from './function-reference.ts';
import { requireFolder, requireTrust } from './guards.ts';

type Item = vscode.QuickPickItem & { number: number };

/** Opens what one call of a run logged: of the run that the arguments name, else of one that is picked. */
export async function showLog(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  requireFolder();
  const run = runArgument(args) ?? (await chooseRun(services));
  if (run === undefined) return;
  const { functionName, calls } = await services.engine.request('calls', run);
  const number = calls.length === 1 ? 1 : await chooseCall(functionName, calls);
  if (number === undefined) return;
  const title = vscode.l10n.t('Looking for the log of {0}', functionName);
  const progress = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  await vscode.window.withProgress(progress, (_, token) =>
    services.logDocuments.show(run.folder, { runId: run.runId, number }, token),
  );
}

async function chooseRun({ workspace }: Services): Promise<RunReference | undefined> {
  await workspace.refresh('runs');
  const format = new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
  const items = workspace.folders().flatMap(({ folder, runs }) =>
    (runs ?? [])
      .filter(({ samples }) => samples > 0)
      .map(({ id, functionName, target, startedAtMs, samples }) => ({
        label: functionName,
        description: [format.format(startedAtMs), target, vscode.l10n.t('{0} samples', samples)].join(' · '),
        run: { folder, runId: id },
      })),
  );
  if (items.length === 0) throw new ReefError('no-such-run', vscode.l10n.t('Nothing was measured yet: run a function first.'));
  const placeHolder = vscode.l10n.t('Choose the run');
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.run;
}

async function chooseCall(functionName: string, calls: readonly StoredCall[]): Promise<number | undefined> {
  const time = new Intl.DateTimeFormat(vscode.env.language, { timeStyle: 'medium' });
  const items = calls.map(({ number, startedAtMs, memoryMb, outcome, cold, durationMs }): Item => {
    const facts = [
      memoryMb === null ? '' : formatMemory(memoryMb),
      outcome,
      cold ? vscode.l10n.t('cold') : vscode.l10n.t('warm'),
      durationMs === null ? '' : formatDuration(durationMs),
      time.format(startedAtMs),
    ];
    return { label: vscode.l10n.t('Call {0}', number), description: facts.filter(Boolean).join(' · '), number };
  });
  const placeHolder = vscode.l10n.t('Choose the call of {0}', functionName);
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.number;
}
