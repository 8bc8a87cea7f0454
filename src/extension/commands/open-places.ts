import * as vscode from 'vscode';
import { ReefError, type ReefErrorCode } from '../../protocol/errors.ts';
import type { NextStep } from '../errors.ts';
import type { Services } from '../services.ts';
import { openAt } from './open-at.ts';
import { chooseFunction, type Subject } from './pick-function.ts';

export async function openHandler(services: Services, args: readonly unknown[]): Promise<void> {
  const chosen = await chooseFunction(services, args, ({ function: fn }) => fn.handlerFile !== null);
  if (chosen === undefined) return;
  const { folder, function: fn } = chosen;
  if (fn.handlerFile === null) {
    throw new ReefError(
      'handler-missing',
      vscode.l10n.t('{0} has no handler file in this workspace: {1}', fn.name, fn.handler ?? '—'),
    );
  }
  await openAt(folder, fn.handlerFile, fn.handlerRange);
}

export async function openTemplate(services: Services, args: readonly unknown[]): Promise<void> {
  const chosen = await chooseFunction(services, args, ({ function: fn }) => fn.template !== null);
  if (chosen === undefined) return;
  const { folder, function: fn } = chosen;
  if (fn.template === null) {
    throw new ReefError(
      'internal',
      vscode.l10n.t('There is no template that names {0}: it was found in its source file.', fn.name),
    );
  }
  await openAt(folder, fn.template, fn.templateRange);
}

export async function copyName(services: Services, args: readonly unknown[]): Promise<void> {
  const chosen = await chooseFunction(services, args);
  if (chosen !== undefined) await vscode.env.clipboard.writeText(chosen.function.name);
}

/** Errors whose cause is in the user's code. */
const causedByHandler: ReadonlySet<ReefErrorCode> = new Set([
  'function-failed',
  'handler-missing',
  'not-enough-data',
  'sandbox-failed',
]);

/** What to offer when a function failed. */
export function handlerSteps(services: Services, { folder, function: fn }: Subject, error: unknown): NextStep[] {
  if (fn.handlerFile === null || !(error instanceof ReefError) || !causedByHandler.has(error.code)) return [];
  return [{ label: vscode.l10n.t('Open Handler'), run: () => openHandler(services, [folder, fn.id]) }];
}
