import type { Log } from '../engine/studies/ports.ts';
import { isCancelled } from '../protocol/errors.ts';
import { detailsOf } from './log.ts';

/** A language feature that fails is absent, not an error message at each key press: the log has the details. */
export async function quietly<Result>(log: Log, feature: string, absent: Result, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isCancelled(error)) log.log('error', `${feature}: ${detailsOf(error)}`);
    return absent;
  }
}
