import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cholesky, multiplyLower, solveCholesky, solveLower } from '../../../src/engine/numerics/cholesky.ts';

const number = fc.double({ min: -3, max: 3, noNaN: true });

/** B · Bᵀ + I, which is positive definite. */
const positiveDefinite = fc
  .integer({ min: 1, max: 6 })
  .chain((n) =>
    fc
      .array(fc.array(number, { minLength: n, maxLength: n }), { minLength: n, maxLength: n })
      .map((b) => b.map((row, i) => b.map((other, j) => row.reduce((sum, v, k) => sum + v * (other[k] ?? 0), i === j ? 1 : 0)))),
  );

describe('Cholesky factor', () => {
  it('multiplies back to its matrix, and solves with it', () => {
    fc.assert(
      fc.property(positiveDefinite, fc.array(number, { minLength: 6, maxLength: 6 }), (matrix, b) => {
        const n = matrix.length;
        const lower = cholesky(n, (i, j) => matrix[i]?.[j] ?? 0);
        const unit = (k: number) => Float64Array.from({ length: n }, (_, i) => Number(i === k));
        const columns = Array.from({ length: n }, (_, k) => multiplyLower(lower, unit(k)));
        const x = solveCholesky(lower, b);
        const forward = multiplyLower(lower, solveLower(lower, b));
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            const product = columns.reduce((sum, column) => sum + (column[i] ?? 0) * (column[j] ?? 0), 0);
            expect(product).toBeCloseTo(matrix[i]?.[j] ?? 0, 8);
          }
          expect(matrix[i]?.reduce((sum, value, j) => sum + value * (x[j] ?? 0), 0)).toBeCloseTo(b[i] ?? 0, 6);
          expect(forward[i]).toBeCloseTo(b[i] ?? 0, 8);
        }
      }),
    );
  });

  it('refuses a matrix that is not positive definite', () => {
    expect(() => cholesky(2, () => 1)).toThrow('positive definite');
  });
});
