import { formatGain, formatMemory, formatPercent, formatUsd } from '../../engine/format/format.ts';
import type { SavingsResult } from '../../protocol/requests.ts';
import type { Saving } from '../../protocol/savings.ts';
import { commandIds, nodeTraits } from '../commands/ids.ts';
import { escapeMarkdown, type Translate, type TreeNode } from './tree-node.ts';

export type SavingsPayload = { folder: string; functionId?: string; runId?: string };
export type SavingsNode = TreeNode<SavingsPayload>;

export type FolderSavings = SavingsResult & { folder: string; name: string };

/** Savings smaller than this share are none. */
const noticeableSaving = 0.005;

/** The tree of the view *Savings*: the functions worth changing first, as ranked; then those as they are; then those not profiled. */
export function savingsTree(folders: readonly FolderSavings[], t: Translate): SavingsNode[] {
  const several = folders.length > 1;
  const measured = folders.flatMap(({ folder, name, savings }) =>
    savings.map((saving) => ({ folder, name: several ? name : '', saving })),
  );
  const nodes = measured
    // Each folder is ranked; together they are ranked anew by the same measure.
    .toSorted((a, b) => (several ? worth(b.saving) - worth(a.saving) : 0))
    .map(({ folder, name, saving }) => savingNode(folder, name, saving, t));
  const unmeasured = folders.flatMap(({ folder, unmeasured }) => unmeasured.map((fn) => ({ folder, ...fn })));
  if (unmeasured.length === 0 || nodes.length === 0) return nodes;
  return [
    ...nodes,
    {
      id: 'unmeasured',
      label: t('Not profiled yet'),
      description: String(unmeasured.length),
      icon: { id: 'circle-outline' },
      traits: [],
      payload: { folder: '' },
      children: unmeasured.map(({ folder, functionId, functionName }) => ({
        id: `${folder}|${functionId}|unmeasured`,
        label: functionName,
        icon: { id: 'symbol-function' },
        traits: [nodeTraits.function],
        children: [],
        payload: { folder, functionId },
      })),
    },
  ];
}

function worth({ savingPerMonthUsd, confidence }: Saving): number {
  return savingPerMonthUsd === null ? -Infinity : savingPerMonthUsd * (confidence ?? 0);
}

function savingNode(folder: string, folderName: string, saving: Saving, t: Translate): SavingsNode {
  const description = [savingText(saving, t), folderName].filter(Boolean).join(' · ');
  const saves = isChange(saving) && (saving.saving ?? 0) >= noticeableSaving;
  return {
    id: `${folder}|${saving.functionId}`,
    label: saving.functionName,
    description,
    tooltip: tooltip(saving, t),
    accessibilityLabel: [saving.functionName, description, saving.stale ?? ''].filter(Boolean).join(', '),
    icon: icon(saving, saves),
    traits: [nodeTraits.function, nodeTraits.report, ...(isChange(saving) ? [nodeTraits.applicable] : [])],
    command: commandIds.showReport,
    children: [],
    payload: { folder, functionId: saving.functionId, runId: saving.runId },
  };
}

function isChange({ currentMb, recommendedMb }: Saving): boolean {
  return currentMb !== null && currentMb !== recommendedMb;
}

function icon(saving: Saving, saves: boolean): { id: string; color?: string } {
  if (saving.stale !== undefined) return { id: 'history', color: 'list.warningForeground' };
  if (saves) return { id: 'arrow-down', color: 'charts.green' };
  return isChange(saving)
    ? { id: 'lightbulb', color: 'editorLightBulb.foreground' }
    : { id: 'pass', color: 'testing.iconPassed' };
}

/** `$12.30 a month, 92 % sure · 2048 → 1024 MB`; without calls the share. */
function savingText(saving: Saving, t: Translate): string {
  const { currentMb, recommendedMb, savingPerMonthUsd, confidence } = saving;
  if (!isChange(saving)) return t('{0} is right', formatMemory(recommendedMb));
  const saves = (saving.saving ?? 0) > 0;
  const sure = confidence === null || !saves ? '' : t('{0} sure', formatPercent(confidence));
  const speedup = saving.currentDurationMs === null ? null : saving.currentDurationMs / saving.recommendedDurationMs;
  const gain =
    savingPerMonthUsd === null
      ? formatGain(saving.saving, speedup)
      : savingPerMonthUsd >= 0
        ? t('{0} a month', formatUsd(savingPerMonthUsd))
        : t('{0} more a month', formatUsd(-savingPerMonthUsd));
  const sizes = `${currentMb === null ? '' : `${Math.round(currentMb)} → `}${formatMemory(recommendedMb)}`;
  return [[gain, sure].filter(Boolean).join(', '), sizes].filter(Boolean).join(' · ');
}

function tooltip(saving: Saving, t: Translate): string {
  const calls =
    saving.callsPerMonth === null
      ? t('Calls a month are not known: set reef.callsPerMonth, or import logs.')
      : saving.callsFrom === 'logs'
        ? t('{0} calls a month, as logs tell', Math.round(saving.callsPerMonth).toLocaleString('en-US'))
        : t('{0} calls a month, as set', Math.round(saving.callsPerMonth).toLocaleString('en-US'));
  const basis = saving.basis === 'measured' ? t('measured') : t('predicted');
  const lines = [
    `**${escapeMarkdown(saving.functionName)}** · ${escapeMarkdown(savingText(saving, t))}`,
    escapeMarkdown(calls),
    escapeMarkdown([saving.target, basis, saving.createdAt.slice(0, 10)].join(' · ')),
    saving.stale === undefined ? '' : `$(history) ${escapeMarkdown(saving.stale)}`,
  ];
  return lines.filter(Boolean).join('\n\n');
}
