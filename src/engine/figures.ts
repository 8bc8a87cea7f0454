import { effectiveMemoryMb, type FunctionInfo } from '../protocol/functions.ts';
import type { Figures } from '../protocol/requests.ts';
import type { ReportFigures } from './store/store.ts';
import { figureAt } from './studies/sizing/objective.ts';

/** What the latest report says about a function, relative to the size that its template states now (which may differ from then). */
export function figuresOf(report: ReportFigures, fn: Pick<FunctionInfo, 'id' | 'memoryMb' | 'source'>): Figures {
  const hasSize = fn.memoryMb !== null || (fn.source !== 'code' && fn.source !== 'recorded');
  const currentMb = hasSize ? effectiveMemoryMb(fn) : null;
  const current = currentMb === null ? null : figureAt(report.curve, currentMb);
  const best = report.recommendation;
  return {
    functionId: fn.id,
    runId: report.run_id,
    createdAt: report.created_at,
    target: report.target,
    basis: report.basis,
    currentMb,
    currentDurationMs: current?.duration_ms ?? null,
    currentCostPerMillionUsd: current?.cost_per_million_usd ?? null,
    recommendedMb: best.memory_mb,
    recommendedDurationMs: best.duration_ms,
    recommendedCostPerMillionUsd: best.cost_per_million_usd,
    saving: current === null ? null : 1 - best.cost_per_million_usd / current.cost_per_million_usd,
    speedup: current === null ? null : current.duration_ms / best.duration_ms,
    why: best.why,
    evidence: report.evidence,
  };
}
