import type { CallsPerMonth } from '../../protocol/savings.ts';
import type { CallVolume } from '../store/store.ts';

/** Hours of a month as AWS's own price calculator counts them. */
export const monthMs = 730 * 3_600_000;

/** Logs of less time, or of fewer calls, say too little about a month. */
const leastSpanMs = 3_600_000;
const leastCalls = 10;

export type Calls = { perMonth: number | null; from: 'given' | 'logs' | null };

const unknown: Calls = { perMonth: null, from: null };

/** Calls of a function a month: as given by id or name, else as its logs tell, else as given for every function. */
export function callsOf(
  fn: { id: string; name: string },
  given: CallsPerMonth | undefined,
  volume: CallVolume | undefined,
): Calls {
  const named = given?.byFunction?.[fn.id] ?? given?.byFunction?.[fn.name];
  if (named !== undefined) return { perMonth: named, from: 'given' };
  const logged = volume === undefined ? null : loggedPerMonth(volume);
  if (logged !== null) return { perMonth: logged, from: 'logs' };
  return given?.every === undefined ? unknown : { perMonth: given.every, from: 'given' };
}

/** n calls make n − 1 intervals between the first and the last; null where that says too little. */
export function loggedPerMonth({ calls, firstMs, lastMs }: CallVolume): number | null {
  const spanMs = lastMs - firstMs;
  return spanMs < leastSpanMs || calls < leastCalls ? null : ((calls - 1) / spanMs) * monthMs;
}
