import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvent } from '../../../src/engine/event.ts';
import { functionInfo } from '../../support/functions.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reef-event-'));
  await writeFile(join(folder, 'small.json'), '{"width": 64}');
  await writeFile(join(folder, 'broken.json'), '{"width": ');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the event of an invocation', () => {
  const withEvent = functionInfo({ events: [{ name: 'small', file: 'small.json' }] });

  test('is the first of the function when none is chosen', async () => {
    expect(await readEvent(null, withEvent, folder)).toEqual({ payload: '{"width": 64}', name: 'small' });
  });

  test('is empty when the function has none', async () => {
    expect(await readEvent(null, functionInfo(), folder)).toEqual({ payload: '{}', name: null });
  });

  test('may be a text', async () => {
    expect(await readEvent({ text: '[1]' }, withEvent, folder)).toEqual({ payload: '[1]', name: null });
  });

  test('that is not JSON is refused by name', async () => {
    await expect(readEvent({ file: 'broken.json' }, withEvent, folder)).rejects.toThrow(
      /^The event broken\.json is not valid JSON/,
    );
    await expect(readEvent({ text: '{' }, withEvent, folder)).rejects.toMatchObject({ code: 'invalid-event' });
  });

  test('that is missing is refused by name', async () => {
    await expect(readEvent({ file: 'none.json' }, withEvent, folder)).rejects.toMatchObject({
      code: 'invalid-event',
      message: 'The event none.json cannot be read: name a JSON file that exists.',
    });
  });
});
