import type { DeployedRow } from '../../protocol/deployed.ts';
import { type Grouping, groupRows, matchesFilter } from '../../protocol/deployed-groups.ts';
import { commandIds, nodeTraits } from '../commands/ids.ts';
import type { DeployedPayload } from '../deployed/payload.ts';
import type { PlaceState } from '../deployed/place-state.ts';
import { type DeployedTree, deployedFunctionNode } from './deployed-function-model.ts';
import { problemNodes } from './deployed-problem-model.ts';
import { escapeMarkdown, type Translate, type TreeNode } from './tree-node.ts';

export type DeployedNode = TreeNode<DeployedPayload>;

/** How the rows of a place are shown. */
export type Shown = { filter: string; grouping: Grouping };

/** The tree of the view *Deployed*: profile and region, stack or tag, function, then what is known of it. */
export function deployedTree(places: readonly PlaceState[], tree: DeployedTree, shown: Shown): DeployedNode[] {
  return places.map((place) => placeNode(place, tree, shown));
}

function placeNode(place: PlaceState, tree: DeployedTree, shown: Shown): DeployedNode {
  const { target } = place;
  const { t } = tree;
  const label = placeLabel(target, t);
  const { description, spoken } = placeCount(place, shown, t);
  return {
    id: target,
    label,
    description,
    tooltip: () => placeTooltip(place, t),
    accessibilityLabel: [label, spoken].filter(Boolean).join(', '),
    icon: place.listing === 'failed' ? { id: 'warning', color: 'list.warningForeground' } : { id: 'server-environment' },
    traits: [nodeTraits.place],
    children: [],
    async load() {
      await tree.open(target);
      return placeChildren(tree.place(target), tree, shown);
    },
    payload: { folder: tree.folder, target },
  };
}

/** `dev/eu-west-1`; a place without a profile is the default one's. */
export function placeLabel(target: string, t: Translate): string {
  const place = target.slice('aws:'.length);
  if (place === '') return t('AWS, default profile');
  return place.startsWith('/') ? t('{0}, default profile', place.slice(1)) : place;
}

/** How many functions there are, beside the label and in words. */
function placeCount({ listing, rows }: PlaceState, { filter }: Shown, t: Translate): { description: string; spoken: string } {
  if (listing === 'idle') return { description: '', spoken: t('not listed yet') };
  if (listing === 'failed' && rows.size === 0) return { description: '', spoken: t('not listed') };
  const count = rows.size.toLocaleString('en-US');
  if (listing === 'loading') return { description: `${count}…`, spoken: t('{0} functions so far', count) };
  if (listing === 'stopped') return { description: `${count}…`, spoken: t('{0} functions, stopped', count) };
  if (filter === '') return { description: count, spoken: t('{0} functions', count) };
  const matching = matchingRows(rows, filter).length.toLocaleString('en-US');
  return { description: `${matching} / ${count}`, spoken: t('{0} of {1} functions', matching, count) };
}

function placeTooltip({ target, problem, tagsProblem, listing }: PlaceState, t: Translate): string {
  const lines = [
    `**${escapeMarkdown(target)}**`,
    listing === 'idle' ? t('Nothing was asked yet: open it to list its functions.') : '',
    escapeMarkdown(problem?.sentence ?? ''),
    escapeMarkdown(tagsProblem ?? ''),
  ];
  return lines.filter(Boolean).join('\n\n');
}

function matchingRows(rows: PlaceState['rows'], filter: string): DeployedRow[] {
  return [...rows.values()].filter((row) => matchesFilter(row, filter));
}

function placeChildren(place: PlaceState, tree: DeployedTree, shown: Shown): DeployedNode[] {
  const { target, rows, problem, listing } = place;
  const { t } = tree;
  const payload = { folder: tree.folder, target };
  const matching = matchingRows(rows, shown.filter);
  const note = (id: string, label: string, icon: string, tooltip?: string): DeployedNode => ({
    id: `${target}|${id}`,
    label,
    icon: { id: icon },
    ...(tooltip !== undefined && { tooltip: escapeMarkdown(tooltip), accessibilityLabel: `${label}: ${tooltip}` }),
    traits: [],
    children: [],
    payload,
  });
  const nodes: DeployedNode[] = problem === null ? [] : problemNodes(target, problem, payload, t);
  if (place.tagsProblem !== null) nodes.push(note('tags', t('Stacks and tags are not known'), 'info', place.tagsProblem));
  nodes.push(...groupNodes(target, matching, tree, shown));
  if (listing === 'loading') nodes.push(note('loading', t('Listing functions…'), 'loading~spin'));
  else if (listing === 'stopped') {
    nodes.push({ ...note('stopped', t('Stopped: list the rest'), 'debug-continue'), command: commandIds.refreshDeployed });
  } else if (listing === 'ready' && rows.size === 0) nodes.push(note('none', t('No functions are deployed here.'), 'info'));
  else if (matching.length === 0 && rows.size > 0)
    nodes.push(note('none', t('No function matches: {0}', shown.filter), 'filter'));
  return nodes;
}

/** Groups by name, each with its functions; what is in none stands beside them. A filter opens the groups. */
function groupNodes(target: string, rows: readonly DeployedRow[], tree: DeployedTree, shown: Shown): DeployedNode[] {
  const { t } = tree;
  const filtered = shown.filter === '' ? '' : '|filtered';
  return groupRows(rows, shown.grouping).flatMap(([group, members]): DeployedNode[] => {
    const functions = (): DeployedNode[] => members.map((row) => deployedFunctionNode(target, row, tree));
    if (group === null) return functions();
    return [
      {
        id: `${target}|group|${group}${filtered}`,
        label: group,
        description: String(members.length),
        accessibilityLabel: t('{0}, {1} functions', group, members.length),
        icon: { id: shown.grouping.by === 'stack' ? 'layers' : 'tag' },
        traits: [nodeTraits.group],
        children: [],
        load: async () => functions(),
        expanded: filtered !== '',
        payload: { folder: tree.folder, target },
      },
    ];
  });
}
