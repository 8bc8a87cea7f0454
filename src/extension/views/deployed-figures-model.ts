import { formatDuration, formatMemory, formatPeak, formatPercent, formatRate, formatUsd } from '../../engine/format/format.ts';
import type { LogFigures } from '../../protocol/deployed.ts';
import { commandIds, nodeTraits } from '../commands/ids.ts';
import type { DeployedPayload } from '../deployed/payload.ts';
import type { Loadable } from '../deployed/place-state.ts';
import type { DeployedTree } from './deployed-function-model.ts';
import { problemNodes } from './deployed-problem-model.ts';
import { escapeMarkdown, type TreeNode } from './tree-node.ts';

type Node = TreeNode<DeployedPayload>;

/** What the log says of a function's calls: a node that reads it by a click, then the figures with their evidence. */
export function figureNodes(
  id: string,
  figures: Loadable<LogFigures> | undefined,
  payload: DeployedPayload,
  tree: DeployedTree,
): Node[] {
  const { t } = tree;
  const own = `${id}|figures`;
  const node = {
    id: own,
    label: t('Figures from Logs'),
    icon: { id: 'graph-line' },
    traits: [nodeTraits.figures],
    children: [],
    payload,
  };
  if (figures === undefined) return [{ ...node, description: t('click to read'), command: commandIds.readFigures }];
  if (figures.state === 'loading') return [{ ...node, description: t('reading the log…'), icon: { id: 'loading~spin' } }];
  if (figures.state === 'failed') return [{ ...node, children: problemNodes(own, figures.problem, payload, t), expanded: true }];
  const { value } = figures;
  const description = t('calls: {0} in {1}', value.calls.toLocaleString('en-US'), daysText(value, tree));
  return [
    {
      ...node,
      id: `${own}|read`,
      description,
      tooltip: () => evidence(value, tree).map(escapeMarkdown).join('\n\n'),
      accessibilityLabel: [node.label, ...evidence(value, tree)].join(', '),
      traits: [nodeTraits.figures, nodeTraits.read],
      children: figureLeaves(own, value, payload, tree),
      expanded: true,
    },
  ];
}

/** How many calls, of which days, from where; and what is missing. */
function evidence(figures: LogFigures, tree: DeployedTree): string[] {
  const { t, time } = tree;
  const { calls, firstMs, lastMs, from, complete, leftOut, warm, memoryMb } = figures;
  return [
    t('calls: {0} in {1}', calls.toLocaleString('en-US'), daysText(figures, tree)),
    firstMs === null || lastMs === null ? '' : t('from {0} to {1}', time(firstMs), time(lastMs)),
    from === 'store' ? t('of logs that were imported') : t('of its log'),
    warm === 0 || memoryMb === null ? '' : t('durations of {0} warm calls at {1}', warm, formatMemory(memoryMb)),
    complete ? '' : t('the log has more: the latest were read'),
    leftOut === 0 ? '' : t('{0} calls without a report that can be read are left out', leftOut),
  ].filter(Boolean);
}

function daysText({ days }: LogFigures, { t }: DeployedTree): string {
  return days < 1 ? formatDuration(days * 86_400_000) : t('{0} days', Number(days.toFixed(1)));
}

function figureLeaves(id: string, figures: LogFigures, payload: DeployedPayload, { t }: DeployedTree): Node[] {
  const { p50Ms, p95Ms, coldRate, initMs, peakMb, memoryMb, callsPerDay, costPerMonthUsd, failed } = figures;
  const leaf = (name: string, icon: string, label: string, description = ''): Node => ({
    id: `${id}|${name}`,
    label,
    ...(description !== '' && { description }),
    icon: { id: icon },
    traits: [],
    children: [],
    payload,
  });
  const leaves: (Node | null)[] = [
    p50Ms === null
      ? null
      : leaf('p50', 'watch', t('p50 {0}', formatDuration(p50Ms)), p95Ms === null ? '' : t('p95 {0}', formatDuration(p95Ms))),
    coldRate === null
      ? null
      : leaf(
          'cold',
          'rocket',
          t('{0} cold', formatPercent(coldRate)),
          initMs === null ? '' : t('init {0}', formatDuration(initMs)),
        ),
    peakMb === null
      ? null
      : leaf('peak', 'chip', t('peak {0}', formatPeak(peakMb)), memoryMb === null ? '' : t('of {0}', formatMemory(memoryMb))),
    callsPerDay === null ? null : leaf('calls', 'pulse', t('{0} calls a day', formatRate(callsPerDay))),
    costPerMonthUsd === null ? null : leaf('cost', 'credit-card', t('{0} a month', formatUsd(costPerMonthUsd))),
    failed === 0 ? null : leaf('failed', 'error', t('{0} calls failed', failed.toLocaleString('en-US'))),
  ];
  return leaves.filter((node) => node !== null);
}
