import { messageOf, ReefError } from '../../../../protocol/errors.ts';
import type { Log } from '../../../studies/ports.ts';
import type { Deployed } from '../deployed.ts';
import { FunctionChanges, locked } from '../function-changes.ts';
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
  let isKept = false;
  await using _closing = {
    async [Symbol.asyncDispose]() {
      await changes.close().catch((cause: unknown) => {
        throw isKept ? stillLocked(planned, cause) : cause;
      });
    },
  };
  // Whoever changed it before the lock was taken, without asking for it, is seen here.
  const latest = await parts.lambda.configuration(planned.arn, signal);
  sameAs(planned, latest);
  await work(changes, latest);
  changes.journal.note({ step: 'kept' });
  isKept = true;
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

function stillLocked({ name }: Deployed, cause: unknown): ReefError {
  const sentence = `${name} is changed as planned, but Reef's lock on it could not be removed: run "reef recover" when AWS can be reached. ${messageOf(cause)}`;
  return new ReefError('service-failed', sentence, { cause });
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

/** Revisions count every change of a function; what they are made of is compared as well, as an emulator may have none. */
function sameAs(planned: Deployed, now: Deployed): void {
  const same = (['revisionId', 'memoryMb', 'architecture', 'codeSha256', 'settingsHash', 'lastModified'] as const).every(
    (name) => planned[name] === now[name],
  );
  if (same) return;
  throw new ReefError('in-use', `${planned.name} was changed in the meantime: look at the change again.`);
}
