import type { ReefErrorCode } from '../../protocol/errors.ts';
import { commandIds, nodeTraits } from '../commands/ids.ts';
import type { DeployedPayload } from '../deployed/payload.ts';
import type { Problem } from '../deployed/place-state.ts';
import { escapeMarkdown, type Translate, type TreeNode } from './tree-node.ts';

/** What went wrong, in a few words, its whole sentence beside it; a click asks again. Where signing in helps, a second node does. */
export function problemNodes(
  id: string,
  { code, sentence, signIn }: Problem,
  payload: DeployedPayload,
  t: Translate,
): TreeNode<DeployedPayload>[] {
  const label = problemLabel(code, t);
  const problem: TreeNode<DeployedPayload> = {
    id: `${id}|problem`,
    label,
    description: sentence,
    tooltip: `${escapeMarkdown(sentence)}\n\n$(refresh) ${t('Click to try again.')}`,
    accessibilityLabel: `${label}: ${sentence} ${t('Click to try again.')}`,
    icon: { id: 'error', color: 'list.errorForeground' },
    traits: [nodeTraits.problem],
    command: commandIds.refreshDeployed,
    children: [],
    payload,
  };
  if (signIn === null) return [problem];
  const command = signIn.join(' ');
  return [
    problem,
    {
      id: `${id}|sign-in`,
      label: t('Sign in'),
      description: command,
      tooltip: t('Runs {0} in a terminal.', escapeMarkdown(command)),
      accessibilityLabel: t('Sign in with {0}', command),
      icon: { id: 'sign-in' },
      traits: [],
      command: commandIds.signIn,
      children: [],
      payload,
    },
  ];
}

function problemLabel(code: ReefErrorCode, t: Translate): string {
  const labels: Partial<Record<ReefErrorCode, string>> = {
    'no-credentials': t('Not signed in'),
    'access-denied': t('Not allowed'),
    throttled: t('Asked too often'),
    'region-disabled': t('Region not enabled'),
    unreachable: t('Not reachable'),
  };
  return labels[code] ?? t('Not listed');
}
