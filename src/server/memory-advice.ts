import { formatCostPerMillion, formatDuration, formatGain, formatMemory } from '../engine/format/format.ts';
import type { FunctionInfo, TextRange } from '../protocol/functions.ts';
import type { Figures } from '../protocol/requests.ts';

/** Below these a change of the template is not worth the reader's time; they are wider than what formats as a gain. */
const worthwhileSaving = 0.03;
const worthwhileSpeedup = 1.05;

/** A recommendation that differs from what the template states, and where to say so. */
export type MemoryAdvice = {
  function: FunctionInfo;
  figures: Figures;
  /** The memory value of this function, or the function's key when the value is inherited or not stated. */
  file: string;
  range: TextRange;
  /** Name of the property as the template's dialect spells it. */
  property: string;
  /** `saves 23 %, ×1.9 faster`; empty when the size stated now has no figures. */
  gain: string;
};

/** Whether moving from the stated to the recommended size is worth saying. */
export function isWorthwhile({ currentMb, recommendedMb, saving, speedup, verdict }: Figures): boolean {
  if (currentMb === null || currentMb === recommendedMb || verdict === 'noisy') return false;
  // The size stated now lies outside of what could be fitted, e.g. below what the function uses.
  if (saving === null || speedup === null) return true;
  return saving >= worthwhileSaving || speedup >= worthwhileSpeedup;
}

/** Advice for a function of a template; null when there is nothing to say or no template to say it in. */
export function memoryAdvice(fn: FunctionInfo, figures: Figures | null): MemoryAdvice | null {
  if (figures === null || !isWorthwhile(figures)) return null;
  const memory = fn.properties.memory;
  const property = propertyOf(fn);
  const common = { function: fn, figures, property, gain: formatGain(figures.saving, figures.speedup) };
  if (memory !== undefined && !memory.inherited) return { ...common, file: memory.file, range: memory.value };
  if (fn.template === null || fn.templateRange === null) return null;
  return { ...common, file: fn.template, range: fn.templateRange };
}

function propertyOf({ source, template }: FunctionInfo): string {
  if (source === 'reef') return 'memory';
  if (source === 'terraform' || (source === 'cdk' && template?.endsWith('.py') === true)) return 'memory_size';
  return source === 'serverless' || source === 'cdk' ? 'memorySize' : 'MemorySize';
}

export function adviceMessage({ function: fn, figures, gain }: MemoryAdvice): string {
  const stated = figures.currentMb === null ? '' : ` instead of ${formatMemory(figures.currentMb)}`;
  const basis = figures.basis === 'predicted' ? ' (predicted)' : '';
  return `${fn.name} is better off with ${formatMemory(figures.recommendedMb)}${stated}${gain === '' ? '' : `: ${gain}`}${basis}.`;
}

export function fixTitle({ property, figures, gain }: MemoryAdvice): string {
  return `Set ${property} to ${formatMemory(figures.recommendedMb)}${gain === '' ? '' : ` (${gain})`}`;
}

export function commentedFixTitle({ property, figures }: MemoryAdvice): string {
  return `Set ${property} to ${formatMemory(figures.recommendedMb)} with a comment naming the evidence`;
}

/** `140 ms, $4.88/M, predicted on process, 2026-11-20, run mb3x-1f`. */
export function evidenceComment(figures: Figures): string {
  const { recommendedDurationMs, recommendedCostPerMillionUsd, basis, target, createdAt, runId } = figures;
  return [
    formatDuration(recommendedDurationMs),
    formatCostPerMillion(recommendedCostPerMillionUsd),
    `${basis} on ${target}`,
    createdAt.slice(0, 10),
    `run ${runId}`,
  ].join(', ');
}
