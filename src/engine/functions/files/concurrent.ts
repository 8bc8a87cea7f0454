import { setImmediate } from 'node:timers/promises';
import { ReefError } from '../../../protocol/errors.ts';

const maxBusyMs = 8;

/** Runs `work` over all items, at most `limit` at once, stopping with a ReefError `cancelled` when aborted. */
export async function forEachConcurrent<T>(
  items: Iterable<T>,
  limit: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      throwIfAborted(signal);
      await work(next.value);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new ReefError('cancelled', 'Reading the workspace was cancelled.');
}

/** Gives the event loop a turn between pieces of work, one after the other, whenever they have kept it busy for some milliseconds. */
export class Breather {
  #sinceMs = performance.now();
  #turn: Promise<void> = Promise.resolve();

  /** To be awaited before each piece. */
  breathe(): Promise<void> {
    this.#turn = this.#after(this.#turn);
    return this.#turn;
  }

  async #after(previous: Promise<void>): Promise<void> {
    await previous;
    if (performance.now() - this.#sinceMs < maxBusyMs) return;
    await setImmediate();
    this.#sinceMs = performance.now();
  }
}
