import { type Hull, leastLimitMb } from './hull.ts';

/** A change of a container's limit. */
export type LimitStep = { atMs: number; limitMb: number };

/** A limit is lowered only when it stays lower for so many bins: lowering may fail, and costs a call of the engine. */
export const lowerAfterBins = 3;

/**
 * The changes that follow a hull of limits: raised at once, lowered when the next `lowerAfter` bins all allow it, and at the
 * end back to the static size. The limit is never below the hull.
 */
export function limitSteps({ binMs, memoryMb }: Hull, staticMb: number, lowerAfter = lowerAfterBins): LimitStep[] {
  const steps: LimitStep[] = [];
  let current = staticMb;
  const change = (bin: number, limitMb: number): void => {
    if (limitMb === current) return;
    steps.push({ atMs: bin * binMs, limitMb });
    current = limitMb;
  };
  for (const [bin, wanted] of memoryMb.entries()) {
    if (wanted > current) change(bin, wanted);
    else if (bin + lowerAfter <= memoryMb.length) {
      const ahead = memoryMb.slice(bin, bin + lowerAfter).reduce((a, b) => Math.max(a, b), 0);
      if (ahead < current) change(bin, ahead);
    }
  }
  change(memoryMb.length, staticMb);
  return steps;
}

/** Room above what is in use when a limit is lowered. */
const roomAboveUse = 1.05;

/** What a step may really set, given what is in use now: the kernel ends processes whose limit falls below their use. MB. */
export function guardedLimit(limitMb: number, inUseMb: number, staticMb: number): number {
  return Math.min(staticMb, Math.max(leastLimitMb, limitMb, Math.ceil(inUseMb * roomAboveUse)));
}
