import * as vscode from 'vscode';
import { ReefError } from '../../protocol/errors.ts';
import type { Services } from '../services.ts';
import { isApplicable } from '../views/function-facts.ts';
import { applyMemory } from './apply-memory.ts';
import { chooseFunction } from './pick-function.ts';

/** Writes the recommended size of a function into its template. */
export async function applyRecommendation(services: Services, args: readonly unknown[]): Promise<void> {
  const chosen = await chooseFunction(services, args, ({ function: fn, figures }) => isApplicable(fn, figures));
  if (chosen === undefined) return;
  const { folder, function: fn, figures } = chosen;
  if (figures === null) {
    throw new ReefError('not-enough-data', vscode.l10n.t('There is no recommendation for {0} yet: profile it first.', fn.name));
  }
  await applyMemory(services.engine, folder, fn.id, figures.recommendedMb);
}
