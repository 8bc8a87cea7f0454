import { formatGain, formatMemory } from '../../engine/format/format.ts';
import type { EventFile, FunctionInfo } from '../../protocol/functions.ts';
import type { Figures, FunctionWithFigures } from '../../protocol/requests.ts';
import { commandIds, nodeTraits } from '../commands/ids.ts';
import {
  adviceText,
  basisText,
  describeFunction,
  functionTooltip,
  hasAdvice,
  isApplicable,
  isDeployable,
  verdictText,
  whyNotRunnable,
} from './function-facts.ts';
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
    ...(isDeployable(fn) ? [nodeTraits.deployable] : []),
  ];
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
        description: formatGain(figures.saving, figures.speedup),
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
  const verdict = verdictText(figures, t);
  if (verdict !== '') Object.assign(advice, { description: verdict });
  const stale =
    figures.stale === undefined
      ? []
      : [
          {
            ...leaf(`${id}|stale`, t('Profile again'), { id: 'history', color: 'list.warningForeground' }, payload),
            description: figures.stale,
            command: commandIds.profile,
          },
        ];
  const report: FunctionsNode = {
    ...leaf(`${id}|report`, t('Report'), { id: 'graph' }, payload),
    description: `${figures.target}, ${basisText(figures, t)}`,
    tooltip: [t('Made on {0}', figures.createdAt), ...figures.evidence].map(escapeMarkdown).join('\n\n'),
    traits: [nodeTraits.report],
    command: commandIds.showReport,
  };
  return [...stale, advice, report];
}

function eventNode(id: string, event: EventFile, payload: FunctionPayload, runnable: boolean): FunctionsNode {
  return {
    ...leaf(`${id}|event|${event.file}`, event.name, { id: 'json' }, { ...payload, event }),
    description: event.file,
    traits: runnable ? [nodeTraits.event, nodeTraits.runnable] : [nodeTraits.event],
    opens: event.file,
  };
}

function leaf(id: string, label: string, icon: { id: string; color?: string }, payload: FunctionPayload): FunctionsNode {
  return { id, label, icon, traits: [], children: [], payload };
}
