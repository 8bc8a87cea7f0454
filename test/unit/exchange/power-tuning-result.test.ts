import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatResult, parseResult } from '../../../src/engine/exchange/power-tuning/result.ts';
import { averageSamples } from '../../../src/engine/exchange/power-tuning/samples.ts';
import { ReefError } from '../../../src/protocol/errors.ts';

const stats = [
  { value: 512, averagePrice: 3e-6, averageDuration: 365.5 },
  { value: 128, averagePrice: 2.9e-6, averageDuration: 1402 },
];
const url = 'https://lambda-power-tuning.show/#gAAAAg==;AECvRADAtkM=;bSdENrWuTDY=';
const output = {
  power: 128,
  cost: 2.9e-6,
  duration: 1402,
  stateMachine: { executionCost: 0.0003, lambdaCost: 0.001, visualization: url },
};

const sizesIn = (document: unknown) => parseResult(JSON.stringify(document), 'out.json').curves[0]?.sizes;

describe('a result of Power Tuning', () => {
  it('gives its sizes from stats, smallest first', () => {
    expect(sizesIn({ ...output, stats })).toEqual([
      { memoryMb: 128, durationMs: 1402, cost: 2.9e-6 },
      { memoryMb: 512, durationMs: 365.5, cost: 3e-6 },
    ]);
  });

  it('without stats gives them from its share URL, and without one gives the best size alone', () => {
    expect(sizesIn(output)?.map(({ memoryMb }) => memoryMb)).toEqual([128, 512]);
    expect(sizesIn({ power: '512', cost: 1e-6, duration: 30 })).toEqual([{ memoryMb: 512, durationMs: 30, cost: 1e-6 }]);
  });

  it('may be under "results", or the output of a described execution', () => {
    const expected = sizesIn({ ...output, stats });
    expect(sizesIn({ results: { ...output, stats } })).toEqual(expected);
    expect(sizesIn({ status: 'SUCCEEDED', output: JSON.stringify({ ...output, stats }) })).toEqual(expected);
  });

  it.each([
    ['{}', /out\.json is not a result of Power Tuning: power .*run that failed ends with \{\}/],
    ['[]', /out\.json is not a result/],
    ['{"power": 128', /out\.json is neither/],
    ['{"power":128,"cost":-1,"duration":3}', /cost is missing or wrong/],
    ['{"power":128,"cost":1,"duration":3,"stats":[{"value":128,"averagePrice":1}]}', /stats\.0\.averageDuration/],
  ])('%s is refused in one sentence', (text, sentence) => {
    expect(() => parseResult(text, 'out.json')).toThrow(ReefError);
    expect(() => parseResult(text, 'out.json')).toThrow(sentence);
  });

  it('comes back as it was written, whatever the figures', () => {
    const amount = fc.double({ min: 0, max: 1e30, noNaN: true });
    const sizes = fc.uniqueArray(fc.record({ memoryMb: fc.integer({ min: 1, max: 10_240 }), durationMs: amount, cost: amount }), {
      selector: ({ memoryMb }) => memoryMb,
      minLength: 1,
    });
    fc.assert(
      fc.property(sizes, fc.nat(), (all, pick) => {
        const ascending = all.toSorted((a, b) => a.memoryMb - b.memoryMb);
        const chosen = ascending[pick % ascending.length]?.memoryMb ?? 0;
        const result = formatResult(ascending, chosen, 0.5);
        expect(result.power).toBe(chosen);
        expect(sizesIn(result)).toEqual(ascending);
      }),
    );
  });

  it('becomes one sample a size, without those at 0 ms: their logs could not be read', () => {
    const sizes = [
      { memoryMb: 128, durationMs: 0, cost: 0 },
      { memoryMb: 256, durationMs: 20, cost: 1e-7 },
    ];
    const samples = averageSamples(sizes, { runId: 'r', architecture: 'arm64', importedAtMs: 5 });
    expect(samples).toEqual([
      expect.objectContaining({ memoryMb: 256, durationMs: 20, outcome: 'ok', cold: false, architecture: 'arm64', initMs: null }),
    ]);
  });
});
