import { ReefError } from '../../../protocol/errors.ts';
import type { Journal } from './journal.ts';
import type { Lambda } from './lambda.ts';

/** Others may change the function at the same time: their change is looked at anew, so often. */
const mostTries = 5;

/**
 * Undoes what a journal holds, and notes it: the size of `$LATEST` first, as live calls feel it, then aliases, then the
 * versions that they pointed to. The one way back: at the end, after a cancellation and after a crash.
 * @throws ReefError when something cannot be undone now; the journal then still holds it
 */
export async function undo(lambda: Lambda, journal: Journal, signal: AbortSignal): Promise<void> {
  await restoreMemory(lambda, journal, signal);
  for (const name of journal.pending().aliases) await removeAlias(lambda, journal, name, signal);
  for (const description of journal.pending().versions.keys()) await removeVersion(lambda, journal, description, signal);
}

/** Gives `$LATEST` the size back that it had, unless somebody has given it another one since. */
export async function restoreMemory(lambda: Lambda, journal: Journal, signal: AbortSignal): Promise<void> {
  const { memory } = journal.pending();
  if (memory === null) return;
  const arn = journal.head.functionArn;
  for (let tries = 0; ; tries++) {
    const latest = await lambda.settled(arn, signal);
    if (latest.memoryMb !== memory.toMb) break;
    if (tries === mostTries) {
      throw new ReefError('in-use', `${arn} is still at ${memory.toMb} MB, as others change it: set it to ${memory.fromMb} MB.`);
    }
    await ignoreConflict(lambda.setMemory(arn, memory.fromMb, latest.revisionId, signal));
  }
  journal.note({ step: 'memory-restored' });
}

/** Deletes an alias that this journal's study made: one of the same name may be another's. */
export async function removeAlias(lambda: Lambda, journal: Journal, name: string, signal: AbortSignal): Promise<void> {
  const { functionArn, marker } = journal.head;
  if ((await lambda.aliasDescription(functionArn, name, signal)) === marker) await lambda.deleteAlias(functionArn, name, signal);
  journal.note({ step: 'alias-gone', name });
}

/** Where it is not known whether a version was published, its description finds it. */
export async function removeVersion(lambda: Lambda, journal: Journal, description: string, signal: AbortSignal): Promise<void> {
  const arn = journal.head.functionArn;
  const known = journal.pending().versions.get(description) ?? null;
  const versions =
    known === null
      ? (await lambda.versions(arn, signal)).filter((each) => each.description === description)
      : [{ version: known }];
  for (const { version } of versions) await lambda.deleteVersion(arn, version, signal);
  journal.note({ step: 'version-gone', description });
}

async function ignoreConflict(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
}

/** Another change came between reading and writing, or is still being made. */
export function isConflict(error: unknown): boolean {
  const cause = error instanceof ReefError ? error.cause : error;
  return cause instanceof Error && (cause.name === 'PreconditionFailedException' || cause.name === 'ResourceConflictException');
}
