import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lognormal, seededRandom } from '../../../src/engine/numerics/random.ts';
import { lambdaPrice } from '../../../src/engine/pricing/prices.ts';
import { type Decision, decide, expectedRegretAt } from '../../../src/engine/studies/sizing/decision.ts';
import { candidateSizes } from '../../../src/engine/studies/sizing/grid.ts';
import { nextProbe } from '../../../src/engine/studies/sizing/next-probe.ts';
import { disagreeing, observe, pooledSd } from '../../../src/engine/studies/sizing/observations.ts';
import { type Posterior, posteriorOf } from '../../../src/engine/studies/sizing/posterior.ts';
import type { Objective } from '../../../src/protocol/sizing.ts';
import { modelMs } from './support.ts';

const range = { minMb: 128, maxMb: 3008, stepMb: 1 };
const price = lambdaPrice('x86_64');
const objective = (goal: Objective['goal']): Objective => ({ goal, tolerance: 0.1, maxDurationMs: null });

function believed(sizes: readonly number[], durationMs: (size: number) => number, calls = 3, sigmaLn = 0.02, seed = 1) {
  const random = seededRandom(seed);
  const observations = observe(
    sizes.flatMap((memoryMb) =>
      Array.from({ length: calls }, () => ({ memoryMb, durationMs: lognormal(random, durationMs(memoryMb), sigmaLn) })),
    ),
  );
  return {
    observations,
    posterior: posteriorOf([{ weight: 1, observations }], candidateSizes(range, sizes), seededRandom(seed)),
  };
}

const decided = (posterior: Posterior, goal: Objective['goal'], toMb = 3008): Decision =>
  decide(posterior, { objective: objective(goal), price, fromMb: 128, toMb });

describe('belief about durations', () => {
  it('is finite and never rises with memory, on any data', () => {
    const data = fc.array(
      fc.record({
        memoryMb: fc.constantFrom(128, 256, 476, 1024, 1769, 3008),
        durationMs: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(data, (calls) => {
        const { meanLn, draws, models } = posteriorOf(
          [{ weight: 1, observations: observe(calls) }],
          candidateSizes(range),
          seededRandom(1),
        );
        expect(models.reduce((total, { weight }) => total + weight, 0)).toBeCloseTo(1, 6);
        for (const curve of [meanLn, draws[0] ?? meanLn, draws.at(-1) ?? meanLn]) {
          expect(curve.every((value) => Number.isFinite(value))).toBe(true);
          expect(curve.every((value, i) => i === 0 || value <= (curve[i - 1] ?? 0) + 1e-9)).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('gets surer with calls', () => {
    const few = decided(believed([128, 476, 1769], (size) => modelMs(size), 2, 0.1).posterior, 'balanced');
    const many = decided(believed([128, 256, 476, 900, 1769, 2500], (size) => modelMs(size), 20, 0.1).posterior, 'balanced');
    expect(many.expectedRegret).toBeLessThan(few.expectedRegret);
  });

  it('knows the regret of a bad answer', () => {
    const decision = decided(believed([128, 476, 1024, 1769, 3008], (size) => modelMs(size)).posterior, 'balanced');
    expect(expectedRegretAt(decision, decision.bestMb)).toBeCloseTo(decision.expectedRegret, 9);
    expect(expectedRegretAt(decision, 128)).toBeGreaterThan(0.5);
  });
});

describe('the next probe', () => {
  const ask = (goal: Objective['goal'], sizes: readonly number[], calls = 2) => {
    const { observations, posterior } = believed(sizes, (size) => modelMs(size), calls);
    const decision = decided(posterior, goal);
    return nextProbe({ posterior, decision, price, callSd: pooledSd(observations), probedMb: sizes });
  };

  it('is within what may be chosen, and promises no loss', () => {
    for (const goal of ['cost', 'fastest', 'balanced'] as const) {
      const probe = ask(goal, [128, 476, 1769]);
      expect(probe?.memoryMb).toBeGreaterThanOrEqual(128);
      expect(probe?.memoryMb).toBeLessThanOrEqual(3008);
      expect(probe?.gainPerCall).toBeGreaterThanOrEqual(-1e-9);
    }
  });

  it('is worth less once much is known', () => {
    const early = ask('balanced', [128, 476, 1769])?.gainPerCall ?? 0;
    const late = ask('balanced', [128, 256, 476, 900, 1300, 1769, 2048, 3008], 20)?.gainPerCall ?? 0;
    expect(late).toBeLessThan(early);
  });
});

describe('two calls that disagree', () => {
  const calls = (memoryMb: number, ...durations: number[]) => durations.map((durationMs) => ({ memoryMb, durationMs }));

  it('ask for a third, where the function is steady elsewhere', () => {
    const steady = [...calls(128, 1000, 1010), ...calls(1769, 70, 71)];
    expect(disagreeing(observe([...steady, ...calls(512, 100, 160)]))).toEqual([512]);
    expect(disagreeing(observe([...steady, ...calls(512, 100, 103)]))).toEqual([]);
    expect(disagreeing(observe([...steady, ...calls(512, 100, 101, 160)]))).toEqual([]);
  });

  it('are usual where the function varies widely', () => {
    expect(disagreeing(observe([...calls(128, 10, 15, 12), ...calls(512, 9, 13), ...calls(1769, 8, 12, 10)]))).toEqual([]);
  });
});
