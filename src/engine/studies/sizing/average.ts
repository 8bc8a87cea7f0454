import { type LowerTriangle, solveLower } from '../../numerics/cholesky.ts';
import { nonNegativeLeastSquares, nonNegativeSolver } from '../../numerics/least-squares.ts';
import { sum } from '../../numerics/statistics.ts';
import { bank, durationOf, localShape, type Shape } from './bank.ts';
import type { Split } from './split.ts';

/** A shape with coefficients, ms; `refit` gives those of other data: means relative to the ones it was fitted to. */
export type Curve = { shape: Shape; coefficients: readonly number[]; refit: (relative: readonly number[]) => readonly number[] };

/** A shape of the bank. */
export type Fitted = {
  family: string;
  splits: boolean;
  /** Share of the belief in it. */
  weight: number;
  /** How far durations depart from it: standard deviation of their logarithm. */
  departureSd: number;
  /** By payload, each with its own coefficients. */
  curves: readonly Curve[];
};

/** Means at the sizes of one payload, ms, and the factor of the covariance of their relative errors. */
export type Means = { sizes: readonly number[]; meansMs: readonly number[]; covariance: LowerTriangle; local: Split | null };

/** Degrees of freedom of the Student t that judges a fit: noise is only estimated, and one odd size must not decide. */
const robustness = 3;
const coefficientPrice = 0.35;

/**
 * Fits every shape of the bank by generalised non-negative least squares on relative errors, and weighs them by evidence:
 * score = −(n + 3)/2 · ln(1 + χ²/3) − ½ ln |C| − 0.35 · k · ln n − penalty/2, weights = softmax(score).
 * χ² is that of the residuals under their covariance C (noise of the means, and departures of each standard deviation
 * given): to a shape, a departure over neighbouring sizes is one surprise, not several. Payloads share the shape, so that their evidence adds up, and
 * have coefficients of their own; one with fewer sizes than a shape has coefficients takes that of the payload with most
 * sizes, up to a factor.
 */
export function averageBank(payloadsBySd: ReadonlyMap<number, readonly Means[]>): Fitted[] {
  const scored = [...payloadsBySd].flatMap(([departureSd, payloads]) => fitBank(payloads, departureSd));
  const best = Math.max(...scored.map(({ score }) => score));
  const raw = scored.map(({ score }) => Math.exp(score - best));
  const total = sum(raw);
  return scored.map(({ fitted }, i) => ({ ...fitted, weight: (raw[i] ?? 0) / total }));
}

function fitBank(payloads: readonly Means[], departureSd: number): { fitted: Omit<Fitted, 'weight'>; score: number }[] {
  const most = Math.max(...payloads.map(({ sizes }) => sizes.length));
  const richest = payloads.findIndex(({ sizes }) => sizes.length === most);
  const anyLocal = payloads.find(({ local }) => local !== null)?.local ?? null;
  const whitened = payloads.map(whiten);
  const shapesOf = payloads.map(({ local }) => [...bank, ...locals(local ?? anyLocal)]);
  return (shapesOf[0] ?? []).flatMap((first, s) => {
    const { family, splits, penalty } = first;
    if (first.terms.length > most) return [];
    const own = payloads.map((_, g) => shapesOf[g]?.[s] ?? first);
    const rich = whitened[richest]?.fit(own[richest] ?? first, null);
    if (rich === undefined || !rich.coefficients.some((value) => value > 0)) return [];
    const fits = whitened.map((one, g) => (g === richest ? rich : one.fit(own[g] ?? first, rich)));
    const curves = fits.map(({ coefficients, refit }, g) => ({ shape: own[g] ?? first, coefficients, refit }));
    return [{ fitted: { family, splits, departureSd, curves }, score: sum(fits.map(({ score }) => score)) - penalty / 2 }];
  });
}

const locals = (split: Split | null): Shape[] => (split === null ? [] : [localShape(split)]);

type Scored = Omit<Curve, 'shape'> & { score: number };

/** One payload's data without their correlation, ready to fit shapes to. */
function whiten({ sizes, meansMs, covariance }: Means): { fit: (shape: Shape, reference: Scored | null) => Scored } {
  const n = sizes.length;
  const white = (relative: readonly number[]): number[] => [...solveLower(covariance, relative)];
  const target = white(meansMs.map(() => 1));
  const ones = sizes.map(() => 1);
  const lnDeterminant = sum(covariance.map((row, i) => Math.log(row[i] ?? 1)));
  const judged = (columns: number[][]): Scored => {
    const { coefficients, residual } = nonNegativeLeastSquares(columns, target, ones);
    const score =
      -((n + robustness) / 2) * Math.log1p(residual / robustness) -
      coefficientPrice * columns.length * Math.log(n) -
      lnDeterminant;
    let solve: ((y: readonly number[]) => number[]) | undefined;
    const refit = (relative: readonly number[]): number[] => (solve ??= nonNegativeSolver(columns))(white(relative));
    return { coefficients, score, refit };
  };
  return {
    fit(shape, reference) {
      if (reference !== null && n < shape.terms.length) {
        const column = white(sizes.map((size, i) => durationOf(shape, reference.coefficients, size) / (meansMs[i] ?? 1)));
        const { coefficients, score, refit } = judged([column]);
        const scaled = ([factor = 0]: readonly number[]): number[] => reference.coefficients.map((value) => value * factor);
        return { coefficients: scaled(coefficients), score, refit: (relative) => scaled(refit(relative)) };
      }
      return judged(shape.terms.map((term) => white(sizes.map((size, i) => term.at(size) / (meansMs[i] ?? 1)))));
    },
  };
}
