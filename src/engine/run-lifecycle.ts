import { isCancelled, messageOf, ReefError } from '../protocol/errors.ts';
import type { FunctionInfo } from '../protocol/functions.ts';
import type { Run, StudyName } from '../protocol/runs.ts';
import type { Store } from './store/store.ts';
import { gitCommit } from './system/git.ts';
import { describeMachine } from './system/machine.ts';
import { toolVersion } from './version.ts';

export type RunPlan = {
  study: StudyName;
  function: FunctionInfo;
  target: string;
  settings: Record<string, unknown>;
  folder: string;
  nowMs: number;
};

/**
 * Does some work as a run of the store: the run starts before it, and ends as done, cancelled or failed whatever happens.
 * A result may be a failure too: `failureOf` says so in a sentence.
 * The work's own error is what the caller gets, even when the store cannot note it any more.
 */
export async function asRun<Result>(
  store: Store,
  plan: RunPlan,
  work: (run: Run) => Promise<Result>,
  failureOf: (result: Result) => string | null = () => null,
): Promise<Result> {
  store.saveFunction(plan.function);
  const run = store.startRun({
    study: plan.study,
    functionId: plan.function.id,
    functionName: plan.function.name,
    target: plan.target,
    settings: plan.settings,
    startedAtMs: plan.nowMs,
    toolVersion: toolVersion(),
    gitCommit: await gitCommit(plan.folder),
    machine: describeMachine(),
    pid: process.pid,
  });
  try {
    const result = await work(run);
    const failure = failureOf(result);
    store.endRun(run.id, failure === null ? 'done' : 'failed', failure);
    return result;
  } catch (error) {
    endQuietly(store, run.id, error);
    throw isCancelled(error) && !(error instanceof ReefError)
      ? new ReefError('cancelled', `Cancelled: what was measured is kept in run ${run.id}.`, { cause: error })
      : error;
  }
}

function endQuietly(store: Store, runId: string, error: unknown): void {
  try {
    if (isCancelled(error)) store.endRun(runId, 'cancelled', null);
    else store.endRun(runId, 'failed', messageOf(error));
  } catch {
    // The store itself may be what failed (a full disk): the next start marks the run as interrupted.
  }
}
