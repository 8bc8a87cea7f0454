import * as vscode from 'vscode';
import { ReefError } from '../../protocol/errors.ts';
import type { Services } from '../services.ts';
import { isApplicable } from '../views/function-facts.ts';
import { applyLive } from './apply-live.ts';
import { applyMemory } from './apply-memory.ts';
import { functionArgument } from './function-reference.ts';
import { requireTrust } from './guards.ts';
import { cloudTarget } from './live-target.ts';
import { chooseFunction } from './pick-function.ts';
import { pickPlace } from './pick-live.ts';

/** Writes the recommended size of a function into its source; where it is deployed too, asks where it shall go. */
export async function applyRecommendation(services: Services, args: readonly unknown[]): Promise<void> {
  const chosen = await chooseFunction(services, args, ({ function: fn, figures }) => isApplicable(fn, figures));
  if (chosen === undefined) return;
  const { folder, function: fn, figures } = chosen;
  if (figures === null) {
    throw new ReefError('not-enough-data', vscode.l10n.t('There is no recommendation for {0} yet: profile it first.', fn.name));
  }
  const { recommendedMb } = figures;
  const target = cloudTarget(figures.target);
  if (target === undefined || !vscode.workspace.isTrusted) return applyMemory(services, folder, fn.id, recommendedMb);
  const live = { folder, functionId: fn.id, functionName: fn.name, target };
  const source = fn.template === null ? null : { file: fn.template, memoryMb: figures.currentMb };
  const place = await pickPlace(services, { fn: live, recommendedMb, source });
  if (place?.kind === 'source') await applyMemory(services, folder, fn.id, recommendedMb);
  if (place?.kind === 'live') await applyLive(services, live, place.action);
}

/** Changes a function where it is deployed: its size, its architecture, or an alias. The function may be named by its ARN. */
export async function changeDeployed(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const named = functionArgument(args);
  const isArn = named?.functionId.startsWith('arn:') === true;
  const chosen = isArn ? undefined : await chooseFunction(services, args);
  const figures = chosen?.figures ?? null;
  const target = cloudTarget(figures?.target);
  if (!isArn && chosen === undefined) return;
  if (target === undefined) {
    throw new ReefError('no-such-target', vscode.l10n.t('Deployed functions are changed on the target aws: choose it first.'));
  }
  const fn =
    chosen === undefined
      ? {
          folder: named?.folder ?? '',
          functionId: named?.functionId ?? '',
          functionName: named?.functionId.split(':').at(-1) ?? '',
        }
      : { folder: chosen.folder, functionId: chosen.function.id, functionName: chosen.function.name };
  const live = { ...fn, target };
  const place = await pickPlace(services, { fn: live, recommendedMb: figures?.recommendedMb ?? null, source: null });
  if (place?.kind === 'live') await applyLive(services, live, place.action);
}
