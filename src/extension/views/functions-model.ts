import { formatCostPerMillion, formatDuration, formatFactor, formatMemory, formatPercent } from '../../engine/format/format.ts';
import { effectiveMemoryMb, type EventFile, type FunctionInfo } from '../../protocol/functions.ts';
import type { Figures, FunctionWithFigures } from '../../protocol/requests.ts';
import { commandIds, nodeTraits } from '../commands/ids.ts';
import { escapeMarkdown, type Translate, type TreeNode } from './tree-node.ts';

/** What the commands of a node work on. */
export type FunctionPayload = { folder: string; functionId?: string; event?: EventFile };
export type FunctionsNode = TreeNode<FunctionPayload>;

type FolderFunctions = { folder: string; name: string; functions: readonly FunctionWithFigures[] | null };

/** The tree of the view *Functions*: folder (when there are several), template, function, then what is known of it. */
export function functionsTree(folders: readonly FolderFunctions[], t: Translate): FunctionsNode[] {
  const groups = folders.map((state) => ({ state, nodes: groupNodes(state, t) }));
  if (folders.length <= 1) return groups.flatMap(({ nodes }) => nodes);
  return groups
    .filter(({ nodes }) => nodes.length > 0)
    .map(({ state, nodes }) => ({
      id: state.folder,
      label: state.name,
      icon: { id: 'root-folder' },
      traits: [],
      children: nodes,
      expanded: true,
      payload: { folder: state.folder },
    }));
}

function groupNodes({ folder, functions }: FolderFunctions, t: Translate): FunctionsNode[] {
  const groups = Map.groupBy(functions ?? [], ({ function: fn }) =>
    fn.source === 'recorded' ? 'recorded:' : (fn.template ?? ''),
  );
  return [...groups]
    .sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a.localeCompare(b)))
    .map(([template, members]) => ({
      id: `${folder}|${template}`,
      ...groupFace(template, t),
      description: String(members.length),
      accessibilityLabel: t('{0}, {1} functions', groupFace(template, t).label, members.length),
      traits: [],
      children: members.map((member) => functionNode(folder, member, t)),
      expanded: true,
      payload: { folder },
    }));
}

function groupFace(template: string, t: Translate): Pick<FunctionsNode, 'label' | 'icon'> {
  if (template === '') return { label: t('Code without a template'), icon: { id: 'file-code' } };
  if (template === 'recorded:') return { label: t('Recorded curves'), icon: { id: 'graph-line' } };
  return { label: template, icon: { id: 'symbol-file' } };
}

/** True when a function can be run here. */
export function isRunnable({ function: fn }: FunctionWithFigures): boolean {
  return whyNotRunnable(fn, (message) => message) === null;
}

/** Why a function cannot be run here, as one sentence; null when it can. */
export function whyNotRunnable(fn: FunctionInfo, t: Translate): string | null {
  if (fn.source === 'recorded') return null;
  if (fn.packageType === 'image') return t('A container image cannot be run by this version of Reef.');
  if (fn.language === null)
    return t('Reef cannot run the runtime {0}: it runs Node.js and Python.', fn.runtime ?? t('(none stated)'));
  if (fn.handlerFile === null) return t('No file matches the handler {0}.', fn.handler ?? t('(none stated)'));
  return null;
}

/** True when another size than the one stated is recommended. */
export function hasAdvice(figures: Figures): boolean {
  return figures.recommendedMb !== figures.currentMb;
}

function functionNode(folder: string, { function: fn, figures }: FunctionWithFigures, t: Translate): FunctionsNode {
  const problem = whyNotRunnable(fn, t);
  const payload = { folder, functionId: fn.id };
  const id = `${folder}|${fn.id}`;
  const description = describeFunction(fn, figures);
  const children = [
    ...(problem === null ? [] : [leaf(`${id}|problem`, problem, { id: 'warning', color: 'list.warningForeground' }, payload)]),
    ...(figures === null ? [] : figureNodes(id, fn, figures, payload, t)),
    ...fn.events.map((event) => eventNode(id, event, payload, problem === null)),
  ];
  return {
    id,
    label: fn.name,
    description,
    tooltip: functionTooltip(fn, figures, problem, t),
    accessibilityLabel: [
      fn.name,
      description,
      problem ?? '',
      figures !== null && hasAdvice(figures) ? adviceText(figures, t) : '',
    ]
      .filter(Boolean)
      .join(', '),
    icon: functionIcon(figures, problem),
    traits: functionTraits(fn, figures, problem),
    children,
    payload,
  };
}

/** `512 MB · 41 ms · $0.83/M` when figures are known, else the size and runtime as stated. */
export function describeFunction(fn: FunctionInfo, figures: Figures | null): string {
  if (figures === null)
    return [fn.memoryMb === null ? '' : formatMemory(fn.memoryMb), fn.runtime ?? ''].filter(Boolean).join(' · ');
  const { currentMb, currentDurationMs, currentCostPerMillionUsd } = figures;
  if (currentMb === null || currentDurationMs === null || currentCostPerMillionUsd === null) {
    return sizeText(figures.recommendedMb, figures.recommendedDurationMs, figures.recommendedCostPerMillionUsd);
  }
  const arrow = hasAdvice(figures) ? ` → ${formatMemory(figures.recommendedMb)}` : '';
  return `${sizeText(currentMb, currentDurationMs, currentCostPerMillionUsd)}${arrow}`;
}

function sizeText(memoryMb: number, durationMs: number, costPerMillionUsd: number): string {
  return [formatMemory(memoryMb), formatDuration(durationMs), formatCostPerMillion(costPerMillionUsd)].join(' · ');
}

/** What the recommendation brings, in words: `saves 23 %, ×1.9 faster`. */
export function gainText({ saving, speedup }: Figures, t: Translate): string {
  const parts: string[] = [];
  if (saving !== null && saving >= 0.005) parts.push(t('saves {0}', formatPercent(saving)));
  if (saving !== null && saving <= -0.005) parts.push(t('costs {0} more', formatPercent(-saving)));
  if (speedup !== null && speedup >= 1.05) parts.push(t('{0} faster', formatFactor(speedup)));
  if (speedup !== null && speedup <= 1 / 1.05) parts.push(t('{0} slower', formatFactor(1 / speedup)));
  return parts.join(', ');
}

function adviceText(figures: Figures, t: Translate): string {
  const gain = gainText(figures, t);
  return gain === ''
    ? t('{0} recommended', formatMemory(figures.recommendedMb))
    : t('{0} recommended: {1}', formatMemory(figures.recommendedMb), gain);
}

function functionIcon(figures: Figures | null, problem: string | null): { id: string; color?: string } {
  if (problem !== null) return { id: 'warning', color: 'list.warningForeground' };
  if (figures === null) return { id: 'symbol-function', color: 'symbolIcon.functionForeground' };
  return hasAdvice(figures)
    ? { id: 'lightbulb', color: 'editorLightBulb.foreground' }
    : { id: 'pass', color: 'testing.iconPassed' };
}

function functionTraits(fn: FunctionInfo, figures: Figures | null, problem: string | null): string[] {
  const template = fn.template !== null && fn.source !== 'code';
  return [
    nodeTraits.function,
    ...(problem === null ? [nodeTraits.runnable] : []),
    ...(fn.handlerFile === null ? [] : [nodeTraits.handler]),
    ...(template ? [nodeTraits.template] : []),
    ...(figures === null ? [] : [nodeTraits.report]),
    ...(isApplicable(fn, figures) ? [nodeTraits.applicable] : []),
  ];
}

/** True when the recommended size can be written into a template. */
export function isApplicable(fn: FunctionInfo, figures: Figures | null): boolean {
  return fn.template !== null && fn.source !== 'code' && fn.source !== 'recorded' && figures !== null && hasAdvice(figures);
}

function figureNodes(id: string, fn: FunctionInfo, figures: Figures, payload: FunctionPayload, t: Translate): FunctionsNode[] {
  const advice: FunctionsNode = hasAdvice(figures)
    ? {
        ...leaf(
          `${id}|advice`,
          t('{0} recommended', formatMemory(figures.recommendedMb)),
          { id: 'lightbulb', color: 'editorLightBulb.foreground' },
          payload,
        ),
        description: gainText(figures, t),
        tooltip: escapeMarkdown(figures.why),
        traits: isApplicable(fn, figures) ? [nodeTraits.applicable] : [],
      }
    : {
        ...leaf(
          `${id}|advice`,
          t('{0} is right', formatMemory(figures.recommendedMb)),
          { id: 'pass', color: 'testing.iconPassed' },
          payload,
        ),
        tooltip: escapeMarkdown(figures.why),
      };
  const report: FunctionsNode = {
    ...leaf(`${id}|report`, t('Report'), { id: 'graph' }, payload),
    description: `${figures.target}, ${basisText(figures, t)}`,
    tooltip: [t('Made on {0}', figures.createdAt), ...figures.evidence].map(escapeMarkdown).join('\n\n'),
    traits: [nodeTraits.report],
    command: commandIds.showReport,
  };
  return [advice, report];
}

function basisText({ basis }: Figures, t: Translate): string {
  return basis === 'measured' ? t('measured') : t('predicted');
}

function eventNode(id: string, event: EventFile, payload: FunctionPayload, runnable: boolean): FunctionsNode {
  return {
    ...leaf(`${id}|event|${event.file}`, event.name, { id: 'json' }, { ...payload, event }),
    description: event.file,
    traits: runnable ? [nodeTraits.event, nodeTraits.runnable] : [nodeTraits.event],
    opens: event.file,
  };
}

function functionTooltip(fn: FunctionInfo, figures: Figures | null, problem: string | null, t: Translate): string {
  const memory = fn.memoryMb === null ? t('{0} (default)', formatMemory(effectiveMemoryMb(fn))) : formatMemory(fn.memoryMb);
  const lines = [
    `**${escapeMarkdown(fn.name)}**`,
    ...(problem === null ? [] : [`$(warning) ${escapeMarkdown(problem)}`]),
    [fn.runtime, fn.source === 'code' ? null : memory, fn.architecture]
      .filter((part) => part !== null)
      .map(escapeMarkdown)
      .join(' · '),
    fn.handlerFile === null ? '' : `$(code) ${escapeMarkdown(fn.handlerFile)}`,
    ...(figures === null
      ? [t('Not profiled yet.')]
      : [`$(graph) ${escapeMarkdown(describeFunction(fn, figures))} (${basisText(figures, t)})`, escapeMarkdown(figures.why)]),
  ];
  return lines.filter(Boolean).join('\n\n');
}

function leaf(id: string, label: string, icon: { id: string; color?: string }, payload: FunctionPayload): FunctionsNode {
  return { id, label, icon, traits: [], children: [], payload };
}
