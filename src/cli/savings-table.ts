import Table from 'cli-table3';
import { formatCostPerMillion, formatGain, formatMemory, formatPercent, formatUsd } from '../engine/format/format.ts';
import type { Saving, Savings } from '../protocol/savings.ts';

/** The ranking for a terminal, and what it does not hold. */
export function savingsTable({ savings, unmeasured }: Savings): string {
  const lines: string[] = [];
  if (savings.length > 0) lines.push(table(savings));
  const total = savings.reduce((sum, { savingPerMonthUsd, confidence }) => sum + expected(savingPerMonthUsd, confidence), 0);
  if (total > 0) lines.push(`Expected saving: ${formatUsd(total)} a month, each function's weighed by its confidence.`);
  if (savings.some(({ callsPerMonth }) => callsPerMonth === null))
    lines.push('Give the calls with --calls-per-month N or --calls-per-month name=N to see money a month.');
  for (const { functionName, stale } of savings) if (stale !== undefined) lines.push(`${functionName}: ${stale}`);
  if (unmeasured.length > 0)
    lines.push(`Not profiled yet: ${unmeasured.map(({ functionName }) => functionName).join(', ')} ("reef profile --all" does).`);
  return lines.length === 0 ? 'No functions found.' : lines.join('\n');
}

function expected(savingUsd: number | null, confidence: number | null): number {
  return savingUsd !== null && savingUsd > 0 ? savingUsd * (confidence ?? 0) : 0;
}

function table(savings: readonly Saving[]): string {
  const grid = new Table({
    head: ['function', 'now', 'right', 'gain', 'cost now', 'confidence', 'calls/month', 'saves/month'],
    colAligns: ['left', 'right', 'right', 'left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const each of savings) grid.push(cells(each));
  return grid.toString();
}

function cells(each: Saving): string[] {
  const { currentMb, recommendedMb, currentCostPerMillionUsd, currentDurationMs, callsPerMonth, savingPerMonthUsd } = each;
  const speedup = currentDurationMs === null ? null : currentDurationMs / each.recommendedDurationMs;
  return [
    each.functionName,
    currentMb === null ? '–' : formatMemory(currentMb),
    formatMemory(recommendedMb),
    currentMb === recommendedMb ? 'is right' : formatGain(each.saving, speedup),
    currentCostPerMillionUsd === null ? '–' : formatCostPerMillion(currentCostPerMillionUsd),
    each.confidence === null || currentMb === recommendedMb ? '–' : certainty(each.confidence),
    callsPerMonth === null
      ? '–'
      : Math.round(callsPerMonth).toLocaleString('en-US') + (each.callsFrom === 'logs' ? ' (logs)' : ''),
    savingPerMonthUsd === null ? '–' : formatUsd(savingPerMonthUsd),
  ];
}

/** Beyond 99 % the belief's own assumptions are the doubt. */
function certainty(confidence: number): string {
  if (confidence > 0.99) return '> 99 %';
  return confidence < 0.01 ? '< 1 %' : formatPercent(confidence);
}

export function savingsDocument({ savings, unmeasured }: Savings) {
  return {
    schema: 'reef/savings@1',
    savings: savings.map((each) => ({
      function: each.functionName,
      function_id: each.functionId,
      run_id: each.runId,
      created_at: each.createdAt,
      target: each.target,
      basis: each.basis,
      current_mb: each.currentMb,
      recommended_mb: each.recommendedMb,
      current_cost_per_million_usd: each.currentCostPerMillionUsd,
      recommended_cost_per_million_usd: each.recommendedCostPerMillionUsd,
      current_duration_ms: each.currentDurationMs,
      recommended_duration_ms: each.recommendedDurationMs,
      saving: each.saving,
      confidence: each.confidence,
      calls_per_month: each.callsPerMonth,
      calls_from: each.callsFrom,
      saving_per_month_usd: each.savingPerMonthUsd,
      stale: each.stale ?? null,
    })),
    unmeasured: unmeasured.map(({ functionId, functionName }) => ({ function: functionName, function_id: functionId })),
  };
}
