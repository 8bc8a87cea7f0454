import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lognormal, seededRandom } from '../../../src/engine/numerics/random.ts';
import { candidateSizes } from '../../../src/engine/studies/sizing/grid.ts';
import { fitCurve } from '../../../src/engine/studies/sizing/model.ts';
import { observe } from '../../../src/engine/studies/sizing/observations.ts';
import type { PayloadEvidence } from '../../../src/engine/studies/sizing/payload.ts';
import { posteriorOf } from '../../../src/engine/studies/sizing/posterior.ts';
import { modelMs } from './support.ts';

const range = { minMb: 128, maxMb: 3008, stepMb: 1 };
const grid = candidateSizes(range);
const probed = [128, 476, 1769];

type Measured = {
  durationMs: (size: number) => number;
  sizes?: readonly number[];
  weight?: number;
  sigmaLn?: number;
  seed?: number;
};

function payload({ durationMs, sizes = probed, weight = 1, sigmaLn = 0.02, seed = 1 }: Measured): PayloadEvidence {
  const random = seededRandom(seed);
  const calls = sizes.flatMap((memoryMb) =>
    Array.from({ length: 3 }, () => ({ memoryMb, durationMs: lognormal(random, durationMs(memoryMb), sigmaLn) })),
  );
  return { weight, observations: observe(calls) };
}

const fit = (...payloads: PayloadEvidence[]) => fitCurve(payloads, seededRandom(3), grid);
const width = ({ interval: [low, high] }: { interval: [number, number] }): number => high / low;

describe('a mix of payloads', () => {
  const light = payload({ durationMs: (size) => modelMs(size), weight: 3 });
  const heavy = payload({ durationMs: (size) => 10 * modelMs(size), weight: 1, seed: 2 });

  it('of one payload is that payload, whatever its weight', () => {
    const [one, heavier] = [fit(light), fit({ ...light, weight: 17 })];
    for (const size of [128, 300, 1000, 3008]) {
      expect(heavier.predict(size)).toEqual(one.predict(size));
      expect(heavier.payloads?.[0]?.predict(size)).toEqual(one.predict(size));
    }
  });

  it('with all the weight on one payload is that payload', () => {
    const mixed = fit(light, { ...heavy, weight: 1e-12 });
    for (const size of [128, 300, 1000, 3008]) {
      const [mix, own] = [mixed.predict(size), mixed.payloads?.[0]?.predict(size)];
      expect(mix.durationMs / (own?.durationMs ?? 0)).toBeCloseTo(1, 6);
      expect(mix.interval[0] / (own?.interval[0] ?? 0)).toBeCloseTo(1, 6);
      expect(mix.interval[1] / (own?.interval[1] ?? 0)).toBeCloseTo(1, 6);
    }
  });

  it('is the mean duration by weights, which need not sum to 1', () => {
    const mixed = fit(light, heavy);
    for (const size of probed) {
      expect(mixed.predict(size).durationMs / modelMs(size)).toBeCloseTo((3 + 10) / 4, 0);
      expect(mixed.payloads?.[0]?.predict(size).durationMs).toBeLessThan(mixed.payloads?.[1]?.predict(size).durationMs ?? 0);
    }
  });

  it('adds up waiting and CPU by weights', () => {
    const exact = (factor: number, weight: number) =>
      payload({ durationMs: (size) => factor * modelMs(size), sizes: [128, 256, 512, 1024, 1769, 3008], weight, sigmaLn: 0 });
    const { work } = fit(exact(1, 3), exact(5, 1));
    expect(work.waitMs).toBeCloseTo(40, 1);
    expect(work.cpuMs).toBeCloseTo(200, 1);
    expect(work.parallelism).toBe(1);
  });

  it('lends the shape to a payload that was seen at one size', () => {
    const seenOnce = payload({ durationMs: (size) => 10 * modelMs(size), sizes: [1769], seed: 4 });
    const known = payload({ durationMs: (size) => modelMs(size), sizes: [128, 256, 512, 1024, 1769, 3008] });
    const [, lent] = fit(known, seenOnce).payloads ?? [];
    const alone = fit(seenOnce);
    expect((lent?.predict(256).durationMs ?? 0) / (10 * modelMs(256))).toBeCloseTo(1, 0);
    expect(alone.predict(256).durationMs / (10 * modelMs(256))).toBeLessThan(0.9);
  });

  it('narrows what is known of each payload', () => {
    const both = fit(light, {
      ...payload({ durationMs: (size) => 4 * modelMs(size), sizes: [200, 800, 1400], seed: 5 }),
      weight: 3,
    });
    expect(width(both.payloads?.[0]?.predict(800) ?? { interval: [1, 1] })).toBeLessThan(1.05 * width(fit(light).predict(800)));
  });

  it('is finite, monotone and made of its payloads, on any data', () => {
    const one = fc.record({
      weight: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      calls: fc.array(
        fc.record({
          memoryMb: fc.constantFrom(128, 256, 1024, 3008),
          durationMs: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        }),
        { minLength: 1, maxLength: 6 },
      ),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 3 }), (all) => {
        const payloads = all.map(({ weight, calls }) => ({ weight, observations: observe(calls) }));
        const { draws, meanLn, payloads: own } = posteriorOf(payloads, [128, 256, 1024, 3008], seededRandom(1));
        for (const [d, draw] of [meanLn, ...draws.slice(0, 5)].entries()) {
          const parts = own.map((belief) => (d === 0 ? belief.meanLn : (belief.draws[d - 1] ?? meanLn)));
          for (const [i, value] of draw.entries()) {
            expect(Number.isFinite(value)).toBe(true);
            expect(value).toBeLessThanOrEqual((draw[i - 1] ?? Infinity) + 1e-9);
            const at = parts.map((part) => part[i] ?? 0);
            expect(value).toBeGreaterThanOrEqual(Math.min(...at) - 1e-9);
            expect(value).toBeLessThanOrEqual(Math.max(...at) + 1e-9);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it.each([0, -1, Number.NaN, Infinity])('refuses a weight of %f', (weight) => {
    expect(() => fit({ ...light, weight })).toThrow(RangeError);
  });
});

describe('calls given up at a limit', () => {
  const seen = payload({ durationMs: (size) => modelMs(size), sizes: [512, 1024, 1769] });
  const belief = fit(seen).predict(128);

  it('tell nothing where such a duration is believed anyway', () => {
    const censored = fit({ ...seen, censored: [{ memoryMb: 128, atLeastMs: 0.2 * belief.durationMs }] });
    expect(censored.predict(128)).toEqual(belief);
  });

  it('lift what is believed to at least that long, and leave the seen sizes', () => {
    const atLeastMs = 2.5 * belief.durationMs;
    const censored = fit({ ...seen, censored: [{ memoryMb: 128, atLeastMs }] });
    expect(censored.predict(128).interval[0]).toBeGreaterThan(0.93 * atLeastMs);
    expect(censored.predict(1024).durationMs / modelMs(1024)).toBeCloseTo(1, 1);
  });

  it('take draws away that are too short, where the mean is long enough', () => {
    const censored = fit({ ...seen, censored: [{ memoryMb: 128, atLeastMs: 0.98 * belief.durationMs }] });
    expect(censored.predict(128).interval[0]).toBeGreaterThan(belief.interval[0]);
    expect(censored.predict(128).interval[0]).toBeGreaterThan(0.93 * belief.durationMs);
  });

  it('do not outweigh calls that succeeded at the same size', () => {
    const slow = fit({ ...seen, censored: [{ memoryMb: 1024, atLeastMs: 10_000 }] });
    expect(slow.predict(1024).durationMs / modelMs(1024)).toBeCloseTo(1, 1);
  });
});

describe('waiting and CPU known from elsewhere', () => {
  const local = { waitMs: 20, cpuMs: 100, parallelism: 1 };

  it('shape the curve after one size, up to the speed of the machine', () => {
    const told = fit({ ...payload({ durationMs: (size) => 1.7 * modelMs(size), sizes: [1024] }), local });
    expect(told.predict(128).durationMs / (1.7 * modelMs(128))).toBeGreaterThan(0.8);
    expect(told.predict(128).interval[1] / (1.7 * modelMs(128))).toBeGreaterThan(1);
    expect(told.work.cpuMs).toBeCloseTo(170, -1);
    expect(told.sentence).toContain('local prior');
  });

  it('narrow the belief where calls agree', () => {
    const agreeing = payload({ durationMs: (size) => modelMs(size), sizes: [128, 1769] });
    expect(width(fit({ ...agreeing, local }).predict(476))).toBeLessThan(width(fit(agreeing).predict(476)));
  });

  it('are given up where a few calls contradict', () => {
    const contradicting = payload({ durationMs: () => 300 });
    const told = fit({ ...contradicting, local });
    for (const size of [128, 300, 1000]) expect(told.predict(size).durationMs / 300).toBeCloseTo(1, 1);
    expect(told.sentence).not.toContain('local prior');
  });
});
