import type { FunctionChanges } from '../function-changes.ts';
import { idOf } from '../function-changes.ts';
import type { DeployContext } from './context.ts';
import type { Found } from './found-function.ts';
import { sameContent } from '../kept-changes.ts';
import { foundNow, type Latest, setLatest } from './set-latest.ts';

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
  const { version: before } = await changes.publish(found.deployed, `Before Reef (${idOf(journal)})`, signal);
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
