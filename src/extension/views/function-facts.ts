import { formatCostPerMillion, formatDuration, formatGain, formatMemory, verdictShown } from '../../engine/format/format.ts';
import { effectiveMemoryMb, type FunctionInfo } from '../../protocol/functions.ts';
import type { Figures, FunctionWithFigures } from '../../protocol/requests.ts';
import { escapeMarkdown, type Translate } from './tree-node.ts';

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

/** True when Reef itself deploys a function: no template of another tool describes it. */
export function isDeployable({ source }: FunctionInfo): boolean {
  return source === 'reef' || source === 'code';
}

/** True when another size than the one stated is recommended. */
export function hasAdvice(figures: Figures): boolean {
  return figures.recommendedMb !== figures.currentMb;
}

/** `512 MB · 41 ms · $0.83/M` when figures are known, else the size and runtime as stated. */
export function describeFunction(fn: FunctionInfo, figures: Figures | null): string {
  if (figures === null) return [statedMemory(fn), fn.runtime ?? ''].filter(Boolean).join(' · ');
  const { currentMb, currentDurationMs, currentCostPerMillionUsd } = figures;
  if (currentMb === null || currentDurationMs === null || currentCostPerMillionUsd === null) {
    return sizeText(figures.recommendedMb, figures.recommendedDurationMs, figures.recommendedCostPerMillionUsd);
  }
  const arrow = hasAdvice(figures) ? ` → ${formatMemory(figures.recommendedMb)}` : '';
  return `${sizeText(currentMb, currentDurationMs, currentCostPerMillionUsd)}${arrow}`;
}

/** The size as its source states it, `props.size` where that is no number; empty when it states none. */
function statedMemory({ memoryMb, properties }: FunctionInfo): string {
  return memoryMb === null ? (properties.memory?.origin ?? '') : formatMemory(memoryMb);
}

function sizeText(memoryMb: number, durationMs: number, costPerMillionUsd: number): string {
  return [formatMemory(memoryMb), formatDuration(durationMs), formatCostPerMillion(costPerMillionUsd)].join(' · ');
}

/** `1024 MB recommended: saves 23 %, ×1.9 faster`. */
export function adviceText(figures: Figures, t: Translate): string {
  const gain = verdictText(figures, t) || formatGain(figures.saving, figures.speedup);
  return gain === ''
    ? t('{0} recommended', formatMemory(figures.recommendedMb))
    : t('{0} recommended: {1}', formatMemory(figures.recommendedMb), gain);
}

/** What the measurements say beside a size; empty when they are clear. */
export function verdictText(figures: Figures, t: Translate): string {
  const texts = { clear: '', flat: t('memory hardly matters'), noisy: t('too noisy to tell sizes apart') };
  return texts[verdictShown(figures)];
}

/** True when the recommended size can be written into a template. */
export function isApplicable(fn: FunctionInfo, figures: Figures | null): boolean {
  return fn.template !== null && fn.source !== 'code' && fn.source !== 'recorded' && figures !== null && hasAdvice(figures);
}

export function basisText({ basis }: Figures, t: Translate): string {
  return basis === 'measured' ? t('measured') : t('predicted');
}

function memoryText(fn: FunctionInfo, t: Translate): string {
  if (fn.memoryMb !== null) return formatMemory(fn.memoryMb);
  const { memory } = fn.properties;
  if (memory === undefined) return t('{0} (default)', formatMemory(effectiveMemoryMb(fn)));
  return memory.origin === undefined ? t('memory not known here') : t('memory from {0}', memory.origin);
}

export function functionTooltip(fn: FunctionInfo, figures: Figures | null, problem: string | null, t: Translate): string {
  const memory = memoryText(fn, t);
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
      : [
          `$(graph) ${escapeMarkdown(describeFunction(fn, figures))} (${basisText(figures, t)})`,
          escapeMarkdown(figures.why),
          escapeMarkdown(figures.stale ?? ''),
        ]),
  ];
  return lines.filter(Boolean).join('\n\n');
}
