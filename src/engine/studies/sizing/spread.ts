import { chiSquare } from '../../numerics/random.ts';
import { median, normalShare, sum } from '../../numerics/statistics.ts';
import type { Random } from '../ports.ts';
import { priorSdOf } from './observations.ts';
import { drawCount, priorOfCalls } from './tuning.ts';

/**
 * How single calls lie around their mean: most are lognormal (`sigma`), a share of them are stragglers, longer by a factor
 * of 1.2 and an exponential on log scale (`tailLn`).
 */
export type Spread = { sigma: number; stragglers: number; tailLn: number };

/** A call longer than the mean by this factor may be a straggler: a collector, a neighbour, a retry downstream. */
const stragglerFromLn = Math.log(1.2);
/** Where a function varies widely by itself, a straggler is beyond so many of its deviations. */
const stragglerDeviations = 3.5;
const madToDeviation = 1.4826;
/** No draw spreads wider: calls that differ by a factor of 7 as a rule are no function of memory any more. */
const widest = 1;

/**
 * Draws of the spread by the logarithms of calls over their means, pooled over sizes and payloads; calls that were left out
 * of the means count here. Few calls cannot show a rare straggler, so that a prior by calls on AWS stands in for those not
 * seen, and draws spread widely while calls are few: variance by scaled inverse χ², share by a beta, tail by an inverse gamma
 * distribution (conjugate priors; Gelman et al., Bayesian Data Analysis, 3rd ed., ch. 2). `fitted`: means that were fitted
 * to the same calls.
 */
export function spreadOf(residualsLn: readonly number[], typicalMs: number, fitted: number, random: Random): Spread[] {
  const priorSd = priorSdOf(typicalMs);
  const middling = residualsLn.length === 0 ? 0 : madToDeviation * median(residualsLn.map(Math.abs));
  const limit = Math.max(stragglerFromLn, stragglerDeviations * Math.max(middling, priorSd));
  const body = residualsLn.filter((residual) => residual <= limit);
  const beyond = residualsLn.filter((residual) => residual > limit);
  const df = Math.max(0, body.length - fitted) + priorOfCalls.df;
  const squares = sum(body.map((residual) => residual ** 2)) + priorSd ** 2 * priorOfCalls.df;
  const { seen, of, tailLn, tailWorth } = priorOfCalls.stragglers;
  const excess = sum(beyond.map((residual) => residual - stragglerFromLn)) + tailLn * tailWorth;
  return Array.from({ length: drawCount }, () => {
    const some = chiSquare(random, 2 * (beyond.length + seen));
    const others = chiSquare(random, 2 * (body.length + of - seen));
    return {
      sigma: Math.min(widest, Math.sqrt(squares / chiSquare(random, df))),
      stragglers: some / (some + others),
      tailLn: Math.min(widest, (2 * excess) / chiSquare(random, 2 * (beyond.length + tailWorth))),
    };
  });
}

/** Payloads of a mix: share of the calls, and logarithm of the mean duration. */
export type Component = { weight: number; meanLn: number };

const iterations = 30;

/** Logarithm of the duration that this share of the calls keeps. */
export function quantileLn(spread: Spread, components: readonly Component[], share: number): number {
  const centres = components.map(({ meanLn }) => meanLn);
  let low = Math.min(...centres) - 8 * spread.sigma;
  let high = Math.max(...centres) + stragglerFromLn + 8 * spread.sigma + 12 * spread.tailLn;
  for (let i = 0; i < iterations; i++) {
    const middle = (low + high) / 2;
    const longer = sum(components.map(({ weight, meanLn }) => weight * shareLonger(spread, middle - meanLn)));
    if (longer > 1 - share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Share of calls longer than the mean by this logarithm. The mean of a lognormal lies σ²/2 above its median. */
function shareLonger({ sigma, stragglers, tailLn }: Spread, aboveLn: number): number {
  const usual = 1 - normalShare(aboveLn / sigma + sigma / 2);
  const straggling = aboveLn <= stragglerFromLn ? 1 : Math.exp(-(aboveLn - stragglerFromLn) / tailLn);
  return (1 - stragglers) * usual + stragglers * straggling;
}
