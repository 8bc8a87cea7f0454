import * as vscode from 'vscode';
import { isCancelled, messageOf, ReefError } from '../../protocol/errors.ts';
import type { FunctionWithFigures } from '../../protocol/requests.ts';
import type { Services } from '../services.ts';
import { readTarget } from '../target.ts';
import { isRunnable } from '../views/function-facts.ts';
import { requireFolder, requireTrust } from './guards.ts';
import { viewIds } from './ids.ts';
import { isReplay } from './target-function.ts';

type Item = FunctionWithFigures & { folder: string };

/** Profiles every function that can be run, one after the other; cancelling one ends the rest. A failure does not. */
export async function profileAll(services: Services): Promise<void> {
  requireTrust();
  requireFolder();
  const target = readTarget();
  if (isReplay(target)) {
    throw new ReefError('no-such-target', vscode.l10n.t('Recorded curves are profiled one by one: choose another target first.'));
  }
  await services.workspace.refresh('functions');
  const items = services.workspace
    .folders()
    .flatMap(({ folder, functions }) => (functions ?? []).filter(isRunnable).map((item) => ({ ...item, folder })));
  if (items.length === 0) {
    throw new ReefError('no-such-function', vscode.l10n.t('There is no function in this workspace for which this can be done.'));
  }
  const failures: string[] = [];
  for (const [index, item] of items.entries()) {
    try {
      await profileOne(services, item, target, `${index + 1}/${items.length}`);
    } catch (error) {
      if (isCancelled(error)) return;
      services.log.warn(`${item.function.name}: ${messageOf(error)}`);
      failures.push(`${item.function.name}: ${messageOf(error)}`);
    }
  }
  await tellResult(services, items.length, failures);
}

async function profileOne({ work, engine, output }: Services, item: Item, target: string, count: string): Promise<void> {
  const { folder, function: fn } = item;
  output.appendLine(vscode.l10n.t('— Profiling {0} on {1}', fn.name, target));
  const plan = { folder, functionId: fn.id, functionName: fn.name, study: 'sizing' } as const;
  await work.run(plan, vscode.l10n.t('Profiling {0} ({1})', fn.name, count), (token, onProgress) =>
    engine.request('profile', { folder, functionId: fn.id, target, event: null }, { token, onProgress }),
  );
}

async function tellResult({ log }: Services, total: number, failures: readonly string[]): Promise<void> {
  const show = vscode.l10n.t('Show Savings');
  const showOutput = vscode.l10n.t('Show Output');
  const [first] = failures;
  const chosen =
    first === undefined
      ? await vscode.window.showInformationMessage(vscode.l10n.t('{0} functions are profiled.', total), show)
      : await vscode.window.showWarningMessage(
          vscode.l10n.t('{0} of {1} functions are profiled. {2}', total - failures.length, total, first),
          show,
          showOutput,
        );
  if (chosen === show) await vscode.commands.executeCommand(`${viewIds.savings}.focus`);
  if (chosen === showOutput) log.show();
}
