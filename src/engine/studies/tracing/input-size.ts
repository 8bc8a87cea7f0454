import { nonNegativeLeastSquares } from '../../numerics/least-squares.ts';

/** Peak memory of a run and the size of its input, bytes. */
export type InputPeak = { inputBytes: number; peakMb: number };

export type MemoryByInput = {
  /** Memory without input, and what each MB of it adds. */
  baseMb: number;
  mbPerInputMb: number;
  /** How far above the line a run was at most, MB. */
  aboveLineMb: number;
  largestInputBytes: number;
};

const leastSizes = 3;
const bytesInMb = 2 ** 20;

/**
 * A straight line through peaks over input sizes, both coefficients not negative. Null below three different sizes: two
 * always lie on a line.
 */
export function memoryByInput(peaks: readonly InputPeak[]): MemoryByInput | null {
  if (new Set(peaks.map(({ inputBytes }) => inputBytes)).size < leastSizes) return null;
  const inputsMb = peaks.map(({ inputBytes }) => inputBytes / bytesInMb);
  const fit = nonNegativeLeastSquares(
    [peaks.map(() => 1), inputsMb],
    peaks.map(({ peakMb }) => peakMb),
    peaks.map(() => 1),
  );
  const [baseMb = 0, mbPerInputMb = 0] = fit.coefficients;
  const aboveLineMb = peaks.reduce((most, { inputBytes, peakMb }) => {
    return Math.max(most, peakMb - baseMb - (mbPerInputMb * inputBytes) / bytesInMb);
  }, 0);
  return { baseMb, mbPerInputMb, aboveLineMb, largestInputBytes: Math.max(...peaks.map(({ inputBytes }) => inputBytes)) };
}

/** Inputs beyond so many times the largest that was seen are guesses. */
const trustedFactor = 2;

/** Memory that an input needs, MB: the line, the worst run above it, and a margin (share). */
export function safeForInput(
  { baseMb, mbPerInputMb, aboveLineMb, largestInputBytes }: MemoryByInput,
  inputBytes: number,
  margin: number,
): { memoryMb: number; isTrusted: boolean } {
  const neededMb = baseMb + (mbPerInputMb * inputBytes) / bytesInMb + aboveLineMb;
  return { memoryMb: Math.ceil(neededMb * (1 + margin)), isTrusted: inputBytes <= trustedFactor * largestInputBytes };
}
