import { isCancelled, messageOf } from '../../protocol/errors.ts';
import type { Log } from '../studies/ports.ts';

/** How one attempt at an event ended: done, failed (and why), or not made for want of room. */
export type Ending = { state: 'done' } | { state: 'failed'; why: string } | { state: 'throttled' };

export type EventQueueOptions = {
  /** Wait before the first and the second repetition, ms. Lambda's own: 1 and 2 minutes. */
  retryDelaysMs: readonly number[];
  log: Log;
  sleep: (durationMs: number, signal: AbortSignal) => Promise<void>;
};

const firstThrottleWaitMs = 250;
const longestThrottleWaitMs = 8_000;

/**
 * Asynchronous events: each is tried until it is done, with Lambda's repetitions after a failure, and tried on while there is
 * no room. One that never worked is an error in the log: in the cloud it would go to a destination or a dead-letter queue.
 */
export class EventQueue {
  private readonly options: EventQueueOptions;
  private readonly controller = new AbortController();
  private readonly underWay = new Set<Promise<void>>();

  constructor(options: EventQueueOptions) {
    this.options = options;
  }

  add(name: string, attempt: (signal: AbortSignal) => Promise<Ending>): void {
    const work = this.try(name, attempt).catch((error: unknown) => {
      if (!isCancelled(error)) this.options.log.log('error', `An event of ${name} was lost: ${messageOf(error)}`);
    });
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }

  /** Ends what is under way; what waits is given up. */
  async close(): Promise<void> {
    this.controller.abort();
    await Promise.all(this.underWay);
  }

  private async try(name: string, attempt: (signal: AbortSignal) => Promise<Ending>): Promise<void> {
    const { retryDelaysMs, log, sleep } = this.options;
    const { signal } = this.controller;
    let failures = 0;
    let throttles = 0;
    for (;;) {
      const ending = await attempt(signal);
      if (ending.state === 'done') return;
      if (ending.state === 'throttled') {
        await sleep(Math.min(longestThrottleWaitMs, firstThrottleWaitMs * 2 ** throttles++), signal);
        continue;
      }
      const delayMs = retryDelaysMs[failures++];
      if (delayMs === undefined) {
        log.log('error', `${name} failed ${failures} times with an asynchronous event, which is given up: ${ending.why}`);
        return;
      }
      log.log('warn', `${name} failed with an asynchronous event, which is tried again: ${ending.why}`);
      await sleep(delayMs, signal);
    }
  }
}
