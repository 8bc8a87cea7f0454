import * as vscode from 'vscode';
import type { EventChoice } from '../../protocol/requests.ts';
import type { Objective } from '../../protocol/sizing.ts';
import { showError } from '../errors.ts';
import type { Services } from '../services.ts';
import { readTarget } from '../target.ts';
import { targetArgument } from './function-reference.ts';
import { requireTrust } from './guards.ts';
import { askForCurve } from './on-target.ts';
import { isReplay } from './target-function.ts';
import { handlerSteps } from './open-places.ts';
import { chooseObjective } from './pick-objective.ts';
import { chooseEvent } from './pick-event.ts';
import { chooseSubject, type Subject } from './pick-function.ts';
import { chooseTarget } from './pick-target.ts';

type Options = { target: string; event: EventChoice; objective?: Objective };

/** Profiles a function with the settings as they are, and its first event. */
export async function profileFunction(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const target = targetArgument(args) ?? readTarget();
  const chosen = await chooseSubject(services, args, target);
  if (chosen === undefined) return;
  const event = chosen.event === null ? null : { file: chosen.event.file };
  await profile(services, chosen, { target, event });
}

/** Profiles a function after asking for target, event and objective. */
export async function profileWithOptions(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const target = targetArgument(args) ?? (await chooseTarget());
  const chosen = target === undefined ? undefined : await chooseSubject(services, args, target);
  if (target === undefined || chosen === undefined) return;
  const event = isReplay(target) ? null : await chooseEvent(chosen);
  const objective = event === undefined ? undefined : await chooseObjective();
  if (event === undefined || objective === undefined) return;
  await profile(services, chosen, { target, event, objective });
}

async function profile(services: Services, chosen: Subject, { target, ...options }: Options): Promise<void> {
  const { folder, function: fn } = chosen;
  const { work, engine, panels, output } = services;
  output.appendLine(vscode.l10n.t('— Profiling {0} on {1}', fn.name, target));
  const plan = { folder, functionId: fn.id, functionName: fn.name, study: 'sizing' } as const;
  try {
    await work.run(plan, vscode.l10n.t('Profiling {0}', fn.name), async (token, onProgress, cancel) => {
      const panel = panels.startStudy({ folder, functionId: fn.id, functionName: fn.name, target, cancel });
      try {
        const { report } = await askForCurve(target, fn, (functionId) =>
          engine.request('profile', { folder, functionId, target, ...options }, { token, onProgress, onProbes: panel.probes }),
        );
        panel.done(report);
      } catch (error) {
        panel.abandon();
        throw error;
      }
    });
  } catch (error) {
    void showError(error, services.log, handlerSteps(services, chosen, error));
  }
}
