import { formatDuration } from '../../engine/format/format.ts';
import type { RunStatus, RunSummary } from '../../protocol/runs.ts';
import { commandIds, nodeTraits } from '../commands/ids.ts';
import { escapeMarkdown, type Translate, type TreeNode } from './tree-node.ts';

/** Work that this window started and that is under way. */
export type Work = {
  id: string;
  folder: string;
  functionId: string;
  functionName: string;
  study: RunSummary['study'] | 'logs';
  startedAtMs: number;
  message: string;
  /** 0–100; null while unknown. */
  percentage: number | null;
};

export type RunPayload = { folder: string; runId?: string; workId?: string; functionId?: string };
export type RunsNode = TreeNode<RunPayload>;

type FolderRuns = { folder: string; name: string; runs: readonly RunSummary[] | null };
type Calendar = { nowMs: number; day: (ms: number) => string; time: (ms: number) => string };

/** The tree of the view *Runs*: what is under way, then past runs by day, newest first. */
export function runsTree(work: readonly Work[], folders: readonly FolderRuns[], calendar: Calendar, t: Translate): RunsNode[] {
  const past = folders
    .flatMap(({ folder, name, runs }) => (runs ?? []).map((run) => ({ folder, name: folders.length > 1 ? name : '', run })))
    .filter(({ folder, run }) => !isOwnWork(work, folder, run))
    .sort((a, b) => b.run.startedAtMs - a.run.startedAtMs);
  const days = Map.groupBy(past, ({ run }) => calendar.day(run.startedAtMs));
  const today = calendar.day(calendar.nowMs);
  return [
    ...work.map((item) => workNode(item, t)),
    ...[...days].map(([day, items], index): RunsNode => ({
      id: `day|${day}`,
      label: day === today ? t('Today') : day,
      description: String(items.length),
      icon: { id: 'calendar' },
      traits: [],
      children: items.map(({ folder, name, run }) => runNode(folder, name, run, calendar, t)),
      expanded: index === 0,
      payload: { folder: '' },
    })),
  ];
}

/**
 * True for the stored row of work that this window shows as under way: it would stand there twice.
 * Which recorded curve runs is not known before it has run.
 */
function isOwnWork(work: readonly Work[], folder: string, run: RunSummary): boolean {
  const isSame = (item: Work): boolean => item.functionId === run.functionId || run.target.startsWith('replay:');
  return (
    run.status === 'running' &&
    work.some(
      (item) => item.folder === folder && item.study === run.study && item.startedAtMs <= run.startedAtMs + 1000 && isSame(item),
    )
  );
}

function workNode(item: Work, t: Translate): RunsNode {
  const percentage = item.percentage === null ? '' : `${Math.round(item.percentage)} %`;
  const description = [percentage, item.message].filter(Boolean).join(' · ');
  return {
    id: `work|${item.id}`,
    label: item.functionName,
    description: description === '' ? studyText(item.study, t) : description,
    accessibilityLabel: t('{0}, under way, {1}', item.functionName, description),
    icon: { id: 'loading~spin' },
    traits: [nodeTraits.work],
    children: [],
    payload: { folder: item.folder, workId: item.id, functionId: item.functionId },
  };
}

function runNode(folder: string, folderName: string, run: RunSummary, calendar: Calendar, t: Translate): RunsNode {
  const parts = [studyText(run.study, t), calendar.time(run.startedAtMs), run.target, folderName];
  const description = parts.filter(Boolean).join(' · ');
  return {
    id: `${folder}|${run.id}`,
    label: run.functionName,
    description,
    tooltip: runTooltip(run, calendar, t),
    accessibilityLabel: [run.functionName, statusText(run.status, t), description].join(', '),
    icon: statusIcons[run.status],
    ...openingOf(run),
    children: [],
    payload: { folder, runId: run.id, functionId: run.functionId },
  };
}

/** What a click on a run opens. */
function openingOf({ study, hasReport }: RunSummary): Pick<RunsNode, 'traits' | 'command'> {
  if (!hasReport) return { traits: [nodeTraits.run] };
  if (study === 'tracing') return { traits: [nodeTraits.run, nodeTraits.trace], command: commandIds.showTrace };
  return { traits: [nodeTraits.run, nodeTraits.report], command: commandIds.showReport };
}

const statusIcons: Record<RunStatus, { id: string; color?: string }> = {
  running: { id: 'sync', color: 'progressBar.background' },
  done: { id: 'pass', color: 'testing.iconPassed' },
  failed: { id: 'error', color: 'testing.iconFailed' },
  cancelled: { id: 'circle-slash', color: 'disabledForeground' },
  interrupted: { id: 'debug-disconnect', color: 'list.warningForeground' },
};

function statusText(status: RunStatus, t: Translate): string {
  const texts: Record<RunStatus, string> = {
    running: t('under way elsewhere'),
    done: t('done'),
    failed: t('failed'),
    cancelled: t('cancelled'),
    interrupted: t('interrupted'),
  };
  return texts[status];
}

function studyText(study: Work['study'], t: Translate): string {
  const texts: Record<Work['study'], string> = {
    sizing: t('Profile'),
    invoke: t('Run'),
    tracing: t('Trace'),
    import: t('Import'),
    logs: t('Logs'),
  };
  return texts[study];
}

function runTooltip(run: RunSummary, calendar: Calendar, t: Translate): string {
  const took = run.endedAtMs === null ? '' : t('took {0}', formatDuration(run.endedAtMs - run.startedAtMs));
  const lines = [
    `**${escapeMarkdown(run.functionName)}** · ${studyText(run.study, t)} · ${statusText(run.status, t)}`,
    [`${calendar.day(run.startedAtMs)} ${calendar.time(run.startedAtMs)}`, took, t('{0} samples', run.samples), run.target]
      .filter(Boolean)
      .map(escapeMarkdown)
      .join(' · '),
    run.failure === null ? '' : `$(error) ${escapeMarkdown(run.failure)}`,
    run.gitCommit === null ? '' : t('Commit {0}', escapeMarkdown(run.gitCommit.slice(0, 8))),
    escapeMarkdown(t('Run {0}', run.id)),
  ];
  return lines.filter(Boolean).join('\n\n');
}
