import type * as vscode from 'vscode';
import { messageOf, ReefError } from '../../protocol/errors.ts';
import type { EngineClient } from '../client/engine-client.ts';
import type { Problem } from './place-state.ts';

/** Tells what a failed request of a place means for its user, and where signing in would help, how. */
export async function problemOf(
  error: unknown,
  target: string,
  { engine, log }: { engine: EngineClient; log: vscode.LogOutputChannel },
): Promise<Problem> {
  const code = error instanceof ReefError ? error.code : 'internal';
  log.warn(`${target}: ${messageOf(error)}`);
  const problem: Problem = { code, sentence: messageOf(error), signIn: null };
  if (code !== 'no-credentials') return problem;
  try {
    return { ...problem, signIn: (await engine.request('signIn', { target })).command };
  } catch (failed) {
    log.warn(`${target}: ${messageOf(failed)}`);
    return problem;
  }
}
