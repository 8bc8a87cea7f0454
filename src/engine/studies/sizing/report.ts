import { effectiveMemoryMb, type FunctionInfo } from '../../../protocol/functions.ts';
import type { NewSample } from '../../../protocol/samples.ts';
import type { CurvePoint, FigureAtSize, SizingReport } from '../../../protocol/sizing.ts';
import { median } from '../../numerics/statistics.ts';
import { interpolateLog } from '../../numerics/interpolate.ts';
import { expectedCostUsd } from '../../pricing/bill.ts';
import { costRatiosHigh, type Decision, decide, expectedRegretAt } from './decision.ts';
import { evidenceOf } from './evidence.ts';
import { answersFromMb } from './floor.ts';
import { floorOf } from './floor-evidence.ts';
import { candidateSizes, drawnUpToMb } from './grid.ts';
import { figureAt, recommend } from './objective.ts';
import { pointsOf } from './points.ts';
import type { Concluded } from './session.ts';
import { warmOk } from './warm.ts';
import { describeWork } from './words.ts';

export function buildReport(concluded: Concluded): SizingReport {
  const { session, capabilities, range, price, fit } = concluded;
  const { input, samples, evidence } = session;
  const fn = input.function;
  const floor = floorOf(fn, evidence, range);
  const currentMb = statedMemoryMb(fn);
  const { objective } = input.settings;
  const drawn = drawCurve(concluded, answersFromMb(floor), currentMb);
  const decision = decisionOf(concluded, drawn, answersFromMb(floor));
  const curve = decision === null ? drawn : withCostRatios(drawn, decision);
  const current = currentMb === null ? null : figureAt(curve, currentMb);
  const recommendation = recommend({
    curve,
    floor,
    objective,
    current,
    ...(decision !== null && { preferredMb: decision.bestMb }),
  });
  return {
    schema: 'reef/sizing@1',
    run_id: input.runId,
    created_at: new Date(input.clock.nowMs()).toISOString(),
    function: {
      id: fn.id,
      name: fn.name,
      runtime: fn.runtime,
      handler: fn.handler,
      architecture: price.architecture,
      template: fn.template,
    },
    target: input.target.name,
    basis: capabilities.sizes === null ? 'predicted' : capabilities.basis,
    objective,
    floor,
    recommendation: {
      ...recommendation,
      ...(decision === null ? {} : { expected_regret: expectedRegretAt(decision, recommendation.memory_mb) }),
    },
    current,
    curve,
    work: describeWork(fit.work),
    samples: warmOk(evidence).length,
    invocations: samples.length,
    outcomes: countOutcomes(samples),
    cold: coldFigures(evidence),
    profiling_cost_usd: session.budget.costUsd,
    price: {
      provider: price.provider,
      region: price.region,
      architecture: price.architecture,
      usd_per_gb_second: price.usdPerGbSecond,
      usd_per_request: price.usdPerRequest,
      date: price.date,
      source: price.source,
    },
    points: pointsOf(session),
    ...(evidence.length > samples.length && { free_samples: evidence.length - samples.length }),
    evidence: evidenceOf(concluded),
  };
}

/** The size that the workspace gives the function; plain code and recorded curves have none unless they state it. */
function statedMemoryMb(fn: FunctionInfo): number | null {
  if (fn.memoryMb !== null) return fn.memoryMb;
  return fn.source === 'code' || fn.source === 'recorded' ? null : effectiveMemoryMb(fn);
}

function drawCurve(
  { session, capabilities, range, price, fit }: Concluded,
  floorMb: number,
  currentMb: number | null,
): CurvePoint[] {
  const measured = new Set(warmOk(session.evidence).flatMap((sample) => sample.memoryMb ?? []));
  const extra = [floorMb, currentMb, ...measured].filter((size) => size !== null);
  const upperMb = drawnUpToMb(range, fit.work.parallelism, extra);
  return candidateSizes({ ...range, maxMb: upperMb }, extra).map((memoryMb) => {
    const { durationMs, interval } = fit.predict(memoryMb);
    return {
      memory_mb: memoryMb,
      duration_ms: durationMs,
      interval,
      cost_per_million_usd: expectedCostUsd(price, memoryMb, durationMs) * 1e6,
      basis: capabilities.basis === 'measured' && measured.has(memoryMb) ? 'measured' : 'predicted',
    };
  });
}

/** What the belief says about the sizes of the curve; null where sizes were not probed. */
function decisionOf({ session, price, fit }: Concluded, curve: readonly CurvePoint[], fromMb: number): Decision | null {
  const toMb = curve.at(-1)?.memory_mb;
  if (fit.posterior === undefined || toMb === undefined) return null;
  return decide(fit.posterior, { objective: session.input.settings.objective, price, fromMb, toMb });
}

function withCostRatios(curve: readonly CurvePoint[], decision: Decision): CurvePoint[] {
  const { sizes } = decision;
  const high = costRatiosHigh(decision);
  return curve.map((point) => {
    const below = sizes[0] === undefined || point.memory_mb < sizes[0];
    return below ? point : { ...point, cost_ratio_high: interpolateLog(sizes, high, point.memory_mb) };
  });
}

function countOutcomes(samples: readonly NewSample[]): SizingReport['outcomes'] {
  const counts: SizingReport['outcomes'] = {};
  for (const { outcome } of samples) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

function coldFigures(samples: readonly NewSample[]): SizingReport['cold'] {
  const cold = samples.filter((sample) => sample.cold && sample.outcome === 'ok');
  const medianOf = (values: readonly (number | null)[]): FigureAtSize['duration_ms'] | null => {
    const known = values.filter((value) => value !== null);
    return known.length > 0 ? median(known) : null;
  };
  return {
    count: samples.filter((sample) => sample.cold).length,
    init_ms_median: medianOf(cold.map((sample) => sample.initMs)),
    duration_ms_median: medianOf(cold.map((sample) => sample.durationMs)),
  };
}
