import type { SizingInput } from './session.ts';

const firstWaitMs = 500;
const longestWaitMs = 8000;

/** Calls refused in a row after which a study ends: by then it has waited for half a minute. */
export const mostThrottledInARow = 7;

/** What throttled calls ask of a study: a pause that doubles, and half as many calls at once. */
export interface Throttle {
  /** Calls that may be under way at once; never below 1. */
  readonly concurrency: number;
  /** Halves the concurrency and pauses after the nth call in a row that was refused. */
  slowDown(inARow: number): Promise<void>;
}

export function createThrottle({ settings, sleep, signal }: Pick<SizingInput, 'settings' | 'sleep' | 'signal'>): Throttle {
  let concurrency = settings.concurrency ?? 1;
  return {
    get concurrency() {
      return concurrency;
    },
    async slowDown(inARow) {
      concurrency = Math.max(1, Math.floor(concurrency / 2));
      await sleep?.(Math.min(longestWaitMs, firstWaitMs * 2 ** (inARow - 1)), signal);
    },
  };
}
