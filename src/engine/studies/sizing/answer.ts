import type { CurvePoint, Floor, ParetoPoint, Recommendation, SizingReport } from '../../../protocol/sizing.ts';
import { formatCostPerMillion, formatPercent } from '../../format/format.ts';
import { expectedCostUsd } from '../../pricing/bill.ts';
import { lambdaPrice, type Price } from '../../pricing/prices.ts';
import { blended } from './blend.ts';
import { answersFromMb } from './floor.ts';
import { isFlat } from './reason.ts';

/** Calls after which the saving has paid for the study; nothing without a saving or a price paid. */
export function breakEven(
  { saving }: Recommendation,
  current: CurvePoint | null,
  { objective, profiling_cost_usd }: Pick<SizingReport, 'objective' | 'profiling_cost_usd'>,
): Pick<Recommendation, 'break_even_calls'> {
  if (saving === null || saving <= 0 || current === null || profiling_cost_usd === 0) return {};
  const savedUsd = (saving * blended(current, objective).costPerMillionUsd) / 1e6;
  return { break_even_calls: Math.ceil(profiling_cost_usd / savedUsd) };
}

/** Expected regret, and half a 90 % interval of the saving, from which on sizes cannot be told apart. */
const noisyRegret = 0.03;
const noisyHalfWidth = 0.1;

/**
 * `flat` where memory hardly changes the duration, `noisy` where the calls vary too much to tell sizes apart: the best size
 * is in doubt, or it would save something between much and less than nothing.
 */
export function verdictOf(
  { expected_regret, saving_interval, feasible }: Recommendation,
  curve: readonly CurvePoint[],
  floor: Floor,
): 'clear' | 'flat' | 'noisy' {
  if (isFlat(curve.filter((point) => point.memory_mb >= answersFromMb(floor)))) return 'flat';
  // Where no size keeps the limit, the regret counts breaches of it, not doubt about the size.
  if (feasible && (expected_regret ?? 0) > noisyRegret) return 'noisy';
  if (saving_interval === undefined) return 'clear';
  const [low, high] = saving_interval;
  return low < 0 && high > 0 && (high - low) / 2 > noisyHalfWidth ? 'noisy' : 'clear';
}

/** The sizes that no other beats in both cost and duration of the mean call, cheapest first. */
export function paretoOf(curve: readonly CurvePoint[], floor: Floor, objective: SizingReport['objective']): ParetoPoint[] {
  const options = curve
    .filter((point) => point.memory_mb >= answersFromMb(floor))
    .map((point) => ({ point, ...blended(point, objective) }))
    .toSorted((a, b) => a.costPerMillionUsd - b.costPerMillionUsd || a.durationMs - b.durationMs);
  const cheapest = options[0];
  if (cheapest === undefined) return [];
  let fastestMs = Infinity;
  return options.flatMap(({ point, durationMs, costPerMillionUsd }) => {
    if (durationMs >= fastestMs) return [];
    fastestMs = durationMs;
    return [
      {
        memory_mb: point.memory_mb,
        duration_ms: point.duration_ms,
        cost_per_million_usd: point.cost_per_million_usd,
        cost_ratio: costPerMillionUsd / cheapest.costPerMillionUsd,
        speedup: cheapest.durationMs / durationMs,
      },
    ];
  });
}

/** The recommended size on the other architecture, at its price and the same duration. */
export function whatIf(
  { memory_mb, duration_ms, cost_per_million_usd }: Recommendation,
  price: Price,
): NonNullable<SizingReport['what_if']> {
  const architecture = price.architecture === 'arm64' ? 'x86_64' : 'arm64';
  const costUsd = expectedCostUsd(lambdaPrice(architecture, price.region), memory_mb, duration_ms) * 1e6;
  const saving = 1 - costUsd / cost_per_million_usd;
  const difference = saving >= 0 ? `${formatPercent(saving)} less` : `${formatPercent(-saving)} more`;
  return {
    architecture,
    memory_mb,
    cost_per_million_usd: costUsd,
    saving,
    sentence: `On ${architecture} a call at this size would cost ${formatCostPerMillion(costUsd)}, ${difference}, if it takes as long there: that must be measured, and native code must be built for it and may be much slower or faster.`,
  };
}
