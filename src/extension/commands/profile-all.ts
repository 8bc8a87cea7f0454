import * as vscode from 'vscode';
import { formatUsd } from '../../engine/format/format.ts';
import { isCancelled, messageOf, ReefError } from '../../protocol/errors.ts';
import type { FunctionWithFigures } from '../../protocol/requests.ts';
import type { StudyPlan } from '../../protocol/sizing.ts';
import { askWhetherToPay } from '../ask-whether-to-pay.ts';
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
  const plans = await plansToPay(services, items, target);
  if (plans.length > 0 && !(await askWhetherToPay(...question(items.length, plans)))) return;
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

/** The plans of the functions whose calls are paid for; empty on a target where nothing is. */
async function plansToPay({ engine, log }: Services, items: readonly Item[], target: string): Promise<StudyPlan[]> {
  const plans: StudyPlan[] = [];
  for (const { folder, function: fn } of items) {
    try {
      const plan = await engine.request('plan', { folder, functionId: fn.id, target, event: null });
      if (!plan.billed) return [];
      plans.push(plan);
    } catch (error) {
      // Its profile will fail for the same reason, before a call is made.
      log.warn(`${fn.name}: ${messageOf(error)}`);
    }
  }
  return plans;
}

function question(functions: number, plans: readonly StudyPlan[]): [title: string, detail: string] {
  const sum = (of: (plan: StudyPlan) => number): number => plans.reduce((total, plan) => total + of(plan), 0);
  const known = plans.every(({ costUsd }) => costUsd !== null);
  const cost = known ? formatUsd(sum(({ costUsd }) => costUsd ?? 0)) : vscode.l10n.t('not known yet');
  return [
    vscode.l10n.t('Profile {0} functions?', functions),
    vscode.l10n.t(
      'About {0} calls that are paid for. Expected cost: {1}; at most {2}.',
      sum(({ calls }) => calls),
      cost,
      formatUsd(sum(({ caps }) => caps.costUsd)),
    ),
  ];
}

async function profileOne({ work, engine, output }: Services, item: Item, target: string, count: string): Promise<void> {
  const { folder, function: fn } = item;
  output.appendLine(vscode.l10n.t('— Profiling {0} on {1}', fn.name, target));
  const plan = { folder, functionId: fn.id, functionName: fn.name, study: 'sizing' } as const;
  await work.run(plan, vscode.l10n.t('Profiling {0} ({1})', fn.name, count), (token, onProgress) =>
    engine.request('profile', { folder, functionId: fn.id, target, event: null, accepted: true }, { token, onProgress }),
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
