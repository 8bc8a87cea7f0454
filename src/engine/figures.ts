import { effectiveMemoryMb, type FunctionInfo } from '../protocol/functions.ts';
import type { Figures } from '../protocol/requests.ts';
import type { CurvePoint } from '../protocol/sizing.ts';
import type { ReportFigures } from './store/store.ts';
import { compare, figureAt } from './studies/sizing/objective.ts';

/**
 * What the latest report says about a function, relative to the size that its template states now.
 * `curve` is asked only when that differs from the size it stated then.
 */
export function figuresOf(
  report: ReportFigures,
  fn: Pick<FunctionInfo, 'id' | 'memoryMb' | 'source'>,
  curve: () => readonly CurvePoint[],
): Figures {
  const hasSize = fn.memoryMb !== null || (fn.source !== 'code' && fn.source !== 'recorded');
  const currentMb = hasSize ? effectiveMemoryMb(fn) : null;
  const best = report.recommendation;
  const known = [report.current, best].find((figure) => figure?.memory_mb === currentMb);
  const current = known ?? (currentMb === null ? null : figureAt(curve(), currentMb));
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
    ...compare(best, current),
    why: best.why,
    evidence: report.evidence,
  };
}
