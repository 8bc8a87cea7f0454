import { formatPercent } from '../../format/format.ts';
import { locate } from '../../numerics/interpolate.ts';
import { interval90, sum } from '../../numerics/statistics.ts';
import type { Random } from '../ports.ts';
import type { Fitted } from './average.ts';
import type { Fit, Prediction, Work } from './fit.ts';
import { type PayloadEvidence, sharesOf } from './payload.ts';
import { type Belief, posteriorOf } from './posterior.ts';
import { drawCount } from './tuning.ts';

/**
 * A curve through the warm calls at probed sizes, drawn at `sizes` by `count` draws: an average of the bank's shapes with what they miss. Of
 * several payloads it is the mean by their weights, and `payloads` holds the curve of each.
 * Throws RangeError without payloads, or with one that has no observation or no positive weight.
 */
export function fitCurve(payloads: readonly PayloadEvidence[], random: Random, sizes: readonly number[], count = drawCount): Fit {
  const measured = new Set(payloads.flatMap(({ observations }) => observations.map((o) => o.memoryMb)));
  const posterior = posteriorOf(payloads, sizes, random, count);
  return {
    posterior,
    predict: predictor(posterior, sizes),
    payloads: posterior.payloads.map((belief) => ({ predict: predictor(belief, sizes) })),
    work: workOf(posterior.models, sharesOf(payloads), Math.max(...measured)),
    sentence: sentenceOf(posterior.models, measured.size),
  };
}

function predictor({ meanLn, draws }: Belief, sizes: readonly number[]): (memoryMb: number) => Prediction {
  const knots = sizes.map(Math.log);
  return (memoryMb) => {
    const place = locate(knots, Math.log(memoryMb));
    const at = (curve: Float64Array): number => {
      const from = curve[place.index] ?? 0;
      return Math.exp(from + ((curve[place.index + 1] ?? from) - from) * place.fraction);
    };
    const [low, high] = interval90(draws.map(at));
    const durationMs = at(meanLn);
    // The mean is exact and the interval drawn: where nothing is in doubt, rounding may put it a hair outside.
    return { durationMs, interval: [Math.min(low, durationMs), Math.max(high, durationMs)] };
  };
}

/** Below this no measurement can tell one thread from several. */
const parallelVisibleMb = 1920;

/** Waiting and CPU work of the mean call, by the likeliest shape that tells them apart. */
function workOf(models: readonly Fitted[], shares: readonly number[], largestMb: number): Work {
  const splitting = models.filter(({ splits }) => splits);
  const likeliest = splitting.toSorted((a, b) => b.weight - a.weight)[0];
  if (likeliest === undefined) return { cpuMs: null, waitMs: null, parallelism: null };
  const parts = likeliest.curves.flatMap(({ shape, coefficients }, g) =>
    shape.terms.flatMap((term, j) =>
      term.parts.map((part) => ({ ...part, ms: part.ms * (coefficients[j] ?? 0) * (shares[g] ?? 0) })),
    ),
  );
  const waitMs = sum(parts.filter(({ kind }) => kind === 'wait').map(({ ms }) => ms));
  const cpu = parts.filter(({ kind }) => kind === 'cpu');
  const cpuMs = sum(cpu.map(({ ms }) => ms));
  const wallMs = sum(cpu.map(({ ms, threads }) => ms / threads));
  return { cpuMs, waitMs, parallelism: largestMb > parallelVisibleMb ? (wallMs > 0 ? cpuMs / wallMs : 1) : null };
}

const worthNaming = 0.1;

function sentenceOf(models: readonly Fitted[], sizes: number): string {
  const families = [...new Set(models.map(({ family }) => family))]
    .map((family) => ({ family, weight: sum(models.filter((m) => m.family === family).map((m) => m.weight)) }))
    .filter(({ weight }) => weight >= worthNaming)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ family, weight }) => `${family} ${formatPercent(weight)}`);
  return `Model: an average of curves by their evidence at ${sizes} size${sizes === 1 ? '' : 's'} (${families.join(', ')}), with what they miss.`;
}
