import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lognormal, seededRandom } from '../../../src/engine/numerics/random.ts';
import { fitAccounts } from '../../../src/engine/studies/sizing/accounting.ts';
import type { Fit } from '../../../src/engine/studies/sizing/fit.ts';
import { candidateSizes, lambdaSizes } from '../../../src/engine/studies/sizing/grid.ts';
import { fitCurve } from '../../../src/engine/studies/sizing/model.ts';
import { observe, type WarmCall } from '../../../src/engine/studies/sizing/observations.ts';
import { modelMs } from './support.ts';

const usual = [128, 256, 512, 1024, 1769, 3008];
const upTo10Gb = [...usual, 5307, 10_240];

const exact = (sizes: readonly number[], durationMs: (size: number) => number): WarmCall[] =>
  sizes.flatMap((memoryMb) => Array.from({ length: 3 }, () => ({ memoryMb, durationMs: durationMs(memoryMb) })));

const fitted = (calls: readonly WarmCall[], random = seededRandom(1)): Fit => {
  const measured = calls.map((call) => call.memoryMb);
  return fitCurve([{ weight: 1, observations: observe(calls) }], random, candidateSizes(lambdaSizes, measured));
};

describe('accounting at full speed', () => {
  const fit = (wallMs: number, cpuMs: number) =>
    fitAccounts(
      [{ weight: 1, accounts: Array.from({ length: 5 }, () => ({ wallMs, cpuMs })) }],
      seededRandom(1),
      candidateSizes(lambdaSizes),
    );

  it.each([
    [128, 1402.03],
    [256, 711.02],
    [512, 365.51],
    [1024, 192.75],
    [1769, 120],
    [3008, 120],
  ])('predicts 20 ms of waiting and 100 ms of CPU on one thread at %i MB', (memoryMb, durationMs) => {
    expect(fit(120, 100).predict(memoryMb).durationMs).toBeCloseTo(durationMs, 1);
  });

  it('gives several threads their share of larger sizes', () => {
    const parallel = fit(50, 100);
    expect(parallel.work).toEqual({ cpuMs: 100, waitMs: 0, parallelism: 2 });
    expect(parallel.predict(3008).durationMs).toBeCloseTo(100 / (3008 / 1769), 6);
    expect(parallel.predict(3538).durationMs).toBeCloseTo(50, 6);
    expect(parallel.predict(10_240).durationMs).toBeCloseTo(50, 6);
  });

  it('gives back the wall time at full speed and never speeds up with less memory', () => {
    const time = fc.double({ min: 0.01, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(time, time, (wallMs, cpuMs) => {
        const fitted = fit(wallMs, cpuMs);
        const durations = [128, 512, 1769, 5000, 10_240].map((size) => fitted.predict(size).durationMs);
        for (const [i, duration] of durations.slice(1).entries())
          expect(duration).toBeLessThanOrEqual((durations[i] ?? 0) * (1 + 1e-12));
        expect(durations.at(-1)).toBeGreaterThanOrEqual(wallMs * (1 - 1e-9));
        expect(cpuMs > 5.7 * wallMs ? wallMs : (durations.at(-1) ?? 0)).toBeCloseTo(wallMs, 3);
      }),
    );
  });

  it('takes the mean over payloads by their weights', () => {
    const of = (wallMs: number, cpuMs: number) => Array.from({ length: 3 }, () => ({ wallMs, cpuMs }));
    const groups = [
      { weight: 0.75, accounts: of(120, 100) },
      { weight: 0.25, accounts: of(220, 200) },
    ];
    const mix = fitAccounts(groups, seededRandom(1), [128, 1769]);
    expect(mix.predict(1769).durationMs).toBeCloseTo(0.75 * 120 + 0.25 * 220, 6);
    expect(mix.payloads?.map(({ predict }) => predict(1769).durationMs)).toEqual([120, 220]);
    expect(mix.work.cpuMs).toBeCloseTo(125, 6);
    expect(mix.posterior?.meanLn[1]).toBeCloseTo(Math.log(145), 6);
  });

  it('is not moved by one disturbed call', () => {
    const calls = [...Array.from({ length: 6 }, () => ({ wallMs: 120, cpuMs: 100 })), { wallMs: 900, cpuMs: 400 }];
    expect(fitAccounts([{ weight: 1, accounts: calls }], seededRandom(1), [1769]).predict(1769).durationMs).toBeCloseTo(120, 6);
  });
});

describe('curve through probed sizes', () => {
  it.each([1, 2, 5.79])('recovers waiting, CPU and %f threads from exact durations', (parallelism) => {
    const fit = fitted(exact(upTo10Gb, (size) => modelMs(size, parallelism)));
    expect(fit.work.parallelism).toBe(parallelism);
    expect(fit.work.waitMs).toBeCloseTo(20, 3);
    expect(fit.work.cpuMs).toBeCloseTo(100, 3);
    for (const size of [200, 700, 1500, 2200, 4000, 8000]) {
      expect(Math.abs(fit.predict(size).durationMs / modelMs(size, parallelism) - 1)).toBeLessThan(0.02);
    }
  });

  it.each([
    [2, 3008, 78.81],
    [2, 5307, 70],
    [5.79, 5307, 53.33],
    [5.79, 10_240, 37.28],
  ])('follows the reference with %f threads at %i MB', (parallelism, memoryMb, durationMs) => {
    const fit = fitted(exact(upTo10Gb, (size) => modelMs(size, parallelism)));
    expect(fit.predict(memoryMb).durationMs / durationMs).toBeCloseTo(1, 2);
  });

  it('does not guess threads from sizes that give one vCPU at most', () => {
    expect(fitted(exact([128, 512, 1769], (size) => modelMs(size))).work.parallelism).toBeNull();
  });

  it('keeps what the shape misses where it stands out of the noise', () => {
    const pressed = (size: number): number => modelMs(size) * (size === 128 ? 1.4 : 1);
    const fit = fitted(exact(usual, pressed));
    expect(fit.predict(128).durationMs / pressed(128)).toBeCloseTo(1, 1);
    expect(fit.predict(1024).durationMs / pressed(1024)).toBeCloseTo(1, 1);
  });

  it('holds the truth in its interval about as often as it says', () => {
    let held = 0;
    let asked = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const random = seededRandom(seed);
      const calls = exact(usual, (size) => modelMs(size)).map((call) => ({
        ...call,
        durationMs: lognormal(random, call.durationMs, 0.1),
      }));
      const fit = fitted(calls, random);
      for (const size of [128, 512, 1769]) {
        const [low, high] = fit.predict(size).interval;
        asked += 1;
        if (low <= modelMs(size) && modelMs(size) <= high) held += 1;
      }
    }
    expect(held / asked).toBeGreaterThan(0.8);
    expect(held / asked).toBeLessThan(0.99);
  });

  it('is wider where nothing was measured', () => {
    const fit = fitted(exact([128, 1769], (size) => modelMs(size)));
    const width = (size: number): number => fit.predict(size).interval[1] / fit.predict(size).interval[0];
    expect(width(480)).toBeGreaterThan(width(128));
  });
});

describe('observations of one size', () => {
  it('leave out a call far above the median, and count it', () => {
    const [observation] = observe([100, 101, 99, 160].map((durationMs) => ({ memoryMb: 512, durationMs })));
    expect(observation).toMatchObject({ memoryMb: 512, n: 3, dropped: 1 });
    expect(observation?.meanMs).toBeCloseTo(100, 9);
  });

  it('keep the spread of a function that varies widely by itself', () => {
    const random = seededRandom(4);
    const calls = [128, 512, 1769].flatMap((memoryMb) =>
      Array.from({ length: 5 }, () => ({ memoryMb, durationMs: lognormal(random, 5000, 0.25) })),
    );
    expect(observe(calls).reduce((dropped, o) => dropped + o.dropped, 0)).toBe(0);
  });

  it('keep all of two calls: neither is known to be the odd one', () => {
    expect(observe([100, 160].map((durationMs) => ({ memoryMb: 512, durationMs })))[0]).toMatchObject({ n: 2, dropped: 0 });
  });
});
