import type { FunctionChanges } from '../function-changes.ts';
import { idOf } from '../function-changes.ts';
import type { DeployContext } from './context.ts';
import type { Found } from './found-function.ts';
import { sameContent } from '../kept-changes.ts';
import { foundNow, type Latest, setLatest } from './set-latest.ts';
import { versionLike } from '../versions.ts';

/**
 * Gives `$LATEST` other settings and code. What it was stays as a published version: the way back after a failure, and later
 * for whoever wants to roll back.
 */
export async function replaceLatest(
  { lambda, calls }: DeployContext,
  changes: FunctionChanges,
  found: Found,
  to: Latest,
  signal: AbortSignal,
): Promise<Found> {
  const { journal } = changes;
  // A study leaves `$LATEST` as it was, but with a revision of its own, of which Lambda would make another version.
  const before = (await versionLike(lambda, found.deployed, signal)) ?? (await publishBefore(changes, found, signal));
  const { environment: _values, ...settings } = to.settings;
  journal.note({
    step: 'latest',
    before,
    description: found.settings.description,
    to: settings,
    code: to.code?.sha256 ?? null,
    architecture: to.architecture,
  });
  const now = await foundNow(calls, lambda, found.deployed.arn, signal);
  sameContent(found.deployed, now.deployed);
  return setLatest(lambda, now, to, signal);
}

async function publishBefore(changes: FunctionChanges, { deployed }: Found, signal: AbortSignal): Promise<string> {
  const { version } = await changes.publish(deployed, `Before Reef (${idOf(changes.journal)})`, signal);
  return version;
}
