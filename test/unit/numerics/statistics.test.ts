import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpolateLog } from '../../../src/engine/numerics/interpolate.ts';
import { lognormal, normal, resampled, seededRandom, seedOf, shuffled } from '../../../src/engine/numerics/random.ts';
import { interval90, mean, median, quantile, standardDeviation } from '../../../src/engine/numerics/statistics.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });

const ascending = (a: number, b: number): number => a - b;

describe('quantiles', () => {
  it('stay within the data and grow with the share', () => {
    fc.assert(
      fc.property(
        values,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (data, a, b) => {
          const [low, high] = [quantile(data, Math.min(a, b)), quantile(data, Math.max(a, b))];
          expect(low).toBeGreaterThanOrEqual(Math.min(...data) - 1e-9);
          expect(high).toBeLessThanOrEqual(Math.max(...data) + 1e-9);
          expect(low).toBeLessThanOrEqual(high + 1e-9);
        },
      ),
    );
  });

  it('interpolate between order statistics', () => {
    expect(median([100, 101, 99, 160])).toBe(100.5);
    expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2);
    expect(interval90([...Array(101).keys()])).toEqual([5, 95]);
  });

  it('refuse no data', () => {
    expect(() => median([])).toThrow(RangeError);
    expect(() => mean([])).toThrow(RangeError);
  });
});

describe('seeded random numbers', () => {
  it('repeat with their seed and differ with another', () => {
    const draw = (seed: number): number[] => Array.from({ length: 20 }, seededRandom(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7).every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('begin as unlike as they go on, however alike the seeds', () => {
    const firsts = Array.from({ length: 2000 }, (_, seed) => normal(seededRandom(seed)));
    expect(Math.abs(mean(firsts))).toBeLessThan(0.1);
    expect(Math.abs(standardDeviation(firsts) - 1)).toBeLessThan(0.1);
    expect(Math.abs(quantile(firsts, 0.95) - 1.645)).toBeLessThan(0.15);
  });

  it('give streams of their own to different names', () => {
    const names = Array.from({ length: 1000 }, (_, i) => seedOf('curve', i));
    expect(new Set(names).size).toBe(1000);
    expect(seedOf('a', 'b')).not.toBe(seedOf('ab'));
  });

  it('are normal with mean 0 and deviation 1', () => {
    const random = seededRandom(1);
    const draws = Array.from({ length: 20_000 }, () => normal(random));
    expect(mean(draws)).toBeCloseTo(0, 1);
    expect(standardDeviation(draws)).toBeCloseTo(1, 1);
    expect(quantile(draws, 0.95)).toBeCloseTo(1.645, 1);
  });

  it('keep the mean of a lognormal whatever its spread', () => {
    for (const sigma of [0.01, 0.2, 0.6]) {
      const random = seededRandom(3);
      const draws = Array.from({ length: 40_000 }, () => lognormal(random, 100, sigma));
      expect(Math.abs(mean(draws) - 100)).toBeLessThan(100 * sigma * 0.03 + 0.01);
    }
  });

  it('shuffle and resample without inventing values', () => {
    fc.assert(
      fc.property(values, fc.integer(), (data, seed) => {
        expect(shuffled(data, seededRandom(seed)).toSorted(ascending)).toEqual(data.toSorted(ascending));
        expect(resampled(data, seededRandom(seed)).every((value) => data.includes(value))).toBe(true);
      }),
    );
  });
});

describe('log-linear interpolation', () => {
  const xs = [128, 256, 1024];
  const ys = [1000, 500, 400];

  it('is exact at knots and on a power law between them', () => {
    expect(interpolateLog(xs, ys, 128)).toBeCloseTo(1000, 9);
    expect(interpolateLog(xs, ys, 1024)).toBeCloseTo(400, 9);
    expect(interpolateLog(xs, ys, 181)).toBeCloseTo(1000 * (128 / 181), 9);
  });

  it('is constant outside', () => {
    expect(interpolateLog(xs, ys, 64)).toBeCloseTo(1000, 9);
    expect(interpolateLog(xs, ys, 4096)).toBeCloseTo(400, 9);
  });
});
