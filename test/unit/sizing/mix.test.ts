import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadMix } from '../../../src/engine/studies/sizing/payloads.ts';
import type { Target } from '../../../src/engine/targets/target.ts';
import { type Curve, failureOf, modelMs, replayOf, study } from './support.ts';

const usual = [128, 256, 512, 1024, 1769, 3008];
const base: Curve = { sizes: usual, durationMs: (size) => modelMs(size), sigmaLn: 0.02, peakMb: 60 };

/** Each payload is `{"times": n}`: a call takes n times as long, and uses n times the memory. */
function proportional(target: Target): Target {
  return {
    ...target,
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
    async open(request, signal) {
      const sandbox = await target.open(request, signal);
      return {
        ...sandbox,
        async invoke(invocation, callSignal) {
          const attempt = await sandbox.invoke(invocation, callSignal);
          const { times }: { times: number } = JSON.parse(invocation.payload);
          const { durationMs, peakRssMb } = attempt.measurement;
          const measurement = {
            ...attempt.measurement,
            durationMs: (durationMs ?? 0) * times,
            peakRssMb: (peakRssMb ?? 0) * times,
          };
          return { ...attempt, measurement };
        },
      };
    },
  };
}

const payload = (times: number, weight: number, name: string | null = `x${times}`) => ({
  payload: JSON.stringify({ times }),
  name,
  weight,
});

describe('weights of payloads', () => {
  it.each([[[0.7, 0.2, 0.1]], [[0.6, 0.3, 0.1]], [Array.from({ length: 10 }, () => 0.1)], [[70, 20, 10]], [[1e-3, 1e3]]])(
    'of %j become shares that sum to one',
    (weights) => {
      const mix = payloadMix(weights.map((weight, i) => ({ payload: '{}', name: `${i}`, weight })));
      expect(mix.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
      for (const [i, { weight }] of mix.entries())
        expect(weight / (mix[0]?.weight ?? 0)).toBeCloseTo((weights[i] ?? 0) / (weights[0] ?? 1), 6);
    },
  );

  it.each([0, -1, Number.NaN, Infinity])('of %d are refused in one clear sentence', (weight) => {
    expect(() => payloadMix([payload(1, 1), payload(2, weight)])).toThrow(/weight of the event x2 is .*number above 0/);
  });

  it('come with names of their own, whatever names were given', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.constantFrom('a', 'a 2', 'event 1', 'b')), { minLength: 2, maxLength: 8 }), (names) => {
        const mix = payloadMix(names.map((name) => ({ payload: '{}', name, weight: 1 })));
        expect(new Set(mix.map(({ name }) => name)).size).toBe(names.length);
        expect(mix.every(({ name }) => name !== null)).toBe(true);
      }),
    );
    expect(payloadMix([payload(1, 5, null)])).toEqual([{ ...payload(1, 1, null), weight: 1 }]);
  });
});

describe('a study of several payloads', () => {
  it('fits the weighted mean, with a curve for each, in shared sandboxes', async () => {
    const { report, samples } = await study(proportional(await replayOf({ mixed: base })), {
      payloads: [payload(1, 3), payload(4, 1)],
    });
    for (const point of report.curve)
      expect(Math.abs(point.duration_ms / (1.75 * modelMs(point.memory_mb)) - 1)).toBeLessThan(0.1);
    expect(samples.filter(({ cold }) => cold).length).toBe(new Set(samples.map(({ memoryMb }) => memoryMb)).size);
    expect(new Set(report.points.map((point) => point.payload))).toEqual(new Set(['x1', 'x4']));
    expect(report.recommendation.memory_mb).toBeGreaterThanOrEqual(report.floor.memory_mb);
  });

  it('takes the heaviest for cold calls once it is known, and for the floor', async () => {
    const { report, samples } = await study(proportional(await replayOf({ mixed: base })), {
      payloads: [payload(1, 10, 'the longest text of them all'), payload(5, 1), payload(2, 1)],
    });
    const cold = samples.filter((sample) => sample.cold).map((sample) => sample.eventName);
    expect(cold.slice(1).every((name) => name === 'x5')).toBe(true);
    expect(samples.slice(0, 3).map((sample) => sample.memoryMb)).toEqual([2048, 2048, 2048]);
    expect(report.floor).toMatchObject({ peak_mb: 300, memory_mb: 345 });
    expect(Math.min(...samples.map((sample) => sample.memoryMb ?? 0))).toBeGreaterThan(300);
  });

  it('keeps the limit of calls, and says which payload it did not get to', async () => {
    const ten = Array.from({ length: 10 }, (_, i) => payload(i + 1, 1));
    const { report } = await study(proportional(await replayOf({ mixed: base })), {
      payloads: ten,
      settings: { maxInvocations: 40 },
    });
    expect(report.invocations).toBeLessThanOrEqual(40);
    const failure = await failureOf(
      study(proportional(await replayOf({ mixed: base })), { payloads: ten, settings: { maxInvocations: 8 } }),
    );
    expect(failure).toMatchObject({ code: 'not-enough-data', message: expect.stringContaining('at least 13 calls') });
  });
});
