import { type LowerTriangle, solveLower } from '../../numerics/cholesky.ts';
import { nonNegativeLeastSquares } from '../../numerics/least-squares.ts';
import { sum } from '../../numerics/statistics.ts';
import { bank, type Shape } from './bank.ts';

export type Fitted = { shape: Shape; coefficients: number[]; /** Share of the belief in it. */ weight: number };

/** Degrees of freedom of the Student t that judges a fit: noise is only estimated, and one odd size must not decide. */
const robustness = 3;
const coefficientPrice = 0.35;

/**
 * Fits every shape of the bank by generalised non-negative least squares on relative errors, and weighs them by evidence:
 * score = −(n + 3)/2 · ln(1 + χ²/3) − 0.35 · k · ln n − penalty/2, weights = softmax(score).
 * χ² is that of the residuals under their covariance (noise of the means and usual departures), given by its factor:
 * to a shape, a departure over neighbouring sizes is one surprise, not several.
 */
export function averageBank(sizes: readonly number[], means: readonly number[], covariance: LowerTriangle): Fitted[] {
  const n = sizes.length;
  const target = solveLower(
    covariance,
    means.map(() => 1),
  );
  const ones = sizes.map(() => 1);
  const scored = bank
    .filter(({ terms }) => terms.length <= n)
    .map((shape) => {
      const columns = shape.terms.map((term) => [
        ...solveLower(
          covariance,
          sizes.map((size, i) => term.at(size) / (means[i] ?? 1)),
        ),
      ]);
      const { coefficients, residual } = nonNegativeLeastSquares(columns, [...target], ones);
      const score =
        -((n + robustness) / 2) * Math.log1p(residual / robustness) -
        coefficientPrice * shape.terms.length * Math.log(n) -
        shape.penalty / 2;
      return { shape, coefficients, score };
    })
    .filter(({ coefficients }) => (coefficients[0] ?? 0) > 0 || coefficients.some((value) => value > 0));
  const best = Math.max(...scored.map(({ score }) => score));
  const raw = scored.map(({ score }) => Math.exp(score - best));
  const total = sum(raw);
  return scored.map(({ shape, coefficients }, i) => ({ shape, coefficients, weight: (raw[i] ?? 0) / total }));
}
