import type { ParetoPoint, SizingReport } from '../../protocol/sizing.ts';
import {
  formatCostPerMillion,
  formatDuration,
  formatInterval,
  formatMemory,
  formatPercent,
  formatUsd,
} from '../format/format.ts';

/** What a report knows beyond the recommended size, a sentence each; a report of an earlier Reef may know less. */
export function answerFacts(report: SizingReport): string[] {
  const facts = [verdictFact(report), savingFact(report), regretFact(report), breakEvenFact(report), ...payloadFacts(report)];
  return [...facts, paretoFact(report), report.what_if?.sentence].filter((fact) => fact !== undefined);
}

function verdictFact({ verdict }: SizingReport): string | undefined {
  return verdict === 'noisy' ? 'Too noisy to say which size is best: its calls vary too much to tell sizes apart.' : undefined;
}

function savingFact({ current, recommendation: { memory_mb, saving, saving_interval } }: SizingReport): string | undefined {
  if (current === null || saving_interval === undefined || memory_mb === current.memory_mb) return undefined;
  const interval = formatInterval(saving_interval, formatPercent);
  const against = `against ${formatMemory(current.memory_mb)}`;
  if (saving === null)
    return `No saving ${against} is claimed: 90 % of the belief lie between ${interval}, which holds none at all.`;
  return `Saving ${against}: ${interval}, by 90 % of the belief.`;
}

function regretFact({ recommendation: { expected_regret, feasible } }: SizingReport): string | undefined {
  if (expected_regret === undefined || !feasible) return undefined;
  return `By what was measured, it is expected to be ${formatPercent(Math.max(0, expected_regret))} worse than the best size.`;
}

function breakEvenFact({ recommendation: { break_even_calls }, profiling_cost_usd }: SizingReport): string | undefined {
  if (break_even_calls === undefined) return undefined;
  return `The saving pays for this profile (${formatUsd(profiling_cost_usd)} at the provider's price) after ${break_even_calls.toLocaleString('en-US')} calls.`;
}

function payloadFacts({ payloads = [], recommendation }: SizingReport): string[] {
  if (payloads.length === 0) return [];
  const each = payloads.map(({ name, weight, curve }) => {
    const at = curve.find((point) => point.memory_mb === recommendation.memory_mb);
    return `${name} ${formatPercent(weight)}${at === undefined ? '' : ` (${formatDuration(at.duration_ms)})`}`;
  });
  return [`Figures are the mean over ${payloads.length} events: ${each.join(', ')}.`];
}

const shownPareto = 5;

function paretoFact({ pareto = [] }: SizingReport): string | undefined {
  if (pareto.length < 2) return undefined;
  const shown = spread(pareto).map(
    ({ memory_mb, duration_ms, cost_per_million_usd }) =>
      `${formatMemory(memory_mb)} (${formatDuration(duration_ms)}, ${formatCostPerMillion(cost_per_million_usd)})`,
  );
  return `Sizes worth having, cheapest first: ${shown.join(', ')}.`;
}

/** A few, evenly spread, both ends among them. */
function spread(pareto: readonly ParetoPoint[]): ParetoPoint[] {
  const last = pareto.length - 1;
  const count = Math.min(shownPareto, pareto.length);
  const indices = new Set(Array.from({ length: count }, (_, i) => Math.round((i * last) / (count - 1))));
  return pareto.filter((_, i) => indices.has(i));
}
