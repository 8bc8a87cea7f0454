/** Lower triangle by rows: row i has i + 1 entries. */
export type LowerTriangle = readonly Float64Array[];

/**
 * L with L · Lᵀ = the symmetric positive definite n × n matrix that `entry` gives (its lower triangle is read).
 * Source: Golub and Van Loan, Matrix Computations, ch. 4.2. Throws RangeError when the matrix is not positive definite.
 */
export function cholesky(n: number, entry: (i: number, j: number) => number): LowerTriangle {
  const rows: Float64Array[] = [];
  for (let i = 0; i < n; i++) {
    const row = new Float64Array(i + 1);
    for (let j = 0; j < i; j++) {
      const other = rows[j] ?? row;
      row[j] = (entry(i, j) - partialDot(row, other, j)) / (other[j] ?? 1);
    }
    const rest = entry(i, i) - partialDot(row, row, i);
    if (!(rest > 0)) throw new RangeError('A covariance must be positive definite');
    row[i] = Math.sqrt(rest);
    rows.push(row);
  }
  return rows;
}

/** x with L · x = b. */
export function solveLower(lower: LowerTriangle, b: ArrayLike<number>): Float64Array {
  const x = new Float64Array(lower.length);
  for (const [i, row] of lower.entries()) x[i] = ((b[i] ?? 0) - partialDot(row, x, i)) / (row[i] ?? 1);
  return x;
}

/** x with L · Lᵀ · x = b. */
export function solveCholesky(lower: LowerTriangle, b: ArrayLike<number>): Float64Array {
  const x = solveLower(lower, b);
  for (let i = lower.length - 1; i >= 0; i--) {
    const row = lower[i] ?? x;
    const value = (x[i] ?? 0) / (row[i] ?? 1);
    x[i] = value;
    for (let j = 0; j < i; j++) x[j] = (x[j] ?? 0) - (row[j] ?? 0) * value;
  }
  return x;
}

/** L · z: numbers with covariance L · Lᵀ when those of z are standard normal and independent. */
export function multiplyLower(lower: LowerTriangle, z: Float64Array): Float64Array {
  const product = new Float64Array(lower.length);
  for (const [i, row] of lower.entries()) product[i] = partialDot(row, z, i + 1);
  return product;
}

function partialDot(a: Float64Array, b: Float64Array, length: number): number {
  let total = 0;
  for (let k = 0; k < length; k++) total += (a[k] ?? 0) * (b[k] ?? 0);
  return total;
}
