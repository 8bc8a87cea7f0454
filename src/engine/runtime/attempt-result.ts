import type { InvocationError, Outcome } from '../../protocol/samples.ts';
import type { Answer } from './session.ts';
import { boundedError } from './wire.ts';
import { type Exit, outcomeOfError, outcomeOfExit } from './exit.ts';

/** What ends a phase (init, then the call) of an attempt. */
export type Event =
  | { kind: 'ready' }
  | { kind: 'init-error'; error: InvocationError }
  | { kind: 'answer'; answer: Answer }
  | { kind: 'exit'; exit: Exit }
  | { kind: 'timeout' }
  | { kind: 'cancelled' };

/** `durationMs` is set only where it does not come from the shim. */
export type Result = { outcome: Outcome; error: InvocationError | null; answer: Answer | null; durationMs: number | null };

/** How init ended; null when it went well. */
export function resultOfInit(event: Event, limitMs: number): Result | null {
  if (event.kind === 'ready') return null;
  if (event.kind === 'init-error') return without('init-error', event.error);
  if (event.kind === 'timeout') {
    return without('init-error', boundedError('Sandbox.Timedout', `Init did not end within ${seconds(limitMs)} seconds.`));
  }
  return resultOfEnd(event, 'init');
}

/** How the call itself ended. A timeout is a lower bound of the duration: the limit. */
export function resultOfCall(event: Event, limitMs: number): Result {
  if (event.kind === 'answer') {
    const { answer } = event;
    const { error } = answer;
    return { outcome: error === null ? 'ok' : outcomeOfError(error), error, answer, durationMs: null };
  }
  if (event.kind === 'timeout') {
    const error = boundedError('Sandbox.Timedout', `Task timed out after ${seconds(limitMs)} seconds`);
    return { ...without('timeout', error), durationMs: limitMs };
  }
  return resultOfEnd(event, 'invoke');
}

function resultOfEnd(event: Event, phase: 'init' | 'invoke'): Result {
  if (event.kind !== 'exit') return without('cancelled', null);
  const { outcome, error } = outcomeOfExit(event.exit, phase);
  return without(outcome, error);
}

function without(outcome: Outcome, error: InvocationError | null): Result {
  return { outcome, error, answer: null, durationMs: null };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
