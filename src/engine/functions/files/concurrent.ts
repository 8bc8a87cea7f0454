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

/** Runs pieces of work one after the other, and gives the event loop a turn between them whenever they have kept it busy. */
export class Pacer {
  #sinceMs = performance.now();
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#after(this.#last, work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #after<T>(previous: Promise<unknown>, work: () => Promise<T>): Promise<T> {
    await previous;
    if (performance.now() - this.#sinceMs >= maxBusyMs) {
      await setImmediate();
      this.#sinceMs = performance.now();
    }
    return work();
  }
}
