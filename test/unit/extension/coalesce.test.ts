import { expect, test } from 'vitest';
import { coalesce } from '../../../src/extension/coalesce.ts';

/** A task whose runs end when the test says so. */
function controlled(): { task: () => Promise<void>; ends: ((error?: Error) => void)[] } {
  const ends: ((error?: Error) => void)[] = [];
  const task = (): Promise<void> =>
    new Promise((resolve, reject) => ends.push((error) => (error === undefined ? resolve() : reject(error))));
  return { task, ends };
}

test('calls during a run share one more run, which begins after it', async () => {
  const { task, ends } = controlled();
  const call = coalesce(task);
  const first = call();
  const second = call();
  const third = call();
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await first;
  await Promise.resolve();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await Promise.all([second, third]);
  expect(ends).toHaveLength(2);
});

test('a run that fails does not stop the next', async () => {
  const { task, ends } = controlled();
  const call = coalesce(task);
  const first = call();
  const second = call();
  ends[0]?.(new Error('broken'));
  await expect(first).rejects.toThrow('broken');
  await Promise.resolve();
  ends[1]?.();
  await expect(second).resolves.toBeUndefined();
});
