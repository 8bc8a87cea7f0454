import { describe, expect, it } from 'vitest';
import { doubtfulCall, longBesideCold, surprising } from '../../../src/engine/studies/sizing/doubtful.ts';
import { observe } from '../../../src/engine/studies/sizing/observations.ts';

const warm = (...calls: [number, number][]) => observe(calls.map(([memoryMb, durationMs]) => ({ memoryMb, durationMs })));
const cold = [
  { memoryMb: 128, durationMs: 1300 },
  { memoryMb: 512, durationMs: 390 },
  { memoryMb: 2048, durationMs: 130 },
];

describe('a single warm call', () => {
  it('is doubted where it is long beside its cold call, by the ratio at the other sizes', () => {
    expect(longBesideCold(warm([128, 1000], [512, 420], [2048, 100]), cold)).toEqual([512]);
    expect(longBesideCold(warm([128, 1000], [512, 303], [2048, 99]), cold)).toEqual([]);
  });

  it('is not doubted where a second call bears it out, or too few ratios are known', () => {
    expect(longBesideCold(warm([128, 1000], [512, 420], [512, 421], [2048, 100]), cold)).toEqual([]);
    expect(longBesideCold(warm([128, 1000], [512, 420]), cold)).toEqual([]);
    expect(longBesideCold(warm([128, 1000], [512, 420], [2048, 100]), [])).toEqual([]);
  });

  it('is doubted where it is far above what the other sizes tell', () => {
    const observations = warm([128, 1000], [512, 420], [2048, 100]);
    const at = (excessLn: number, sd: number) => surprising(observations, [{ memoryMb: 512, excessLn, sd }]);
    expect(at(0.5, 0.1)).toEqual([512]);
    expect(at(0.5, 0.4)).toEqual([]);
    expect(at(-0.5, 0.1)).toEqual([]);
    expect(at(0.05, 0.01)).toEqual([]);
  });

  it('is called again only at a size that works, with its payload', () => {
    const observations = warm([128, 1000], [512, 420], [2048, 100]);
    const quiet = { weight: 1, observations: warm([128, 10], [512, 9]) };
    const groups = [quiet, { weight: 1, observations, cold }];
    expect(doubtfulCall(groups, [128, 512, 2048])).toEqual({ memoryMb: 512, payload: 1 });
    expect(doubtfulCall(groups, [128, 2048])).toBeNull();
  });
});
