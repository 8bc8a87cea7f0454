import { describe, expect, it } from 'vitest';
import { type Ending, EventQueue } from '../../../src/engine/serve/event-queue.ts';

/** Runs one event through a queue that never truly waits; gives the waits and what was logged. */
async function tried(endings: Ending[]): Promise<{ waits: number[]; said: string[]; left: number }> {
  const waits: number[] = [];
  const said: string[] = [];
  const queue = new EventQueue({
    retryDelaysMs: [60_000, 120_000],
    log: { log: (level, message) => void said.push(`${level}: ${message}`) },
    sleep: async (durationMs) => void waits.push(durationMs),
  });
  await new Promise<void>((resolve) => {
    queue.add('Mail', async () => {
      const [next, ...rest] = endings;
      endings = rest;
      if (rest.length === 0) setTimeout(resolve);
      return next ?? { state: 'done' };
    });
  });
  await queue.close();
  return { waits, said, left: endings.length };
}

const failed: Ending = { state: 'failed', why: 'Error: no' };
const throttled: Ending = { state: 'throttled' };

describe('an asynchronous event', () => {
  it('that works is tried once', async () => {
    expect(await tried([{ state: 'done' }])).toEqual({ waits: [], said: [], left: 0 });
  });

  it('that fails is tried after one minute and two, and then given up with an error', async () => {
    const { waits, said } = await tried([failed, failed, failed]);
    expect(waits).toEqual([60_000, 120_000]);
    expect(said.at(-1)).toBe('error: Mail failed 3 times with an asynchronous event, which is given up: Error: no');
  });

  it('for which there is no room is tried on, ever more slowly, and that is no failure', async () => {
    const { waits, said } = await tried([...Array.from({ length: 7 }, () => throttled), { state: 'done' }]);
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000]);
    expect(said).toEqual([]);
  });
});
