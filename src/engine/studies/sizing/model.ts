import { formatPercent } from '../../format/format.ts';
import { locate } from '../../numerics/interpolate.ts';
import { interval90, sum } from '../../numerics/statistics.ts';
import type { Random } from '../ports.ts';
import type { Fitted } from './average.ts';
import type { Fit, Work } from './fit.ts';
import type { Observation } from './observations.ts';
import { posteriorOf } from './posterior.ts';

/** A curve through the warm calls at probed sizes, drawn at `sizes`: an average of the bank's shapes with what they miss. */
export function fitCurve(observations: readonly Observation[], random: Random, sizes: readonly number[]): Fit {
  const measured = observations.map((o) => o.memoryMb);
  const posterior = posteriorOf(observations, sizes, random);
  const knots = posterior.sizes.map(Math.log);
  return {
    posterior,
    predict(memoryMb) {
      const place = locate(knots, Math.log(memoryMb));
      const at = (curve: Float64Array): number => {
        const from = curve[place.index] ?? 0;
        return Math.exp(from + ((curve[place.index + 1] ?? from) - from) * place.fraction);
      };
      const [low, high] = interval90(posterior.draws.map(at));
      const durationMs = at(posterior.meanLn);
      // The mean is exact and the interval drawn: where nothing is in doubt, rounding may put it a hair outside.
      return { durationMs, interval: [Math.min(low, durationMs), Math.max(high, durationMs)] };
    },
    work: workOf(posterior.models, Math.max(...measured)),
    sentence: sentenceOf(posterior.models, measured.length),
  };
}

/** Below this no measurement can tell one thread from several. */
const parallelVisibleMb = 1920;

/** Waiting and CPU work by the likeliest shape that tells them apart. */
function workOf(models: readonly Fitted[], largestMb: number): Work {
  const splitting = models.filter(({ shape }) => shape.splits);
  const likeliest = splitting.toSorted((a, b) => b.weight - a.weight)[0];
  if (likeliest === undefined) return { cpuMs: null, waitMs: null, parallelism: null };
  const { shape, coefficients } = likeliest;
  const parts = shape.terms.map((term, j) => ({ ...term, ms: coefficients[j] ?? 0 }));
  const waitMs = sum(parts.filter(({ part }) => part === 'wait').map(({ ms }) => ms));
  const cpu = parts.filter(({ part }) => part === 'cpu');
  const cpuMs = sum(cpu.map(({ ms }) => ms));
  const wallMs = sum(cpu.map(({ ms, threads }) => ms / threads));
  return { cpuMs, waitMs, parallelism: largestMb > parallelVisibleMb ? (wallMs > 0 ? cpuMs / wallMs : 1) : null };
}

const worthNaming = 0.1;

function sentenceOf(models: readonly Fitted[], sizes: number): string {
  const families = [...new Set(models.map(({ shape }) => shape.family))]
    .map((family) => ({ family, weight: sum(models.filter(({ shape }) => shape.family === family).map((m) => m.weight)) }))
    .filter(({ weight }) => weight >= worthNaming)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ family, weight }) => `${family} ${formatPercent(weight)}`);
  return `Model: an average of curves by their evidence at ${sizes} size${sizes === 1 ? '' : 's'} (${families.join(', ')}), with what they miss.`;
}
