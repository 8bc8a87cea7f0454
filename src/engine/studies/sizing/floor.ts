import type { FunctionInfo } from '../../../protocol/functions.ts';
import type { Floor } from '../../../protocol/sizing.ts';
import { formatMemory, formatPercent } from '../../format/format.ts';
import type { Sizes } from '../../targets/target.ts';

export type FloorEvidence = {
  /** Largest use seen, MB; null when the target does not report it. */
  peakMb: number | null;
  headroom: number;
  range: Sizes;
  /** Sizes at which calls succeeded. */
  succeededMb: readonly number[];
  /** Sizes at which a call ran out of memory, and at which one ran out of time. */
  outOfMemoryMb: readonly number[];
  timedOutMb: readonly number[];
};

/** Heaps of Node and the JVM grow into what they are given: more room above the peak seen. */
export function headroomFor(fn: Pick<FunctionInfo, 'language' | 'runtime'>): number {
  const growing = fn.language === 'node' || /^(nodejs|java)/.test(fn.runtime ?? '');
  return growing ? 0.25 : 0.15;
}

/** The size below which nothing is recommended, and why. */
export function memoryFloor(evidence: FloorEvidence): Floor {
  const { peakMb, headroom, range } = evidence;
  const needed = peakMb === null ? range.minMb : Math.ceil(peakMb * (1 + headroom));
  const failed = Math.max(0, ...evidence.outOfMemoryMb);
  // Between a failure and the next success nothing is known but the peak, and a peak below the failure is no evidence.
  const afterFailure = failed === 0 || needed > failed ? range.minMb : provenAbove(evidence, failed);
  const floorMb = Math.max(range.minMb, needed, afterFailure);
  // Too slow is not too small: the need of memory is not touched, but what did not end in time is no answer.
  const tooSlow = Math.max(0, ...evidence.timedOutMb);
  const fromMb = tooSlow === 0 ? 0 : provenAbove(evidence, tooSlow);
  return {
    memory_mb: Math.min(floorMb, range.maxMb),
    peak_mb: peakMb,
    reason: reasonOf(evidence, floorMb),
    ...(fromMb > floorMb && { answers_from_mb: Math.min(fromMb, range.maxMb) }),
  };
}

/** The smallest size above a failure at which calls succeeded, else the largest there is. */
function provenAbove({ succeededMb, range }: FloorEvidence, failedMb: number): number {
  return Math.min(range.maxMb, ...succeededMb.filter((size) => size > failedMb));
}

/** The smallest size that may be recommended. */
export function answersFromMb({ memory_mb, answers_from_mb }: Pick<Floor, 'memory_mb' | 'answers_from_mb'>): number {
  return Math.max(memory_mb, answers_from_mb ?? 0);
}

function reasonOf({ peakMb, headroom, range, outOfMemoryMb, timedOutMb }: FloorEvidence, floorMb: number): string {
  const peak =
    peakMb === null
      ? 'The target does not report how much memory the function uses.'
      : `It used up to ${formatMemory(peakMb)}; ${formatPercent(headroom)} headroom makes ${formatMemory(Math.ceil(peakMb * (1 + headroom)))}.`;
  const sentences = [peak];
  if (outOfMemoryMb.length > 0) sentences.push(`It ran out of memory at ${formatMemory(Math.max(...outOfMemoryMb))}.`);
  if (timedOutMb.length > 0)
    sentences.push(
      `It reached its timeout at ${formatMemory(Math.max(...timedOutMb))}, so that no size up to there is an answer.`,
    );
  if (floorMb > range.maxMb) sentences.push(`The largest size, ${formatMemory(range.maxMb)}, leaves less room than that.`);
  else if (floorMb === range.minMb) sentences.push(`${formatMemory(range.minMb)} is the smallest size to choose from.`);
  return sentences.join(' ');
}
