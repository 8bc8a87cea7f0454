import type { Deployed } from '../deployed.ts';
import { type FunctionChanges, idOf } from '../function-changes.ts';
import type { Alias, Lambda } from '../lambda.ts';
import { isConflict } from '../undo.ts';
import { shortFingerprint } from './fingerprint.ts';
import { changedMeanwhile } from '../kept-changes.ts';

/**
 * Publishes `$LATEST` as a version, or takes the last one where nothing has changed since, and waits until it can be called.
 * The description is one of its own, by which it is found after a crash.
 */
export async function publishVersion(
  changes: FunctionChanges,
  latest: Deployed,
  fingerprint: string,
  signal: AbortSignal,
): Promise<string> {
  const description = `Reef ${shortFingerprint(fingerprint)} (${idOf(changes.journal)})`;
  const { version } = await changes.publish(latest, description, signal);
  await changes.lambda.settled(latest.arn, signal, version);
  return version;
}

/** Sends all calls of an alias to a version, if the alias is still as it was read; makes it where there was none. */
export async function leadAlias(
  { lambda, journal, deployed: { arn, name } }: FunctionChanges,
  aliasName: string,
  before: Alias | null,
  version: string,
  signal: AbortSignal,
): Promise<void> {
  const description = `Reef (${idOf(journal)})`;
  const after = { version, weights: {} };
  if (before === null) journal.note({ step: 'new-alias', name: aliasName, description });
  else {
    const { version: from, weights } = before;
    journal.note({ step: 'routing', alias: aliasName, before: { version: from, weights }, after });
  }
  try {
    if (before === null) await lambda.createAlias(arn, aliasName, version, description, signal);
    else await lambda.routeAlias(arn, aliasName, after, before.revisionId, signal);
  } catch (error) {
    if (!isConflict(error) || !(await leadsTo(lambda, arn, aliasName, version, signal))) throw changed(error, name);
  }
}

/** Where the answer to the change was lost, its repetition meets the change itself. */
async function leadsTo(lambda: Lambda, arn: string, name: string, version: string, signal: AbortSignal): Promise<boolean> {
  const now = await lambda.alias(arn, name, signal);
  return now?.version === version && Object.keys(now.weights).length === 0;
}

function changed(error: unknown, name: string): unknown {
  return isConflict(error) ? changedMeanwhile(name, error) : error;
}
