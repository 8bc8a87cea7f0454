import { effectiveMemoryMb, type FunctionInfo } from '../protocol/functions.ts';
import type { Figures } from '../protocol/requests.ts';
import type { CurvePoint, FigureAtSize } from '../protocol/sizing.ts';
import type { ReportFigures } from './store/store.ts';
import { compare, figureAt } from './studies/sizing/objective.ts';

type SizedFunction = Pick<FunctionInfo, 'id' | 'memoryMb' | 'source' | 'properties'>;

/** The size that the template states now, or the provider's default; null for code without a template, and for a value that is not known. */
export function sizeNow(fn: SizedFunction): number | null {
  const isStated = fn.properties.memory !== undefined;
  const hasDefault = !isStated && fn.source !== 'code' && fn.source !== 'recorded';
  const hasSize = fn.memoryMb !== null || hasDefault;
  return hasSize ? effectiveMemoryMb(fn) : null;
}

/**
 * What the report says about the size that the template states now; null without one, or outside of the curve.
 * `curve` is asked only when that differs from the size it stated then.
 */
export function figureNow(report: ReportFigures, fn: SizedFunction, curve: () => readonly CurvePoint[]): FigureAtSize | null {
  const memoryMb = sizeNow(fn);
  const known = [report.current, report.recommendation].find((figure) => figure?.memory_mb === memoryMb);
  return known ?? (memoryMb === null ? null : figureAt(curve(), memoryMb));
}

/** What the latest report says about a function, relative to the size that its template states now. */
export function figuresOf(report: ReportFigures, fn: SizedFunction, curve: () => readonly CurvePoint[]): Figures {
  const currentMb = sizeNow(fn);
  const best = report.recommendation;
  const current = figureNow(report, fn, curve);
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
    // What the report itself says of the size that it knew is surer than a comparison of two intervals.
    ...(report.current?.memory_mb === currentMb ? { saving: best.saving, speedup: best.speedup } : compare(best, current)),
    why: best.why,
    evidence: report.evidence,
    ...(report.recommended_p95_ms !== undefined && { recommendedP95Ms: report.recommended_p95_ms }),
    ...(report.verdict !== undefined && { verdict: report.verdict }),
  };
}
