import type { CurvePoint, FigureAtSize, Objective } from '../../../protocol/sizing.ts';
import { formatCostPerMillion, formatDuration, formatGain, formatMemory, formatPercent } from '../../format/format.ts';

export type Reason = {
  chosen: CurvePoint;
  /** Every size from the floor on. */
  allowed: readonly CurvePoint[];
  cheapest: CurvePoint;
  objective: Objective;
  feasible: boolean;
  current: FigureAtSize | null;
  saving: number | null;
  speedup: number | null;
};

/** Below this spread of durations over all sizes, memory is no lever. */
const flatSpread = 1.1;

/** One or two sentences that say why a size was chosen. */
export function reasonFor(reason: Reason): string {
  const first = reason.feasible ? choiceSentence(reason) : infeasibleSentence(reason);
  const second = noiseSentence(reason) ?? flatSentence(reason) ?? '';
  return [first, second].filter(Boolean).join(' ');
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
    chosen.memory_mb === cheapest.memory_mb || !gain ? '' : `, ${gain} than the cheapest (${formatMemory(cheapest.memory_mb)})`;
  if (objective.goal === 'fastest') {
    return `The fastest size${limited} for at most ${formatPercent(objective.tolerance)} more than the cheapest: ${figures}${against}.`;
  }
  return `The best compromise of cost and duration${limited}: ${figures}${against}.`;
}

function floorClause({ chosen, allowed }: Reason): string {
  return chosen.memory_mb === allowed[0]?.memory_mb ? '; smaller ones are below its memory floor' : '';
}

/** No saving is claimed where the uncertainty of the two durations hides it. */
function noiseSentence({ current, saving }: Reason): string | null {
  if (current === null || saving !== null) return null;
  return `Against ${formatMemory(current.memory_mb)} the difference in cost is within the noise of the measurements.`;
}

function flatSentence({ allowed }: Reason): string | null {
  const durations = allowed.map((point) => point.duration_ms);
  const isFlat = Math.max(...durations) <= flatSpread * Math.min(...durations);
  return isFlat && allowed.length > 1 ? 'Memory hardly matters for its speed.' : null;
}
