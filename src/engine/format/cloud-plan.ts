import type { CloudPlan, PlannedChange } from '../../protocol/deploying.ts';

const signs: Record<PlannedChange['action'], string> = { create: '+', update: '~', delete: '-' };

/** `Deploy hello to aws (account 123456789012, eu-west-1)`. */
export function planTitle({ verb, functionName, target, account, region }: CloudPlan): string {
  const where = `${target} (account ${account}, ${region})`;
  if (verb === 'deploy') return `Deploy ${functionName} to ${where}`;
  return verb === 'rollBack' ? `Roll back ${functionName} on ${where}` : `Destroy ${functionName} on ${where}`;
}

/** One line a change: `~ memory   512 MB → 1024 MB`; `width` makes columns of them. */
export function changeLine({ action, what, from, to }: PlannedChange, width = 0): string {
  const value = from !== null && to !== null ? `${from} → ${to}` : (to ?? from ?? '');
  return `${signs[action]} ${what.padEnd(width)}  ${value}`;
}

/** The changes below each other, then what should be known before the yes. */
export function planText({ changes, notes }: CloudPlan): string {
  const width = Math.max(0, ...changes.map(({ what }) => what.length));
  return [...changes.map((change) => changeLine(change, width)), ...notes.map((note) => `note: ${note}`)].join('\n');
}

/** What is so already. */
export function unchangedText({ verb, functionName, target }: CloudPlan): string {
  if (verb === 'destroy') return `There is nothing of ${functionName} on ${target} that this workspace made.`;
  const state = verb === 'deploy' ? 'deployed as it is' : 'at that version already';
  return `Nothing to do: ${functionName} is ${state} on ${target}.`;
}
