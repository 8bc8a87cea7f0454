import { messageOf, ReefError } from '../../../protocol/errors.ts';
import type { Deployed } from './deployed.ts';
import { closeJournal } from './function-changes.ts';
import type { Journal } from './journal.ts';
import type { Lambda } from './lambda.ts';

/** Does journaled changes: they are kept when `work` ends well, and all undone when it fails or is cancelled. */
export async function keeping<Result>(
  lambda: Lambda,
  journal: Journal,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  let isKept = false;
  await using _closing = {
    async [Symbol.asyncDispose]() {
      await closeJournal(lambda, journal, name).catch((cause: unknown) => {
        throw isKept ? stillLocked(name, cause) : cause;
      });
    },
  };
  const result = await work();
  journal.note({ step: 'kept' });
  isKept = true;
  return result;
}

function stillLocked(name: string, cause: unknown): ReefError {
  const sentence = `${name} is changed as planned, but Reef's lock on it could not be removed: run "reef recover" when AWS can be reached. ${messageOf(cause)}`;
  return new ReefError('service-failed', sentence, { cause });
}

/**
 * Revisions count every change of a function; what they are made of is compared as well, as an emulator may have none.
 * @throws ReefError `in-use` when a function is not as it was planned for
 */
export function sameAs(planned: Deployed, now: Deployed): void {
  if (planned.revisionId !== now.revisionId || planned.lastModified !== now.lastModified) throw changedMeanwhile(planned.name);
  sameContent(planned, now);
}

/** The same without its revision, which publishing a version may change. @throws ReefError `in-use` */
export function sameContent(planned: Deployed, now: Deployed): void {
  const names = ['memoryMb', 'architecture', 'codeSha256', 'settingsHash', 'description'] as const;
  if (names.some((name) => planned[name] !== now[name])) throw changedMeanwhile(planned.name);
}

export function changedMeanwhile(name: string, cause?: unknown): ReefError {
  return new ReefError('in-use', `${name} was changed in the meantime: look at the change again.`, { cause });
}
