import type { Journal } from '../journal.ts';
import type { DeployCalls } from './deploy-calls.ts';
import type { UrlPlan } from './plan-url.ts';

/** Makes, protects or removes the function URL, and returns the one that is there then. */
export async function applyUrl(
  calls: DeployCalls,
  journal: Journal,
  { action, current }: UrlPlan,
  alias: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const arn = journal.head.functionArn;
  const before = current?.auth ?? null;
  if (action === 'keep') return current?.url ?? null;
  journal.note({ step: 'url', alias, before, after: action === 'delete' ? null : 'AWS_IAM' });
  if (action === 'create') return calls.createUrl(arn, alias, signal);
  if (action === 'protect') await calls.setUrlAuth(arn, alias, 'AWS_IAM', signal);
  else await calls.deleteUrl(arn, alias, signal);
  return action === 'protect' ? (current?.url ?? null) : null;
}
