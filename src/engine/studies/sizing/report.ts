import { effectiveMemoryMb, type FunctionInfo } from '../../../protocol/functions.ts';
import type { NewSample } from '../../../protocol/samples.ts';
import type { FigureAtSize, SizingReport } from '../../../protocol/sizing.ts';
import { seededRandom } from '../../numerics/random.ts';
import { interval90, median } from '../../numerics/statistics.ts';
import { breakEven, paretoOf, verdictOf, whatIf } from './answer.ts';
import { coldCallsOf } from './cold.ts';
import { drawCurve, payloadCurves, withCostRatios } from './curve.ts';
import { type Decision, decide, expectedRegretAt, savingDraws } from './decision.ts';
import { evidenceOf } from './evidence.ts';
import { answersFromMb } from './floor.ts';
import { floorOf } from './floor-evidence.ts';
import { figureAt, recommend } from './objective.ts';
import { percentileDraws } from './percentiles.ts';
import { pointsOf } from './points.ts';
import type { Concluded } from './session.ts';
import { spreadOfCalls } from './spread-evidence.ts';
import { warmOk } from './warm.ts';
import { describeWork } from './words.ts';

export function buildReport(concluded: Concluded): SizingReport {
  const { session, capabilities, range, price, fit } = concluded;
  const { input, samples, evidence } = session;
  const fn = input.function;
  const { objective } = input.settings;
  const floor = floorOf(fn, evidence, range);
  const currentMb = statedMemoryMb(fn);
  const beside = besideOf(concluded);
  const drawn = drawCurve(
    concluded,
    [floor.memory_mb, answersFromMb(floor), currentMb].filter((size) => size !== null),
    beside,
  );
  const decision = decisionOf(concluded, beside, answersFromMb(floor), drawn.at(-1)?.memory_mb ?? range.maxMb);
  const curve = decision === null ? drawn : withCostRatios(drawn, decision);
  const current = currentMb === null ? null : figureAt(curve, currentMb);
  // Every size of the belief, below the floor too: that in use may lie there.
  const whole = decisionOf(concluded, beside, range.minMb, range.maxMb);
  const chosen = recommend({
    curve,
    floor,
    objective,
    current,
    ...(decision !== null && { preferredMb: decision.bestMb }),
    ...(whole !== null && currentMb !== null && { savingAt: (size) => interval90(savingDraws(whole, currentMb, size)) }),
  });
  const believed = decision === null ? chosen : { ...chosen, expected_regret: expectedRegretAt(decision, chosen.memory_mb) };
  const profiling_cost_usd = session.budget.costUsd;
  const currentPoint = curve.find((point) => point.memory_mb === currentMb) ?? null;
  const payloads = payloadCurves(concluded, curve);
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
    recommendation: { ...believed, ...breakEven(believed, currentPoint, { objective, profiling_cost_usd }) },
    current,
    curve,
    work: describeWork(fit.work, curve),
    samples: warmOk(evidence).length,
    invocations: samples.length,
    outcomes: countOutcomes(samples),
    cold: coldFigures(evidence),
    profiling_cost_usd,
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
    verdict: verdictOf(believed, curve, floor),
    pareto: paretoOf(curve, floor, objective),
    what_if: whatIf(believed, price),
    ...(payloads.length > 0 && { payloads }),
  };
}

/** The size that the workspace gives the function; plain code and recorded curves have none unless they state it. */
function statedMemoryMb(fn: FunctionInfo): number | null {
  if (fn.memoryMb !== null) return fn.memoryMb;
  return fn.source === 'code' || fn.source === 'recorded' ? null : effectiveMemoryMb(fn);
}

type Beside = ReturnType<typeof besideOf>;

/** The spread of calls and the cold ones. The seed is fixed, so that a page can be made again from the same samples. */
function besideOf({ session, capabilities, range, fit }: Concluded) {
  const atFullSpeed = capabilities.sizes === null;
  return {
    spread: spreadOfCalls(session, fit, atFullSpeed, seededRandom(session.input.settings.seed)),
    cold: coldCallsOf(session, fit, range, atFullSpeed),
  };
}

/** What the belief says about the sizes between these; null without drawn curves. */
function decisionOf({ session, price, fit }: Concluded, { spread, cold }: Beside, fromMb: number, toMb: number): Decision | null {
  if (fit.posterior === undefined) return null;
  const { objective } = session.input.settings;
  const weights = session.payloads.map(({ weight }) => weight);
  const limited = objective.percentile !== undefined && objective.maxDurationMs !== null && spread !== null;
  const percentile = limited ? percentileDraws(fit.posterior, weights, spread, (objective.percentile ?? 0) / 100) : undefined;
  return decide(fit.posterior, { objective, price, fromMb, toMb, cold, ...(percentile !== undefined && { percentile }) });
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
