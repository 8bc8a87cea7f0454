import { messageOf, ReefError } from '../../../../protocol/errors.ts';
import type { Deployed } from '../deployed.ts';
import { beginJournal, closeJournal, FunctionChanges } from '../function-changes.ts';
import type { Journal } from '../journal.ts';
import { recover } from '../recover.ts';
import type { DeployContext } from './context.ts';
import type { Found } from './found-function.ts';
import { changedMeanwhile } from './set-latest.ts';

/**
 * Does changes under a function's lock, if it is still as it was planned for. They are kept when `work` ends well; a failure or a
 * cancellation undoes them all, and a crash leaves a journal that does.
 */
export async function changing<Result>(
  context: DeployContext,
  planned: Found,
  signal: AbortSignal,
  work: (changes: FunctionChanges) => Promise<Result>,
): Promise<Result> {
  const { deployed } = planned;
  const start = await beginning(context, signal);
  const changes = await FunctionChanges.start({ ...start, deployed }, signal);
  return keeping(context, changes.journal, deployed.name, async () => {
    sameAs(deployed, await context.lambda.ended(deployed.arn, signal));
    return work(changes);
  });
}

/** Makes what is not there yet, as `changing` changes what is. A function of the name that comes meanwhile is not touched. */
export async function making<Result>(
  context: DeployContext,
  functionArn: string,
  name: string,
  signal: AbortSignal,
  work: (journal: Journal) => Promise<Result>,
): Promise<Result> {
  const journal = beginJournal(await beginning(context, signal), functionArn);
  return keeping(context, journal, name, () => work(journal));
}

/** What an earlier process left is undone first. */
async function beginning({ lambda, endpoint, journals: folder, log }: DeployContext, signal: AbortSignal) {
  await recover(folder, log, signal);
  return { lambda, endpoint, folder, purpose: 'change' as const };
}

async function keeping<Result>(
  { lambda }: DeployContext,
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

/** Revisions count every change of a function; what they are made of is compared as well, as an emulator may have none. */
function sameAs(planned: Deployed, now: Deployed): void {
  if (planned.revisionId !== now.revisionId || planned.lastModified !== now.lastModified) throw changedMeanwhile(planned.name);
  sameContent(planned, now);
}

/** @throws ReefError `in-use` when the function has other code or settings than before */
export function sameContent(planned: Deployed, now: Deployed): void {
  const names = ['memoryMb', 'architecture', 'codeSha256', 'settingsHash', 'description'] as const;
  if (names.some((name) => planned[name] !== now[name])) throw changedMeanwhile(planned.name);
}
