export type LeastSquaresFit = {
  /** One per column, none negative. */
  coefficients: number[];
  /** Weighted sum of squared residuals. */
  residual: number;
};

type Vector = readonly number[];

/**
 * Weighted least squares with non-negative coefficients: minimises Σ (w_i · (Σ_j x_j · A_ij − y_i))², x ≥ 0.
 * `columns` holds A by column; `weights` multiply residuals (1 / standard error), not their squares.
 *
 * The optimum is the unconstrained solution on its own support (Lawson and Hanson, Solving Least Squares Problems,
 * 1974, ch. 23). With the one to three columns of a sizing model every support can be tried, which needs neither
 * tolerances nor iterations; the time doubles with each column.
 */
export function nonNegativeLeastSquares(columns: readonly Vector[], y: Vector, weights: Vector): LeastSquaresFit {
  const target = y.map((value, i) => value * at(weights, i));
  const matrix = columns.map((column) => column.map((value, i) => value * at(weights, i)));
  let best: LeastSquaresFit = { coefficients: columns.map(() => 0), residual: dot(target, target) };
  for (let support = 1; support < 2 ** columns.length; support++) {
    const chosen = columns.map((_, j) => j).filter((j) => (support >> j) & 1);
    const solved = leastSquares(
      chosen.map((j) => matrix[j] ?? []),
      target,
    );
    if (solved === null || solved.coefficients.some((value) => value < 0)) continue;
    if (solved.residual >= best.residual) continue;
    const coefficients = columns.map((_, j) => (chosen.includes(j) ? at(solved.coefficients, chosen.indexOf(j)) : 0));
    best = { coefficients, residual: solved.residual };
  }
  return best;
}

/**
 * As `nonNegativeLeastSquares` with unit weights, for many right sides of one matrix: where no coefficient of the
 * unconstrained solution is negative it is the optimum, and follows by products alone.
 */
export function nonNegativeSolver(columns: readonly Vector[]): (y: Vector) => number[] {
  const n = columns[0]?.length ?? 0;
  const ones = Array.from({ length: n }, () => 1);
  const byUnit = ones.map((_, i) =>
    leastSquares(
      columns,
      Array.from({ length: n }, (_unit, k) => Number(k === i)),
    ),
  );
  const rows = columns.map((_, j) => byUnit.map((solved) => at(solved?.coefficients ?? [], j)));
  const isSolvable = byUnit.every((solved) => solved !== null);
  return (y) => {
    const free = isSolvable ? rows.map((row) => dot(row, y)) : [-1];
    return free.every((value) => value >= 0) ? free : nonNegativeLeastSquares(columns, y, ones).coefficients;
  };
}

/** Below this share of its length, what is left of a column beside the others is rounding. */
const dependent = 1e-10;

/** Unconstrained least squares by modified Gram–Schmidt; null when a column depends on the others. */
function leastSquares(columns: readonly Vector[], target: Vector): LeastSquaresFit | null {
  const basis: number[][] = [];
  const upper: number[][] = [];
  for (const column of columns) {
    const rest = [...column];
    const shares = basis.map((unit) => removeShare(rest, unit));
    const length = norm(rest);
    if (!(length > dependent * norm(column))) return null;
    basis.push(rest.map((value) => value / length));
    upper.push([...shares, length]);
  }
  const residual = [...target];
  const projected = basis.map((unit) => removeShare(residual, unit));
  const coefficients = columns.map(() => 0);
  for (let j = columns.length - 1; j >= 0; j--) {
    let rest = at(projected, j);
    for (let k = j + 1; k < columns.length; k++) rest -= at(upper[k] ?? [], j) * at(coefficients, k);
    coefficients[j] = rest / at(upper[j] ?? [], j);
  }
  return { coefficients, residual: dot(residual, residual) };
}

/** Takes out of `vector` what points along `unit`, in place, and returns how much that was. */
function removeShare(vector: number[], unit: Vector): number {
  const share = dot(unit, vector);
  for (let i = 0; i < vector.length; i++) vector[i] = at(vector, i) - share * at(unit, i);
  return share;
}

function dot(a: Vector, b: Vector): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += at(a, i) * at(b, i);
  return total;
}

function norm(vector: Vector): number {
  return Math.sqrt(dot(vector, vector));
}

function at(vector: Vector, index: number): number {
  return vector[index] ?? 0;
}
