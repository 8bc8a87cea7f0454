import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { begin, raw, storeAt, temporaryFolder } from './fixture.ts';
import { newSample } from './rows.ts';
import { spawnWriter, startWriter } from './writers.ts';

test('processes that open a new store and write at the same time lose nothing and never see it busy', async () => {
  const path = join(temporaryFolder(), '.reef', 'samples.db');
  const writers = await Promise.all(['A', 'B', 'C'].map((name) => startWriter(path, name, 300, 3)));
  for (const writer of writers) writer.go();
  const ends = await Promise.all(writers.map((writer) => writer.ended()));
  expect(ends.map(({ code, errors }) => ({ code, errors }))).toEqual(writers.map(() => ({ code: 0, errors: '' })));
  const store = storeAt(path);
  for (const [index, { runId }] of writers.entries()) {
    const samples = store.samples(runId);
    expect(samples.map(({ sandboxSequence }) => sandboxSequence)).toEqual(Array.from({ length: 900 }, (_, n) => n));
    expect(samples.map(({ id }) => id)).toEqual(ends[index]?.ids);
    expect(store.run(runId)?.status).toBe('done');
  }
});

test('one process sees at once what another has written', async () => {
  const path = join(temporaryFolder(), 'samples.db');
  const store = storeAt(path);
  const writer = await startWriter(path, 'A', 5, 2);
  expect(store.run(writer.runId)?.samples).toBe(0);
  writer.go();
  await writer.ended();
  expect(store.run(writer.runId)?.samples).toBe(10);
});

test('killed at any time, a writer leaves every sample that it was told is kept', async () => {
  const path = join(temporaryFolder(), 'samples.db');
  for (const enough of [1, 7, 60, 333, 1200]) {
    const writer = await startWriter(path, 'A', 1_000_000, 1 + (enough % 4));
    writer.go();
    await writer.acknowledged(enough);
    writer.child.kill('SIGKILL');
    const { ids } = await writer.ended();
    expect(ids.length).toBeGreaterThanOrEqual(enough);

    const store = storeAt(path);
    const kept = new Set(store.samples(writer.runId).map(({ id }) => id));
    expect(ids.filter((id) => !kept.has(id))).toEqual([]);
    expect(store.run(writer.runId)?.status).toBe('running');
    expect(store.interruptOrphans(() => false)).toBe(1);
    expect(store.run(writer.runId)).toMatchObject({ status: 'interrupted', endedAtMs: null });
    store.close();
    expect(raw(path).pragma('integrity_check', { simple: true })).toBe('ok');
  }
});

test('killed while it makes the store, a process leaves one that opens', async () => {
  for (let round = 0; round < 8; round++) {
    const path = join(temporaryFolder(), '.reef', 'samples.db');
    const child = spawnWriter(path, 'A', 0, 1);
    const closed = once(child, 'close');
    while (!existsSync(path) && child.exitCode === null) await setImmediate();
    // The steps that follow (WAL mode, tables) take some ms: each round cuts them at another place.
    const untilMs = performance.now() + round / 2;
    while (performance.now() < untilMs);
    child.kill('SIGKILL');
    await closed;
    const store = storeAt(path);
    expect(store.addSamples([newSample(begin(store))])).toHaveLength(1);
  }
});

test('runs of a process that is gone are interrupted, those of living ones and of this one are not', () => {
  const path = join(temporaryFolder(), 'samples.db');
  const store = storeAt(path);
  const [gone, living, own] = [begin(store, { pid: 111 }), begin(store, { pid: 222 }), begin(store)];
  const reused = begin(store, { pid: 333 });
  raw(path).prepare("UPDATE runs SET id = 'earlier', pid = ? WHERE id = ?").run(process.pid, reused);
  const ended = begin(store, { pid: 111 });
  store.endRun(ended, 'done', null);
  expect(store.interruptOrphans((pid) => pid !== 111)).toBe(2);
  expect([gone, living, own, 'earlier', ended].map((id) => store.run(id)?.status)).toEqual([
    'interrupted',
    'running',
    'running',
    'interrupted',
    'done',
  ]);
});
