import type { CurvePoint, FigureAtSize, Objective } from '../../../protocol/sizing.ts';
import { formatCostPerMillion, formatDuration, formatGain, formatMemory, formatPercent } from '../../format/format.ts';
import { median } from '../../numerics/statistics.ts';

export type Reason = {
  chosen: CurvePoint;
  /** Every size from the floor on. */
  allowed: readonly CurvePoint[];
  /** Whether there are smaller sizes, below the floor. */
  floorBinds: boolean;
  cheapest: CurvePoint;
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

/** One or two sentences that say why a size was chosen. */
export function reasonFor(reason: Reason): string {
  const first = reason.feasible ? choiceSentence(reason) : infeasibleSentence(reason);
  return [first, noiseSentence(reason), flatSentence(reason)].filter((sentence) => sentence !== null).join(' ');
}

function infeasibleSentence({ chosen, objective }: Reason): string {
  const limit = formatDuration(objective.maxDurationMs ?? 0);
  return `No size keeps a call within ${limit}: the nearest is the fastest, ${formatMemory(chosen.memory_mb)} with ${formatDuration(chosen.duration_ms)}.`;
}

function choiceSentence(reason: Reason): string {
  const { chosen, cheapest, objective } = reason;
  const limited = objective.maxDurationMs === null ? '' : ` that keeps a call within ${formatDuration(objective.maxDurationMs)}`;
  const figures = `${formatDuration(chosen.duration_ms)} a call, ${formatCostPerMillion(chosen.cost_per_million_usd)}`;
  if (objective.goal === 'cost') return `The cheapest size${limited}: ${figures}${floorClause(reason)}.`;
  const gain = formatGain(
    1 - chosen.cost_per_million_usd / cheapest.cost_per_million_usd,
    cheapest.duration_ms / chosen.duration_ms,
  );
  const against =
    isFlat(reason.allowed) || chosen.memory_mb === cheapest.memory_mb || !gain
      ? ''
      : `, ${gain} than the cheapest (${formatMemory(cheapest.memory_mb)})`;
  if (objective.goal === 'fastest') {
    return `The fastest size${limited} for at most ${formatPercent(objective.tolerance)} more than the cheapest: ${figures}${against}.`;
  }
  return `The best compromise of cost and duration${limited}: ${figures}${against}.`;
}

function floorClause({ chosen, allowed, floorBinds }: Reason): string {
  return floorBinds && chosen.memory_mb === allowed[0]?.memory_mb ? '; smaller ones are below its memory floor' : '';
}

/** No saving is claimed where the uncertainty of the two durations hides it. */
function noiseSentence({ current, saving }: Reason): string | null {
  if (current === null || saving !== null) return null;
  return `Against ${formatMemory(current.memory_mb)} the difference in cost is within the noise of the measurements.`;
}

function flatSentence({ allowed }: Reason): string | null {
  return isFlat(allowed) ? 'Memory hardly matters for its speed.' : null;
}

function isFlat(points: readonly CurvePoint[]): boolean {
  if (points.length < 2) return false;
  const durations = points.map((point) => point.duration_ms);
  const spread = Math.max(...durations) / Math.min(...durations);
  // One duration that nearly every interval holds: 90 % intervals of flat data miss it now and then.
  const middle = median(durations);
  const held = points.filter(({ interval }) => interval[0] <= middle && middle <= interval[1]);
  const noiseExplains = held.length >= heldShare * points.length;
  return spread <= flatSpread || (noiseExplains && spread <= flatSpreadInNoise);
}
