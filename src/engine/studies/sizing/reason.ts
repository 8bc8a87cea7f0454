import type { CurvePoint, FigureAtSize, Objective } from '../../../protocol/sizing.ts';
import { formatCostPerMillion, formatDuration, formatGain, formatMemory, formatPercent } from '../../format/format.ts';
import { median } from '../../numerics/statistics.ts';
import type { Option } from './blend.ts';
import { defaultConfidence } from './tuning.ts';

export type Reason = {
  chosen: Option;
  /** Every size from the floor on. */
  allowed: readonly Option[];
  /** Whether there are smaller sizes, below the floor. */
  floorBinds: boolean;
  cheapest: Option;
  objective: Objective;
  feasible: boolean;
  current: FigureAtSize | null;
  saving: number | null;
  speedup: number | null;
};

/** Below this spread of durations over all sizes, memory is no lever; below the wider one too, when noise explains it. */
const flatSpread = 1.1;
const flatSpreadInNoise = 1.5;
const heldShare = 0.75;

/** Sentences that say why a size was chosen. */
export function reasonFor(reason: Reason): string {
  const first = reason.feasible ? choiceSentence(reason) : infeasibleSentence(reason);
  const sentences = [first, limitSentence(reason), coldSentence(reason), noiseSentence(reason), flatSentence(reason)];
  return sentences.filter((sentence) => sentence !== null).join(' ');
}

function infeasibleSentence({ chosen, objective }: Reason): string {
  const limit = formatDuration(objective.maxDurationMs ?? 0);
  const { point } = chosen;
  if (!hasPercentile(reasonPoint(chosen), objective)) {
    return `No size keeps a call within ${limit}: the nearest is the fastest, ${formatMemory(point.memory_mb)} with ${formatDuration(point.duration_ms)}.`;
  }
  return `No size keeps ${objective.percentile} % of calls within ${limit}${confidently(objective)}: the nearest is ${formatMemory(point.memory_mb)}, where they take up to ${formatDuration(chosen.limitedMs)}.`;
}

const reasonPoint = ({ point }: Option): CurvePoint => point;

function hasPercentile({ percentiles }: CurvePoint, { percentile }: Objective): boolean {
  return percentile !== undefined && percentiles !== undefined;
}

function confidently({ confidence = defaultConfidence }: Objective): string {
  return ` with ${formatPercent(confidence)} confidence`;
}

function choiceSentence(reason: Reason): string {
  const { chosen, cheapest, objective } = reason;
  const { duration_ms, cost_per_million_usd, memory_mb } = chosen.point;
  const limited = limitClause(reason);
  const figures = `${formatDuration(duration_ms)} a call, ${formatCostPerMillion(cost_per_million_usd)}`;
  if (objective.goal === 'cost') return `The cheapest size${limited}: ${figures}${floorClause(reason)}.`;
  const gain = formatGain(1 - chosen.costPerMillionUsd / cheapest.costPerMillionUsd, cheapest.durationMs / chosen.durationMs);
  const against =
    isFlat(reason.allowed.map(reasonPoint)) || memory_mb === cheapest.point.memory_mb || !gain
      ? ''
      : `, ${gain} than the cheapest (${formatMemory(cheapest.point.memory_mb)})`;
  if (objective.goal === 'fastest') {
    return `The fastest size${limited} for at most ${formatPercent(objective.tolerance)} more than the cheapest: ${figures}${against}.`;
  }
  return `The best compromise of cost and duration${limited}: ${figures}${against}.`;
}

function limitClause({ chosen, objective }: Reason): string {
  if (objective.maxDurationMs === null) return '';
  const limit = formatDuration(objective.maxDurationMs);
  if (!hasPercentile(chosen.point, objective)) return ` that keeps a call within ${limit}`;
  return ` that keeps ${objective.percentile} % of calls within ${limit}${confidently(objective)}`;
}

/** Where a percentile was asked for and cannot be told, what the limit was held against instead. */
function limitSentence({ chosen, objective }: Reason): string | null {
  if (objective.maxDurationMs === null || objective.percentile === undefined || hasPercentile(chosen.point, objective))
    return null;
  return 'How single calls vary is not known here, so that the limit is held by their mean.';
}

function coldSentence({ chosen, objective }: Reason): string | null {
  const { coldRate = 0, maxDurationMs } = objective;
  const { cold } = chosen.point;
  if (coldRate === 0) return null;
  if (cold === undefined) return 'What a cold call takes is not known, so that only warm calls count.';
  const beyond = maxDurationMs !== null && cold.duration_ms > maxDurationMs ? ', beyond the limit, which is for warm calls' : '';
  return `With ${formatPercent(coldRate)} cold calls of ${formatDuration(cold.duration_ms)}${beyond}, a call takes ${formatDuration(chosen.durationMs)} and costs ${formatCostPerMillion(chosen.costPerMillionUsd)} on average.`;
}

function floorClause({ chosen, allowed, floorBinds }: Reason): string {
  const atFloor = chosen.point.memory_mb === allowed[0]?.point.memory_mb;
  return floorBinds && atFloor ? '; smaller ones are below its memory floor' : '';
}

/** No saving is claimed where the uncertainty of the two durations hides it. */
function noiseSentence({ current, saving }: Reason): string | null {
  if (current === null || saving !== null) return null;
  return `Against ${formatMemory(current.memory_mb)} the difference in cost is within the noise of the measurements.`;
}

function flatSentence({ allowed }: Reason): string | null {
  return isFlat(allowed.map(reasonPoint)) ? 'Memory hardly matters for its speed: choose by latency, or the cheapest.' : null;
}

/** Whether memory hardly matters: durations differ little over all sizes, or no more than noise explains. */
export function isFlat(points: readonly CurvePoint[]): boolean {
  if (points.length < 2) return false;
  const durations = points.map((point) => point.duration_ms);
  const spread = Math.max(...durations) / Math.min(...durations);
  // One duration that nearly every interval holds: 90 % intervals of flat data miss it now and then.
  const middle = median(durations);
  const held = points.filter(({ interval }) => interval[0] <= middle && middle <= interval[1]);
  const noiseExplains = held.length >= heldShare * points.length;
  return spread <= flatSpread || (noiseExplains && spread <= flatSpreadInNoise);
}
