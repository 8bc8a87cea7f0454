import * as vscode from 'vscode';
import type { EventChoice } from '../../protocol/requests.ts';
import type { Objective } from '../../protocol/sizing.ts';
import type { Services } from '../services.ts';
import { readTarget } from '../settings.ts';
import { isRunnable } from '../views/functions-model.ts';
import { requireTrust } from './guards.ts';
import { askForCurve } from './on-target.ts';
import { chooseObjective } from './pick-objective.ts';
import { chooseEvent } from './pick-event.ts';
import { chooseFunction, type ChosenFunction } from './pick-function.ts';
import { chooseTarget } from './pick-target.ts';

type Options = { target: string; event: EventChoice; objective?: Objective };

/** Profiles a function with the settings as they are, and its first event. */
export async function profileFunction(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const chosen = await chooseFunction(services, args, isRunnable);
  if (chosen === undefined) return;
  const event = chosen.event === null ? null : { file: chosen.event.file };
  await profile(services, chosen, { target: readTarget(), event });
}

/** Profiles a function after asking for target, event and objective. */
export async function profileWithOptions(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const chosen = await chooseFunction(services, args, isRunnable);
  const target = chosen && (await chooseTarget());
  const event = chosen && target !== undefined ? await chooseEvent(chosen) : undefined;
  const objective = event && (await chooseObjective());
  if (chosen === undefined || target === undefined || event === undefined || objective === undefined) return;
  await profile(services, chosen, { target, event, objective });
}

async function profile(services: Services, chosen: ChosenFunction, { target, ...options }: Options): Promise<void> {
  const { folder, function: fn } = chosen;
  const { work, engine, panels, output } = services;
  output.appendLine(vscode.l10n.t('— Profiling {0} on {1}', fn.name, target));
  const plan = { folder, functionId: fn.id, functionName: fn.name, study: 'sizing' } as const;
  const { report } = await work.run(plan, vscode.l10n.t('Profiling {0}', fn.name), (token, onProgress) =>
    askForCurve(target, fn, (functionId) =>
      engine.request('profile', { folder, functionId, target, ...options }, { token, onProgress }),
    ),
  );
  panels.showReport(folder, report);
}
