import { formatBytes, formatDuration, formatMemory } from '../../engine/format/format.ts';
import {
  type DeployedRow,
  type Difference,
  differenceUnit,
  type LinkedBy,
  type SourceFunction,
  type SourceLink,
} from '../../protocol/deployed.ts';
import { commandIds, nodeTraits } from '../commands/ids.ts';
import type { DeployedPayload } from '../deployed/payload.ts';
import type { FunctionDetails, PlaceState } from '../deployed/place-state.ts';
import { figureNodes } from './deployed-figures-model.ts';
import { versionNodes } from './deployed-versions-model.ts';
import { escapeMarkdown, type Translate, type TreeNode } from './tree-node.ts';

/** What the tree is drawn from; a cloud is asked only by `open` and `openFunction`. */
export type DeployedTree = {
  /** The first workspace folder. */
  folder: string;
  place(target: string): PlaceState;
  details(target: string, functionId: string): FunctionDetails;
  open(target: string): Promise<void>;
  openFunction(target: string, functionId: string): Promise<void>;
  t: Translate;
  /** A day, and a day with its time, of ms since 1970 as people here write them. */
  day: (ms: number) => string;
  time: (ms: number) => string;
};

type Node = TreeNode<DeployedPayload>;

export function deployedFunctionNode(target: string, row: DeployedRow, tree: DeployedTree): Node {
  const { t } = tree;
  const { id: functionId, name, memoryMb, link } = row;
  const id = `${target}|${functionId}`;
  const { figures } = tree.details(target, functionId);
  const p50Ms = figures?.state === 'ready' ? figures.value.p50Ms : null;
  const p50 = p50Ms === null ? '' : t('p50 {0}', formatDuration(p50Ms));
  const description = [runtimeText(row), formatMemory(memoryMb), p50].filter(Boolean).join(' · ');
  const linked = link?.kind === 'linked' ? link : null;
  const source = linked === null ? null : { folder: linked.source.folder, functionId: linked.source.functionId };
  const payload: DeployedPayload = {
    folder: source?.folder ?? tree.folder,
    target,
    functionId,
    functionName: name,
    ...(source !== null && { source }),
  };
  return {
    id,
    label: name,
    description,
    tooltip: () => functionTooltip(row, tree),
    accessibilityLabel: [name, description, linkText(link, t)].filter(Boolean).join(', '),
    icon: functionIcon(link),
    traits: [nodeTraits.function, ...(linked === null ? [] : [nodeTraits.linked])],
    children: [],
    async load() {
      await tree.openFunction(target, functionId);
      const details = tree.details(target, functionId);
      return [
        ...sourceNodes(id, link, payload, t),
        ...figureNodes(id, details.figures, payload, tree),
        ...versionNodes(id, details.versions, payload, tree),
      ];
    },
    payload,
  };
}

/** A cloud for what is there only; otherwise whether it is as its source states it. */
function functionIcon(link: SourceLink | null): { id: string; color?: string } {
  if (link?.kind === 'ambiguous') return { id: 'question' };
  if (link === null) return { id: 'cloud' };
  return link.differences.length === 0
    ? { id: 'symbol-function', color: 'symbolIcon.functionForeground' }
    : { id: 'diff', color: 'list.warningForeground' };
}

function runtimeText({ runtime, packageType }: DeployedRow): string {
  return runtime ?? (packageType === 'image' ? 'image' : '');
}

function linkText(link: SourceLink | null, t: Translate): string {
  if (link === null) return '';
  if (link.kind === 'ambiguous') return t('several functions could be its source');
  return link.differences.length === 0 ? t('source {0}', link.source.name) : t('differs from its source {0}', link.source.name);
}

function functionTooltip(row: DeployedRow, { t, time }: DeployedTree): string {
  const { architecture, memoryMb, timeoutS, handler, codeBytes, lastModified, logGroup, link } = row;
  const settings = [runtimeText(row), handler ?? '', architecture, formatMemory(memoryMb), t('timeout {0} s', timeoutS)];
  const lines = [
    `**${escapeMarkdown(row.name)}**`,
    settings.filter(Boolean).map(escapeMarkdown).join(' · '),
    lastModified === null
      ? t('code {0}', formatBytes(codeBytes))
      : t('code {0}, changed {1}', formatBytes(codeBytes), time(Date.parse(lastModified))),
    `$(output) ${escapeMarkdown(logGroup)}`,
    link === null ? '' : `$(code) ${escapeMarkdown(linkText(link, t))}`,
    ...Object.entries(row.tags).map(([key, value]) => `$(tag) ${escapeMarkdown(`${key} = ${value}`)}`),
  ];
  return lines.filter(Boolean).join('\n\n');
}

function sourceNodes(id: string, link: SourceLink | null, payload: DeployedPayload, t: Translate): Node[] {
  if (link === null) return [];
  if (link.kind === 'linked') {
    const differences = link.differences.map((each) => differenceNode(id, each, payload, t));
    return [sourceNode(id, link.source, linkedByText(link.by, t), payload, t), ...differences];
  }
  const label = t('Several functions could be its source');
  const candidates = link.candidates.map((each) => sourceNode(id, each, '', payload, t));
  return [{ id: `${id}|sources`, label, icon: { id: 'question' }, traits: [], children: candidates, expanded: true, payload }];
}

function sourceNode(id: string, source: SourceFunction, why: string, { target }: DeployedPayload, t: Translate): Node {
  const { folder, functionId, name, template, handlerFile } = source;
  const description = [template ?? handlerFile ?? '', why].filter(Boolean).join(' · ');
  return {
    id: `${id}|source|${folder}|${functionId}`,
    label: name,
    description,
    accessibilityLabel: t('source {0}', `${name}, ${description}`),
    icon: { id: 'go-to-file' },
    traits: [
      nodeTraits.source,
      ...(handlerFile === null ? [] : [nodeTraits.handler]),
      ...(template === null ? [] : [nodeTraits.template]),
    ],
    command: commandIds.openSource,
    children: [],
    payload: { folder, target, functionId, source: { folder, functionId } },
  };
}

function linkedByText(by: LinkedBy, t: Translate): string {
  const texts: Record<LinkedBy, string> = {
    'reef-tag': t("by Reef's tag"),
    'logical-id': t('by its logical id'),
    name: t('by its name'),
    'made-name': t('by what its name was made of'),
    handler: t('by its handler'),
  };
  return texts[by];
}

function differenceNode(id: string, { what, deployed, source }: Difference, payload: DeployedPayload, t: Translate): Node {
  const unit = differenceUnit(what);
  const names: Record<Difference['what'], string> = {
    memory: t('memory'),
    timeout: t('timeout'),
    architecture: t('architecture'),
    runtime: t('runtime'),
    handler: t('handler'),
    'package type': t('package type'),
  };
  const label = `${names[what]} ${deployed}${unit}`;
  const description = t('source: {0}', `${source}${unit}`);
  return {
    id: `${id}|difference|${what}`,
    label,
    description,
    accessibilityLabel: `${label}, ${description}`,
    icon: { id: 'diff', color: 'list.warningForeground' },
    traits: [],
    children: [],
    payload,
  };
}
