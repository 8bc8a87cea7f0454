/** The smallest memory limit under which a program still works, by bisection under real limits. */

export type Trial = {
  memoryMb: number;
  passed: boolean;
  /** Null for a run that did not pass. */
  durationMs: number | null;
};

export type SizeSearch = {
  /** Smallest limit that may be tried, and the one that is taken to be enough. */
  leastMb: number;
  mostMb: number;
  /** The search ends when the answer is known to so many MB. */
  stepMb: number;
  /** A good guess, such as the peak that was seen. */
  guessMb: number;
  /** How often the answer must pass: use differs between runs. */
  confirmations: number;
};

/** Limits known to fail and to pass: one failure counts more than any number of passes at or below it. */
function bracket(trials: readonly Trial[]): { failedMb: number | null; passedMb: number | null } {
  const failed = trials.filter(({ passed }) => !passed).map(({ memoryMb }) => memoryMb);
  const failedMb = failed.length === 0 ? null : Math.max(...failed);
  const passed = trials.filter((trial) => trial.passed && trial.memoryMb > (failedMb ?? 0)).map(({ memoryMb }) => memoryMb);
  return { failedMb, passedMb: passed.length === 0 ? null : Math.min(...passed) };
}

/** The limit to try next; null when the search is over. */
export function nextTrial(trials: readonly Trial[], search: SizeSearch): number | null {
  const { leastMb, mostMb, stepMb, guessMb, confirmations } = search;
  const { failedMb, passedMb } = bracket(trials);
  if (trials.length === 0) return Math.min(mostMb, Math.max(leastMb, Math.ceil(guessMb)));
  if (passedMb === null) return failedMb !== null && failedMb >= mostMb ? null : higher(failedMb ?? leastMb, search);
  const belowMb = failedMb ?? leastMb - stepMb;
  if (passedMb - belowMb > stepMb && passedMb > leastMb) return Math.max(leastMb, Math.floor((belowMb + passedMb) / 2));
  const passes = trials.filter(({ memoryMb }) => memoryMb === passedMb).length;
  return passes < confirmations ? passedMb : null;
}

/** Half more at a time: a guess from readings is rarely far off. */
function higher(memoryMb: number, { mostMb, stepMb }: SizeSearch): number {
  return Math.min(mostMb, Math.max(memoryMb + stepMb, Math.ceil(memoryMb * 1.5)));
}

/**
 * Tries one limit after the other, as the search says. A trial of null ends it: it was cancelled; the trials until then are
 * returned.
 */
export async function searchSafeSize(search: SizeSearch, tryAt: (memoryMb: number) => Promise<Trial | null>): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (let memoryMb = nextTrial(trials, search); memoryMb !== null; memoryMb = nextTrial(trials, search)) {
    const trial = await tryAt(memoryMb);
    if (trial === null) break;
    trials.push(trial);
  }
  return trials;
}

/** The answer: the smallest limit that passed above all that failed; null when none did. */
export function safeSizeMb(trials: readonly Trial[]): number | null {
  return bracket(trials).passedMb;
}
