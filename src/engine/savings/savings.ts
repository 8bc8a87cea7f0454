import type { FunctionInfo } from '../../protocol/functions.ts';
import type { CallsPerMonth, Saving, Savings } from '../../protocol/savings.ts';
import type { CurvePoint, FigureAtSize } from '../../protocol/sizing.ts';
import { figureNow, sizeNow } from '../figures.ts';
import type { ReportFigures, Store } from '../store/store.ts';
import { callsOf } from './calls.ts';
import { savingConfidence } from './confidence.ts';

export type SavingsSource = Pick<Store, 'latestFigures' | 'latestCurve' | 'callVolumes'>;

/** Where nothing was measured. */
export const emptySource: SavingsSource = { latestFigures: () => new Map(), latestCurve: () => [], callVolumes: () => new Map() };

/** Why the figures of a function may no longer hold, in a sentence; undefined while they do. */
export type Staleness = (functionId: string, report: ReportFigures) => string | undefined;

/** Ranks functions by the money that their recommended sizes save a month × the probability that it is saved at all. */
export function rankSavings(
  functions: readonly FunctionInfo[],
  store: SavingsSource,
  calls: CallsPerMonth | undefined,
  staleness: Staleness,
): Savings {
  const figures = store.latestFigures();
  const volumes = store.callVolumes();
  const savings = functions.flatMap((fn) => {
    const report = figures.get(fn.id);
    if (report === undefined) return [];
    const current = figureNow(report, fn, () => store.latestCurve(fn.id));
    const { perMonth, from } = callsOf(fn, calls, volumes.get(fn.id));
    return [savingOf(fn, report, current, { perMonth, from }, staleness(fn.id, report))];
  });
  const unmeasured = functions
    .filter(({ id }) => !figures.has(id))
    .map(({ id, name }) => ({ functionId: id, functionName: name }));
  return { savings: savings.toSorted(byWorth), unmeasured };
}

function savingOf(
  fn: FunctionInfo,
  report: ReportFigures,
  current: FigureAtSize | null,
  calls: ReturnType<typeof callsOf>,
  stale: string | undefined,
): Saving {
  const best = report.recommendation;
  const isSame = current?.memory_mb === best.memory_mb;
  const perCallUsd = current === null ? null : (current.cost_per_million_usd - best.cost_per_million_usd) / 1e6;
  return {
    functionId: fn.id,
    functionName: fn.name,
    runId: report.run_id,
    createdAt: report.created_at,
    target: report.target,
    basis: report.basis,
    currentMb: sizeNow(fn),
    recommendedMb: best.memory_mb,
    currentCostPerMillionUsd: current?.cost_per_million_usd ?? null,
    recommendedCostPerMillionUsd: best.cost_per_million_usd,
    currentDurationMs: current?.duration_ms ?? null,
    recommendedDurationMs: best.duration_ms,
    saving: current === null ? null : isSame ? 0 : 1 - best.cost_per_million_usd / current.cost_per_million_usd,
    confidence: current === null ? null : isSame ? 1 : savingConfidence(current, best, intervalFor(report, current)),
    callsPerMonth: calls.perMonth,
    callsFrom: calls.from,
    savingPerMonthUsd: perCallUsd === null || calls.perMonth === null ? null : isSame ? 0 : perCallUsd * calls.perMonth,
    ...(stale !== undefined && { stale }),
  };
}

/** The report's interval of the saving holds against the size that was in use then. */
function intervalFor(report: ReportFigures, current: FigureAtSize): CurvePoint['interval'] | undefined {
  return report.current?.memory_mb === current.memory_mb ? report.recommendation.saving_interval : undefined;
}

/** Known money first; what costs more counts whole, so that it comes last. */
function byWorth(a: Saving, b: Saving): number {
  const known = Number(b.savingPerMonthUsd !== null) - Number(a.savingPerMonthUsd !== null);
  return known || worthOf(b) - worthOf(a) || (a.functionId < b.functionId ? -1 : 1);
}

/** USD a month, or of a million calls where their number is not known. */
export function worthOf({
  savingPerMonthUsd,
  currentCostPerMillionUsd,
  recommendedCostPerMillionUsd,
  confidence,
}: Saving): number {
  const money =
    savingPerMonthUsd ?? (currentCostPerMillionUsd === null ? 0 : currentCostPerMillionUsd - recommendedCostPerMillionUsd);
  return money > 0 ? money * (confidence ?? 0) : money;
}
