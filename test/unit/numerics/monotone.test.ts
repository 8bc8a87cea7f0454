import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeNonIncreasing } from '../../../src/engine/numerics/monotone.ts';

describe('nearest non-increasing sequence', () => {
  it('pools what rises, and keeps the rest', () => {
    expect([...makeNonIncreasing(Float64Array.of(5, 3, 4, 1))]).toEqual([5, 3.5, 3.5, 1]);
    expect([...makeNonIncreasing(Float64Array.of(1, 2, 3))]).toEqual([2, 2, 2]);
    expect([...makeNonIncreasing(Float64Array.of())]).toEqual([]);
  });

  it('never rises and keeps the sum', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -100, max: 100, noNaN: true })), (values) => {
        const found = [...makeNonIncreasing(Float64Array.from(values))];
        for (const [i, value] of found.slice(1).entries()) expect(value).toBeLessThanOrEqual(found[i] ?? 0);
        expect(found.reduce((a, b) => a + b, 0)).toBeCloseTo(
          values.reduce((a, b) => a + b, 0),
          6,
        );
      }),
    );
  });
});
