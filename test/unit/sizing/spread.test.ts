import { describe, expect, it } from 'vitest';
import { lognormal, normal, seededRandom } from '../../../src/engine/numerics/random.ts';
import { quantile } from '../../../src/engine/numerics/statistics.ts';
import { quantileLn, spreadOf } from '../../../src/engine/studies/sizing/spread.ts';

const one = [{ weight: 1, meanLn: 0 }];

/** Logarithms of calls over their mean: lognormal, 3 % of them 1.2 to 2.5 times as long. */
function callsLn(count: number, sigma: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const straggles = random() < 0.03;
    return Math.log(lognormal(random, 1, sigma) * (straggles ? 1.2 + 1.3 * random() : 1));
  });
}

function factors(residualsLn: readonly number[], share: number, seed = 1): number[] {
  return spreadOf(residualsLn, 100, 3, seededRandom(seed)).map((spread) => Math.exp(quantileLn(spread, one, share)));
}

describe('spread of single calls', () => {
  it.each([0.02, 0.1, 0.3])('of many calls with deviation %f gives their percentiles', (sigma) => {
    const seen = callsLn(3000, sigma, 1);
    for (const share of [0.5, 0.95, 0.99]) {
      const truth = quantile(seen.map(Math.exp), share);
      expect(quantile(factors(seen, share), 0.5) / truth).toBeGreaterThan(0.85);
      expect(quantile(factors(seen, share), 0.5) / truth).toBeLessThan(1.2);
    }
  });

  it('states an upper bound of p95 and p99 that holds about as often as it says, by few calls', () => {
    for (const share of [0.95, 0.99]) {
      const truth = quantile(callsLn(100_000, 0.05, 99).map(Math.exp), share);
      let held = 0;
      for (let seed = 1; seed <= 100; seed++) {
        if (quantile(factors(callsLn(12, 0.05, seed), share, seed), 0.9) >= truth) held += 1;
      }
      expect(held).toBeGreaterThanOrEqual(85);
    }
  });

  it('is wider where calls are fewer', () => {
    const width = (count: number): number => {
      const draws = factors(callsLn(count, 0.05, 7), 0.99);
      return quantile(draws, 0.95) / quantile(draws, 0.05);
    };
    expect(width(6)).toBeGreaterThan(width(60));
    expect(width(60)).toBeGreaterThan(width(2000));
  });

  it('counts stragglers that were left out of the means', () => {
    const random = seededRandom(3);
    const calm = Array.from({ length: 40 }, () => 0.02 * normal(random));
    const straggling = [...calm.slice(0, 34), ...Array.from({ length: 6 }, () => Math.log(2))];
    expect(quantile(factors(straggling, 0.95), 0.5)).toBeGreaterThan(1.3);
    expect(quantile(factors(calm, 0.95), 0.5)).toBeLessThan(1.15);
  });

  it('of a mix lies between those of its payloads', () => {
    const [spread] = spreadOf(callsLn(500, 0.05, 1), 100, 3, seededRandom(1));
    if (spread === undefined) throw new Error('There are draws');
    const mix = [
      { weight: 0.9, meanLn: Math.log(100) },
      { weight: 0.1, meanLn: Math.log(1000) },
    ];
    expect(Math.exp(quantileLn(spread, mix, 0.5))).toBeLessThan(120);
    expect(Math.exp(quantileLn(spread, mix, 0.95))).toBeGreaterThan(900);
  });

  it('is finite even for absurd calls', () => {
    for (const share of [0.5, 0.99]) {
      for (const factor of factors([-20, 20, 5], share)) expect(Number.isFinite(factor) && factor > 0).toBe(true);
      for (const factor of factors([], share)) expect(Number.isFinite(factor) && factor > 0).toBe(true);
    }
  });
});
