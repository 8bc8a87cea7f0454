import { formatMemory, formatShares } from '../../engine/format/format.ts';
import type { DeployedAlias, DeployedVersion, DeployedVersions } from '../../protocol/deployed.ts';
import { nodeTraits } from '../commands/ids.ts';
import type { DeployedPayload } from '../deployed/payload.ts';
import type { Loadable } from '../deployed/place-state.ts';
import type { DeployedTree } from './deployed-function-model.ts';
import { problemNodes } from './deployed-problem-model.ts';
import { escapeMarkdown, type TreeNode } from './tree-node.ts';

type Node = TreeNode<DeployedPayload>;

/** Aliases, and the published versions below a node of their own. */
export function versionNodes(
  id: string,
  versions: Loadable<DeployedVersions> | undefined,
  payload: DeployedPayload,
  tree: DeployedTree,
): Node[] {
  if (versions === undefined || versions.state === 'loading') return [];
  if (versions.state === 'failed') return problemNodes(id, versions.problem, payload, tree.t);
  const { aliases, versions: published } = versions.value;
  if (published.length === 0) return aliases.map((alias) => aliasNode(id, alias, payload));
  return [
    ...aliases.map((alias) => aliasNode(id, alias, payload)),
    {
      id: `${id}|versions`,
      label: tree.t('Versions'),
      description: String(published.length),
      accessibilityLabel: tree.t('{0} versions', published.length),
      icon: { id: 'versions' },
      traits: [],
      children: published.map((version) => versionNode(id, version, payload, tree)),
      payload,
    },
  ];
}

function aliasNode(id: string, { name, version, shares, description }: DeployedAlias, payload: DeployedPayload): Node {
  const points = `→ ${formatShares(version, shares)}`;
  return {
    id: `${id}|alias|${name}`,
    label: name,
    description: [points, description].filter(Boolean).join(' · '),
    accessibilityLabel: `${name}, ${points.slice(2)}`,
    icon: { id: 'tag' },
    traits: [nodeTraits.alias],
    children: [],
    payload: { ...payload, qualifier: name },
  };
}

function versionNode(id: string, version: DeployedVersion, payload: DeployedPayload, { t, day, time }: DeployedTree): Node {
  const { version: number, memoryMb, timeoutS, runtime, lastModified, description, codeSha256 } = version;
  const atMs = lastModified === null ? null : Date.parse(lastModified);
  const facts = [formatMemory(memoryMb), atMs === null ? '' : day(atMs), description].filter(Boolean).join(' · ');
  const lines = [
    `**${t('Version {0}', number)}**`,
    escapeMarkdown([runtime ?? '', formatMemory(memoryMb), t('timeout {0} s', timeoutS)].filter(Boolean).join(' · ')),
    atMs === null ? '' : time(atMs),
    escapeMarkdown(description),
    codeSha256 === null ? '' : `SHA-256 ${escapeMarkdown(codeSha256)}`,
  ];
  return {
    id: `${id}|version|${number}`,
    label: number,
    description: facts,
    tooltip: () => lines.filter(Boolean).join('\n\n'),
    accessibilityLabel: `${t('Version {0}', number)}, ${facts}`,
    icon: { id: 'git-commit' },
    traits: [nodeTraits.version],
    children: [],
    payload: { ...payload, qualifier: number },
  };
}
