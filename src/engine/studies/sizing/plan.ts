import type { Sizes } from '../../targets/target.ts';
import { pastOneVcpuMb } from './grid.ts';

/** Sizes closer than this tell the same. */
const distinctRatio = 1.1;

/** A cold call and a warm one. */
export const leastCallsPerSize = 2;

/** Calls below which no study is worth starting: two sizes, or one where there is only one, and each payload once. */
export function leastInvocations(range: Sizes, payloads: number): number {
  return leastCallsPerSize * (range.minMb === range.maxMb ? 1 : 2) + payloads - 1;
}

/**
 * Sizes to probe first: a little more than one vCPU, so that the knee there lies within, the smallest, and between them in
 * the geometric middle; from them the bank tells what is in doubt. Largest first, so that the memory in use is known before
 * a small size is tried.
 */
export function firstSizes(range: Sizes, maxInvocations: number): number[] {
  const largest = Math.min(range.maxMb, Math.max(pastOneVcpuMb, range.minMb));
  const sizes = [largest, Math.sqrt(largest * range.minMb), range.minMb].map((size) => onStep(size, range));
  const distinct = sizes.filter((size, i) => sizes.findIndex((other) => isClose(size, other)) === i || size === range.minMb);
  return thinned([...new Set(distinct)], Math.max(1, Math.floor(maxInvocations / leastCallsPerSize)));
}

function isClose(a: number, b: number): boolean {
  return Math.max(a, b) / Math.min(a, b) <= distinctRatio;
}

/** Keeps at most `count` sizes, spread evenly, both ends first. */
function thinned(sizes: readonly number[], count: number): number[] {
  if (sizes.length <= count) return [...sizes];
  if (count === 1) return sizes.slice(0, 1);
  const indices = Array.from({ length: count }, (_, i) => Math.round((i * (sizes.length - 1)) / (count - 1)));
  return sizes.filter((_, i) => indices.includes(i));
}

/** A size between others is told well enough by one within this ratio. */
const nearRatio = 2;

/**
 * The sizes that need calls where others are known: between the ends a size near to a known one is left out, and so is the
 * largest, as the curve is flat there; the smallest only where it is known itself, as curves are steepest there.
 */
export function uncovered(sizes: readonly number[], knownMb: readonly number[]): number[] {
  const smallest = Math.min(...sizes);
  return sizes.filter((size) => {
    const ratio = size === smallest ? distinctRatio : nearRatio;
    return !knownMb.some((known) => Math.max(size, known) / Math.min(size, known) <= ratio);
  });
}

/** The nearest size that the target can be set to. */
export function onStep(size: number, range: Sizes): number {
  const stepped = range.minMb + Math.round((size - range.minMb) / range.stepMb) * range.stepMb;
  return Math.min(range.maxMb, Math.max(range.minMb, stepped));
}

export type Known = {
  /** Size below which nothing is recommended, by what was seen so far. */
  floorMb: number;
  /** Largest size at which a call ran out of memory or time; null when none did. */
  failedMb: number | null;
  /** Sizes called so far, whatever came of it. */
  triedMb: readonly number[];
  /** Sizes at which calls succeeded. */
  succeededMb: readonly number[];
};

const roundingMb = 64;
/** A gap between a failure and a success that is worth a further size. */
const wideGap = 1.3;

/**
 * The sizes still to probe after something was learned: those below the floor are left out, and a further one comes in
 * when it is not close to another. Largest first.
 */
export function revised(pending: readonly number[], known: Known, range: Sizes): number[] {
  const kept = pending.filter((size) => size >= known.floorMb && size > (known.failedMb ?? 0));
  const wanted = furtherSize(known, kept.length < pending.length);
  if (wanted === null) return kept;
  const size = onStep(Math.ceil(wanted / roundingMb) * roundingMb, range);
  const isTaken = [...kept, ...known.triedMb].some((other) => isClose(size, other));
  return isTaken ? kept : [...kept, size].toSorted((a, b) => b - a);
}

/**
 * After a failure with a wide gap to the next success: the floor, where the peak in use tells it, else the middle of the gap.
 * Otherwise the floor, when it ruled sizes out.
 */
function furtherSize({ floorMb, failedMb, succeededMb }: Known, ruledOut: boolean): number | null {
  const above = Math.min(...succeededMb.filter((size) => size > (failedMb ?? 0)));
  if (failedMb !== null && Number.isFinite(above) && above / failedMb >= wideGap) {
    return floorMb > failedMb && floorMb < above ? floorMb : Math.sqrt(failedMb * above);
  }
  return ruledOut ? floorMb : null;
}
