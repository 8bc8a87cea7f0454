import { ReefError } from '../../../../protocol/errors.ts';
import type { Log } from '../../../studies/ports.ts';
import type { Deployed } from '../deployed.ts';
import { FunctionChanges, locked } from '../function-changes.ts';
import { keeping, sameAs } from '../kept-changes.ts';
import type { Lambda } from '../lambda.ts';
import { recover } from '../recover.ts';
import { lockAlias } from '../undo.ts';

/** What actions on deployed functions share. */
export type Parts = {
  lambda: Lambda;
  endpoint: string | null;
  /** Absolute path of the folder of journals. */
  journals: string;
  log: Log;
};

/**
 * The function as it is now, ready to be changed.
 * @throws ReefError `in-use` while it is being updated, by whomever, or somebody holds Reef's lock
 */
export async function readyToChange({ lambda }: Parts, arn: string, signal: AbortSignal): Promise<Deployed> {
  const latest = await lambda.configuration(arn, signal);
  if (latest.state !== 'ready') {
    const why = latest.stateReason === null ? '' : ` (${latest.stateReason})`;
    const what = latest.state === 'pending' ? 'is being updated' : 'could not be brought into force by AWS';
    throw new ReefError('in-use', `${latest.name} ${what}${why}: wait until that is over, and look at the change again.`);
  }
  const lock = await lambda.alias(arn, lockAlias, signal);
  if (lock !== null) throw locked(latest, lockAlias, lock.description);
  return latest;
}

/**
 * Does changes under the function's lock, if it is still as it was planned for. They are kept when `work` ends well; a failure
 * or a cancellation undoes them all, and a crash leaves a journal that does.
 */
export async function changing(
  parts: Parts,
  planned: Deployed,
  signal: AbortSignal,
  work: (changes: FunctionChanges, latest: Deployed) => Promise<void>,
): Promise<void> {
  const changes = await locking(parts, planned, signal);
  await keeping(parts.lambda, changes.journal, planned.name, async () => {
    // Whoever changed it before the lock was taken, without asking for it, is seen here.
    const latest = await parts.lambda.configuration(planned.arn, signal);
    sameAs(planned, latest);
    await work(changes, latest);
  });
}

/**
 * Notes under the function's lock what is to be taken back, and takes it back: what was begun is brought to its end by
 * `reef recover` after a crash.
 */
export async function takingBack(
  parts: Parts,
  planned: Deployed,
  signal: AbortSignal,
  note: (changes: FunctionChanges) => Promise<void>,
): Promise<void> {
  const changes = await locking(parts, planned, signal);
  await using _closing = { [Symbol.asyncDispose]: () => changes.close() };
  await note(changes);
}

/** What an earlier process left is undone first; then the function must be as it was planned for. */
async function locking(parts: Parts, planned: Deployed, signal: AbortSignal): Promise<FunctionChanges> {
  const { lambda, endpoint, journals: folder, log } = parts;
  await recover(folder, log, signal);
  sameAs(planned, await readyToChange(parts, planned.arn, signal));
  return FunctionChanges.start({ lambda, endpoint, folder, deployed: planned, purpose: 'change' }, signal);
}

/** Which state of the function a plan is for. */
export function revisionNote({ revisionId, lastModified }: Deployed): string[] {
  if (revisionId === null) return [];
  const since = lastModified === null ? '' : `, last changed at ${lastModified}`;
  return [`This is planned for its revision ${revisionId}${since}: any change after that stops it.`];
}
