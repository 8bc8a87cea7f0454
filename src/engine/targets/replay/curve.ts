import type { Architecture } from '../../../protocol/functions.ts';
import { interpolate, interpolateLog } from '../../numerics/interpolate.ts';

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

/**
 * Between recorded sizes, duration is log-linear and the rest, which may be 0, linear over log memory.
 * The caller stays within the recorded sizes: nothing is known beyond.
 */
export function figuresAt({ rows }: RecordedCurve, memoryMb: number): CurveFigures {
  const between = (measure: (row: CurveRow) => number | null): number | null => {
    const known = rows.flatMap((row) => {
      const value = measure(row);
      return value === null ? [] : [{ logMemory: Math.log(row.memoryMb), value }];
    });
    if (known.length === 0) return null;
    return interpolate(
      known.map((row) => row.logMemory),
      known.map((row) => row.value),
      Math.log(memoryMb),
    );
  };
  return {
    durationMs: interpolateLog(
      rows.map((row) => row.memoryMb),
      rows.map((row) => row.durationMs),
      memoryMb,
    ),
    sigmaLn: between((row) => row.sigmaLn) ?? 0,
    initMs: between((row) => row.initMs),
    maxMemoryMb: between((row) => row.maxMemoryMb),
  };
}
