import type { Architecture } from '../../../protocol/functions.ts';
import { interpolateLog } from '../../numerics/interpolate.ts';

/** One size of a recorded curve. */
export type CurveRow = {
  memoryMb: number;
  /** Mean handler duration, ms. */
  durationMs: number;
  /** Standard deviation of the logarithm of one duration. */
  sigmaLn: number;
  initMs: number | null;
  /** Largest use seen at this size, MB. */
  maxMemoryMb: number | null;
};

/** A recorded duration-versus-memory curve; rows in ascending order of size. */
export type RecordedCurve = {
  id: string;
  architecture: Architecture;
  rows: CurveRow[];
};

/** What a recorded curve says about a size between its ends. */
export type CurveFigures = Omit<CurveRow, 'memoryMb'>;

/** Log-linear between recorded sizes; the caller stays within them, since nothing is known beyond. */
export function figuresAt(curve: RecordedCurve, memoryMb: number): CurveFigures {
  const between = (measure: (row: CurveRow) => number | null): number | null => {
    const known = curve.rows.flatMap((row) => {
      const value = measure(row);
      return value === null ? [] : [{ memoryMb: row.memoryMb, value: Math.max(value, 1e-9) }];
    });
    if (known.length === 0) return null;
    return interpolateLog(
      known.map((row) => row.memoryMb),
      known.map((row) => row.value),
      memoryMb,
    );
  };
  return {
    durationMs: between((row) => row.durationMs) ?? 0,
    sigmaLn: between((row) => row.sigmaLn) ?? 0,
    initMs: between((row) => row.initMs),
    maxMemoryMb: between((row) => row.maxMemoryMb),
  };
}
