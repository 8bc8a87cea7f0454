import { ReefError } from '../../../protocol/errors.ts';
import { isNothingDeployed } from './deploy/journal-steps.ts';
import type { Deployed } from './deployed.ts';
import { type Journal, sameRouting } from './journal.ts';
import type { Lambda } from './lambda.ts';
import { setArchitecture } from './live/set-architecture.ts';

/** Only one may change a function at a time, from whichever machine: whoever has made this alias. */
export const lockAlias = 'reef-lock';
/** Aliases of Reef's own work, which is over when they are gone. */
export function isReefAlias(name: string): boolean {
  return name.startsWith('reef-');
}

/** Others may change the function at the same time: their change is looked at anew, so often. */
const mostTries = 5;

/**
 * Undoes what a journal holds, and notes it: what `$LATEST` is set to first, as live calls feel it, then where aliases of
 * others send calls, then Reef's own aliases and versions, and at last the lock. The one way back: at the end, after a
 * cancellation and after a crash.
 * @throws ReefError when something cannot be undone now; the journal then still holds it
 */
export async function undo(lambda: Lambda, journal: Journal, signal: AbortSignal): Promise<void> {
  // Only a deployment has these steps: what they need is large.
  const deployment = isNothingDeployed(journal.pending().deployment) ? null : await import('./deploy/undo-deployment.ts');
  await deployment?.undoFunction(lambda, journal, signal);
  await restoreLatest(lambda, journal, signal);
  for (const alias of journal.pending().routings.keys()) await restoreRouting(lambda, journal, alias, signal);
  const aliases = [...journal.pending().aliases];
  for (const name of aliases.filter((name) => name !== lockAlias)) await removeAlias(lambda, journal, name, signal);
  for (const description of journal.pending().versions.keys()) await removeVersion(lambda, journal, description, signal);
  await deployment?.undoMade(lambda, journal, signal);
  if (aliases.includes(lockAlias)) await removeAlias(lambda, journal, lockAlias, signal);
}

/** Gives `$LATEST` the size and architecture back that it had, unless somebody has given it others since. */
export async function restoreLatest(lambda: Lambda, journal: Journal, signal: AbortSignal): Promise<void> {
  const { memory, architecture } = journal.pending();
  if (architecture !== null) {
    const { from, to } = architecture;
    await restore(lambda, journal, `on ${to}`, signal, async (latest) => {
      if (latest.architecture !== to) return false;
      await setArchitecture(lambda, latest, from, signal);
      return true;
    });
    journal.note({ step: 'architecture-restored' });
  }
  if (memory === null) return;
  const { fromMb, toMb } = memory;
  await restore(lambda, journal, `at ${toMb} MB`, signal, async (latest) => {
    if (latest.memoryMb !== toMb) return false;
    await lambda.setMemory(latest.arn, fromMb, latest.revisionId, signal);
    return true;
  });
  journal.note({ step: 'memory-restored' });
}

/** Calls `change` until it finds nothing to change any more: a change of another, in between, is looked at anew. */
async function restore(
  lambda: Lambda,
  { head: { functionArn } }: Journal,
  state: string,
  signal: AbortSignal,
  change: (latest: Deployed) => Promise<boolean>,
): Promise<void> {
  for (let tries = 0; tries <= mostTries; tries++) {
    const latest = await lambda.settled(functionArn, signal);
    try {
      if (!(await change(latest))) return;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
  throw new ReefError('in-use', `${functionArn} is still ${state}, as others change it: set it back by hand.`);
}

/** Sends an alias's calls where they went before, unless somebody has sent them elsewhere since. */
async function restoreRouting(lambda: Lambda, journal: Journal, name: string, signal: AbortSignal): Promise<void> {
  const routing = journal.pending().routings.get(name);
  if (routing === undefined) return;
  const arn = journal.head.functionArn;
  for (let tries = 0; ; tries++) {
    const alias = await lambda.alias(arn, name, signal);
    if (alias === null || !sameRouting(alias, routing.after)) break;
    if (tries > mostTries) {
      throw new ReefError('in-use', `The alias ${name} of ${arn} still has a shift, as others change it: set it back by hand.`);
    }
    await ignoreConflict(lambda.routeAlias(arn, name, routing.before, alias.revisionId, signal));
  }
  journal.note({ step: 'routing-restored', alias: name });
}

/** Deletes an alias that this journal's work made: one of the same name may be another's. */
export async function removeAlias(lambda: Lambda, journal: Journal, name: string, signal: AbortSignal): Promise<void> {
  const { functionArn, marker } = journal.head;
  const alias = await lambda.alias(functionArn, name, signal);
  if (alias?.description === marker) await lambda.deleteAlias(functionArn, name, signal);
  journal.note({ step: 'alias-gone', name });
}

/**
 * Where it is not known whether a version was published, its description finds it. One that somebody has given an alias since
 * is theirs, and stays.
 */
export async function removeVersion(lambda: Lambda, journal: Journal, description: string, signal: AbortSignal): Promise<void> {
  const arn = journal.head.functionArn;
  const known = journal.pending().versions.get(description) ?? null;
  const versions =
    known === null
      ? (await lambda.versions(arn, signal)).filter((each) => each.description === description)
      : [{ version: known }];
  for (const { version } of versions) {
    try {
      await lambda.deleteVersion(arn, version, signal);
    } catch (error) {
      if (!isConflict(error) || !(await isReferred(lambda, arn, version, signal))) throw error;
    }
  }
  journal.note({ step: 'version-gone', description });
}

async function isReferred(lambda: Lambda, arn: string, version: string, signal: AbortSignal): Promise<boolean> {
  const aliases = await lambda.aliases(arn, signal);
  return aliases.some((alias) => alias.version === version || version in alias.weights);
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
