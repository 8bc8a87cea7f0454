import { beginJournal, FunctionChanges } from '../function-changes.ts';
import type { Journal } from '../journal.ts';
import { keeping, sameAs } from '../kept-changes.ts';
import type { DeployContext } from './context.ts';
import type { Found } from './found-function.ts';

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
  const changes = await FunctionChanges.start({ ...startOf(context), deployed }, signal);
  return keeping(context.lambda, changes.journal, deployed.name, async () => {
    sameAs(deployed, await context.lambda.ended(deployed.arn, signal));
    return work(changes);
  });
}

/** Makes what is not there yet, as `changing` changes what is. A function of the name that comes meanwhile is not touched. */
export async function making<Result>(
  context: DeployContext,
  functionArn: string,
  name: string,
  work: (journal: Journal) => Promise<Result>,
): Promise<Result> {
  const journal = beginJournal(startOf(context), functionArn);
  return keeping(context.lambda, journal, name, () => work(journal));
}

function startOf({ lambda, endpoint, journals: folder }: DeployContext) {
  return { lambda, endpoint, folder, purpose: 'change' as const };
}
