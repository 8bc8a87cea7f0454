import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nonNegativeLeastSquares } from '../../../src/engine/numerics/least-squares.ts';

const entry = fc.double({ min: 0.01, max: 100, noNaN: true });

/** A problem with 1–3 columns and 3–8 rows. */
const problem = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 3, max: 8 })).chain(([columns, rows]) =>
  fc.record({
    matrix: fc.array(fc.array(entry, { minLength: rows, maxLength: rows }), { minLength: columns, maxLength: columns }),
    y: fc.array(fc.double({ min: -50, max: 100, noNaN: true }), { minLength: rows, maxLength: rows }),
    weights: fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: rows, maxLength: rows }),
    truth: fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 10, noNaN: true })), {
      minLength: columns,
      maxLength: columns,
    }),
  }),
);

const product = (matrix: number[][], x: number[]): number[] =>
  (matrix[0] ?? []).map((_, i) => matrix.reduce((sum, column, j) => sum + (column[i] ?? 0) * (x[j] ?? 0), 0));

describe('non-negative least squares', () => {
  it('meets the Karush–Kuhn–Tucker conditions', () => {
    fc.assert(
      fc.property(problem, ({ matrix, y, weights }) => {
        const { coefficients } = nonNegativeLeastSquares(matrix, y, weights);
        const fitted = product(matrix, coefficients);
        const slack = y.map((value, i) => (weights[i] ?? 0) ** 2 * (value - (fitted[i] ?? 0)));
        for (const [j, column] of matrix.entries()) {
          const gradient = column.reduce((sum, value, i) => sum + value * (slack[i] ?? 0), 0);
          const scale = column.reduce((sum, value, i) => sum + Math.abs(value * (weights[i] ?? 0) ** 2 * (y[i] ?? 0)), 0) + 1e-9;
          const x = coefficients[j] ?? -1;
          expect(x).toBeGreaterThanOrEqual(0);
          expect(gradient / scale).toBeLessThan(1e-5);
          expect(x > 0 ? Math.abs(gradient) / scale : 0).toBeLessThan(1e-5);
        }
      }),
    );
  });

  it('recovers exact data', () => {
    fc.assert(
      fc.property(problem, ({ matrix, weights, truth }) => {
        const y = product(matrix, truth);
        const { coefficients, residual } = nonNegativeLeastSquares(matrix, y, weights);
        const scale = y.reduce((sum, value, i) => sum + (value * (weights[i] ?? 0)) ** 2, 0) + 1e-12;
        expect(residual / scale).toBeLessThan(1e-12);
        for (const [i, value] of product(matrix, coefficients).entries()) expect(value).toBeCloseTo(y[i] ?? NaN, 5);
      }),
    );
  });

  it('never does worse than nothing or than a single column', () => {
    fc.assert(
      fc.property(problem, ({ matrix, y, weights }) => {
        const all = nonNegativeLeastSquares(matrix, y, weights).residual;
        for (const column of matrix) {
          expect(all).toBeLessThanOrEqual(nonNegativeLeastSquares([column], y, weights).residual * (1 + 1e-9) + 1e-9);
        }
      }),
    );
  });

  it('leaves out what would be negative', () => {
    const { coefficients } = nonNegativeLeastSquares(
      [
        [1, 1, 1],
        [1, 2, 3],
      ],
      [3, 2, 1],
      [1, 1, 1],
    );
    expect(coefficients[0]).toBeCloseTo(2, 12);
    expect(coefficients[1]).toBe(0);
  });

  it('survives a column that repeats another', () => {
    const { coefficients, residual } = nonNegativeLeastSquares(
      [
        [1, 2, 3],
        [2, 4, 6],
      ],
      [2, 4, 6],
      [1, 1, 1],
    );
    expect(residual).toBeCloseTo(0, 12);
    expect((coefficients[0] ?? 0) + 2 * (coefficients[1] ?? 0)).toBeCloseTo(2, 12);
  });
});
