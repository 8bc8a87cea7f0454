import * as vscode from 'vscode';
import { callFacts } from '../../engine/format/call-facts.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { EventChoice, InvokeResult } from '../../protocol/requests.ts';
import type { InvocationError, Outcome } from '../../protocol/samples.ts';
import { showError } from '../errors.ts';
import type { Services } from '../services.ts';
import { readTarget } from '../target.ts';
import { targetArgument } from './function-reference.ts';
import { requireTrust } from './guards.ts';
import { commandIds } from './ids.ts';
import { askForCurve } from './on-target.ts';
import { isReplay } from './target-function.ts';
import { handlerSteps } from './open-places.ts';
import { chooseEvent } from './pick-event.ts';
import { chooseSubject, type Subject } from './pick-function.ts';

const responseShown = 20_000;

/** Calls a function once: asks for the event, shows what it printed and returned. */
export async function runFunction(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const target = targetArgument(args) ?? readTarget();
  const chosen = await chooseSubject(services, args, target);
  if (chosen === undefined) return;
  const event = isReplay(target) ? null : await chooseEvent(chosen);
  if (event !== undefined) await runOnce(services, chosen, { target, event });
}

/** Where and with what a function is called. */
export type RunChoice = { target: string; event: EventChoice; qualifier?: string };

/** Calls a function once, shows what it printed and returned, and offers what may come next. */
export async function runOnce(services: Services, chosen: Subject, choice: RunChoice): Promise<void> {
  const { folder, function: fn } = chosen;
  const { output, work, engine } = services;
  const { target, qualifier } = choice;
  const named = qualifier === undefined ? fn.name : `${fn.name}:${qualifier}`;
  output.appendLine(vscode.l10n.t('— {0} on {1}', named, target));
  output.show(true);
  const plan = { folder, functionId: fn.id, functionName: fn.name, study: 'invoke' } as const;
  const result = await work.run(plan, vscode.l10n.t('Running {0}', named), (token, onProgress) =>
    askForCurve(target, fn, (functionId) => engine.request('invoke', { folder, functionId, ...choice }, { token, onProgress })),
  );
  for (const line of resultLines(result)) output.appendLine(line);
  const sentence = outcomeSentence(named, result);
  if (result.measurement.outcome === 'ok') {
    void offerNext(services, sentence, fn.id === '' ? [] : [folder, fn.id, target]);
  } else {
    const error = new ReefError('function-failed', sentence);
    void showError(error, services.log, handlerSteps(services, chosen, error));
  }
}

async function offerNext(services: Services, sentence: string, reference: readonly string[]): Promise<void> {
  const showOutput = vscode.l10n.t('Show Output');
  const profile = vscode.l10n.t('Profile');
  const chosen = await vscode.window.showInformationMessage(sentence, showOutput, profile);
  if (chosen === showOutput) services.output.show(true);
  if (chosen === profile) await vscode.commands.executeCommand(commandIds.profile, ...reference);
}

function resultLines(result: InvokeResult): string[] {
  const { response, measurement } = result;
  const failure = measurement.error === null ? [] : errorLines(measurement.error);
  return [...failure, ...(response === null ? [] : [shorten(response)]), factsText(result), ''];
}

/** Node puts type and message before the frames, Python does not. */
function errorLines({ type, message, stack }: InvocationError): string[] {
  const frames = stack.map((line) => (line.startsWith(' ') ? line : `    ${line}`));
  const [first = ''] = stack;
  return first.startsWith(`${type}: `) ? stack : [`${type}: ${message}`, ...frames];
}

function shorten(response: string): string {
  return response.length <= responseShown
    ? response
    : vscode.l10n.t('{0}… ({1} more characters)', response.slice(0, responseShown), response.length - responseShown);
}

/** `41 ms · billed 42 ms · init 120 ms · peak 88 of 512 MB`. */
function factsText(result: InvokeResult): string {
  return callFacts(result, vscode.l10n.t).join(' · ');
}

function outcomeSentence(name: string, result: InvokeResult): string {
  const { outcome, error } = result.measurement;
  const took = factsText(result);
  const cause = error === null ? '' : `${error.type}: ${error.message}`;
  const sentences: Record<Outcome, string> = {
    ok: vscode.l10n.t('{0} took {1}.', name, took),
    error: vscode.l10n.t('{0} failed: {1}', name, cause),
    'init-error': vscode.l10n.t('{0} failed while it was loaded: {1}', name, cause),
    timeout: vscode.l10n.t('{0} did not end within its timeout and was stopped: {1}', name, took),
    oom: vscode.l10n.t('{0} used more memory than it has: {1}', name, took),
    crashed: vscode.l10n.t('The process of {0} ended in the middle of the call: {1}', name, cause),
    throttled: vscode.l10n.t('{0} was throttled by the target: try again later.', name),
    unavailable: vscode.l10n.t('{0} could not be reached: {1}', name, cause),
    cancelled: vscode.l10n.t('{0} was cancelled.', name),
  };
  return sentences[outcome];
}
