import * as vscode from 'vscode';
import { ReefError } from '../../protocol/errors.ts';
import { showError } from '../errors.ts';
import type { Services } from '../services.ts';
import { readTarget } from '../target.ts';
import { runArgument } from './function-reference.ts';
import { requireTrust } from './guards.ts';
import { handlerSteps } from './open-places.ts';
import { chooseEvent } from './pick-event.ts';
import { chooseSubject } from './pick-function.ts';

const runs = 1;

/** Memory is read in containers, and on Linux in processes where these are the target. */
function traceTarget(): string {
  return process.platform === 'linux' && readTarget() === 'process' ? 'process' : 'docker';
}

/** Traces the memory of a function over time: asks for the event, and shows readings as they arrive. */
export async function traceFunction(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const target = traceTarget();
  const chosen = await chooseSubject(services, args, target);
  const event = chosen === undefined ? undefined : await chooseEvent(chosen);
  if (chosen === undefined || event === undefined) return;
  const { folder, function: fn } = chosen;
  const { work, engine, memoryPanels, output } = services;
  output.appendLine(vscode.l10n.t('— Tracing {0} on {1}', fn.name, target));
  const plan = { folder, functionId: fn.id, functionName: fn.name, study: 'tracing' } as const;
  try {
    await work.run(plan, vscode.l10n.t('Tracing {0}', fn.name), async (token, onProgress, cancel) => {
      const panel = memoryPanels.startTrace({ folder, functionId: fn.id, functionName: fn.name, target, cancel });
      const request = { folder, functionId: fn.id, target, event, runs };
      try {
        const { runId } = await engine.request('trace', request, { token, onProgress, onReadings: panel.readings });
        panel.done(runId);
      } catch (error) {
        panel.abandon();
        throw error;
      }
    });
  } catch (error) {
    void showError(error, services.log, handlerSteps(services, chosen, error));
  }
}

/** Opens the page of a stored trace. */
export async function showTrace(services: Services, args: readonly unknown[]): Promise<void> {
  const run = runArgument(args);
  if (run === undefined) {
    throw new ReefError('no-such-run', vscode.l10n.t('Choose a trace in the view Runs.'));
  }
  const { report } = await services.engine.request('traceReport', run);
  services.memoryPanels.showTrace(run.folder, report.function?.id ?? '', report.subject, run.runId);
}
