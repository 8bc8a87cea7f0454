import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { begin, raw, storeAt, temporaryFolder, temporaryStore } from './fixture.ts';
import { functionNamed, newRun, newSample, reportOf } from './rows.ts';

test('a .reef folder ignores itself in git, another folder is left alone', () => {
  const folder = temporaryFolder();
  storeAt(join(folder, 'deep', '.reef', 'samples.db'));
  storeAt(join(folder, 'data', 'samples.db'));
  expect(readFileSync(join(folder, 'deep', '.reef', '.gitignore'), 'utf8')).toBe('*\n');
  expect(existsSync(join(folder, 'data', '.gitignore'))).toBe(false);
});

test('a run, its samples and its report come back as they went in, also after closing', () => {
  const path = join(temporaryFolder(), 'samples.db');
  const store = storeAt(path);
  const runId = begin(store);
  const failed = newSample(runId, {
    outcome: 'error',
    cold: true,
    durationMs: null,
    memoryMb: null,
    eventName: null,
    costUsd: null,
    eventLoopUtilization: null,
    error: { type: 'TypeError', message: 'x is not a function', stack: ['at handler (app.mjs:1:2)', 'at <anonymous>'] },
  });
  const added = store.addSamples([newSample(runId), failed]);
  const report = reportOf(runId, 'Thumbnail');
  store.saveReport(report);
  store.endRun(runId, 'failed', 'It failed.');
  store.close();

  const again = storeAt(path);
  expect(added).toEqual([
    { ...newSample(runId), id: 1 },
    { ...failed, id: 2 },
  ]);
  expect(again.samples(runId)).toEqual(added);
  expect(again.report(runId)).toEqual(report);
  const run = again.run(runId);
  expect(run).toMatchObject({ ...newRun(), status: 'failed', failure: 'It failed.', samples: 2, hasReport: true });
  expect(run?.endedAtMs).toBeGreaterThan(newRun().startedAtMs);
});

test('attempts are found by the ids of their requests, within their function', () => {
  const store = temporaryStore();
  const runId = begin(store);
  const other = begin(store, { functionName: 'Other' });
  store.addSamples([
    newSample(runId, { requestId: 'a', durationMs: 1 }),
    newSample(runId, { requestId: 'a', durationMs: 2 }),
    newSample(runId, { requestId: 'b' }),
    newSample(other, { requestId: 'a' }),
    newSample(runId),
  ]);
  expect(store.requestsOf('template.yaml#Thumbnail', ['a', 'c'])).toEqual([
    { requestId: 'a', durationMs: 1, memoryMb: 512 },
    { requestId: 'a', durationMs: 2, memoryMb: 512 },
  ]);
  expect(store.samples(runId).map(({ requestId }) => requestId)).toEqual(['a', 'a', 'b', undefined]);
});

test('what is not there is undefined or empty', () => {
  const store = temporaryStore();
  expect(store.run('none')).toBeUndefined();
  expect(store.report('none')).toBeUndefined();
  expect(store.samples('none')).toEqual([]);
  expect(store.runs(10)).toEqual([]);
  expect(store.latestFigures().size).toBe(0);
  expect(() => store.endRun('none', 'done', null)).toThrow(expect.objectContaining({ code: 'no-such-run' }));
});

test('runs come newest first, whenever they were written', () => {
  const store = temporaryStore();
  const ids = [3, 1, 2].map((second) => begin(store, { startedAtMs: 1_760_000_000_000 + second * 1000 }));
  expect(store.runs(2).map(({ id }) => id)).toEqual([ids[0], ids[2]]);
  expect(ids.toSorted()).toEqual([ids[1], ids[2], ids[0]]);
});

test('samples that cannot all be kept leave none', () => {
  const store = temporaryStore();
  const runId = begin(store);
  expect(() => store.addSamples([newSample(runId), newSample('no such run')])).toThrow(/FOREIGN KEY/);
  expect(store.samples(runId)).toEqual([]);
});

test('a measure that is not a number is missing, its sample is kept; a report with one is refused', () => {
  const store = temporaryStore();
  const runId = begin(store);
  const [added] = store.addSamples([newSample(runId, { durationMs: Infinity, eventLoopUtilization: NaN })]);
  expect(added).toMatchObject({ durationMs: null, eventLoopUtilization: null, cpuUserMs: newSample(runId).cpuUserMs });
  expect(store.samples(runId)).toEqual([added]);
  expect(() => store.saveReport(reportOf(runId, 'Thumbnail', { profiling_cost_usd: NaN }))).toThrow(
    expect.objectContaining({ code: 'internal' }),
  );
  expect(store.run(runId)?.hasReport).toBe(false);
});

test('the newest description of a function wins, and values of environment variables are nowhere in the file', () => {
  const path = join(temporaryFolder(), 'samples.db');
  const store = storeAt(path);
  begin(store);
  store.saveFunction({ ...functionNamed('Thumbnail'), memoryMb: 2048 });
  store.close();
  const db = raw(path);
  expect(db.prepare('SELECT memory_mb FROM functions').pluck().all()).toEqual([2048]);
  const definition: unknown = JSON.parse(String(db.prepare('SELECT definition FROM functions').pluck().get()));
  expect(definition).toEqual({ ...functionNamed('Thumbnail'), memoryMb: 2048, environment: { TABLE: '', API_KEY: '' } });
  expect(readFileSync(path).includes('k-123456')).toBe(false);
});

test('figures are those of the newest report of a function, in whatever order reports are saved', () => {
  const store = temporaryStore();
  const [newer, older] = [begin(store), begin(store)];
  const other = begin(store, { functionName: 'Orders' });
  const report = reportOf(newer, 'Thumbnail', { created_at: '2026-03-01T00:00:00.000Z' });
  store.saveReport(report);
  store.saveReport(reportOf(older, 'Thumbnail', { created_at: '2026-02-01T00:00:00.000Z' }, 9));
  store.saveReport(reportOf(other, 'Orders'));

  const figures = store.latestFigures();
  expect([...figures.keys()].toSorted()).toEqual(['template.yaml#Orders', 'template.yaml#Thumbnail']);
  const { run_id, created_at, target, basis, recommendation, current, evidence } = report;
  const expected = { run_id, created_at, target, basis, recommendation, current, evidence };
  expect(figures.get('template.yaml#Thumbnail')).toEqual(expected);
  expect(store.latestCurve('template.yaml#Thumbnail')).toEqual(report.curve);
  expect(store.latestCurve('none')).toEqual([]);
  expect([...store.latestFigures(['template.yaml#Orders', 'none']).keys()]).toEqual(['template.yaml#Orders']);
  expect(store.latestFigures([]).size).toBe(0);
});

test('a report in a newer format is refused by name, and the others stay readable', () => {
  const path = join(temporaryFolder(), 'samples.db');
  const store = storeAt(path);
  const [one, two] = [begin(store), begin(store, { functionName: 'Orders' })];
  store.saveReport(reportOf(one, 'Thumbnail'));
  store.saveReport(reportOf(two, 'Orders'));
  raw(path).prepare("UPDATE reports SET schema = 'reef/sizing@2', document = '{}' WHERE run_id = ?").run(one);
  expect(() => store.report(one)).toThrow(
    expect.objectContaining({ code: 'store-newer', message: expect.stringMatching(/reef\/sizing@2.*update Reef/) as string }),
  );
  expect(store.report(two)?.function.name).toBe('Orders');
  expect(store.runs(5)).toHaveLength(2);
});

test('a report that is not what Reef wrote is an error, not a half-filled report', () => {
  const path = join(temporaryFolder(), 'samples.db');
  const store = storeAt(path);
  const runId = begin(store);
  store.saveReport(reportOf(runId, 'Thumbnail'));
  const db = raw(path);
  for (const document of ['{"schema":"reef/sizing@1"}', '{']) {
    db.prepare('UPDATE reports SET document = ?').run(document);
    expect(() => store.report(runId)).toThrow(expect.objectContaining({ code: 'store-damaged' }));
  }
});
