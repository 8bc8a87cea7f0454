import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { assetPath } from '../../../src/engine/assets.ts';
import type { TraceProbe } from '../../../src/protocol/tracing.ts';
import { migrate } from '../../../src/engine/store/migrate.ts';
import { migrations } from '../../../src/engine/store/migrations/all.ts';
import { begin, storeAt, temporaryFolder } from './fixture.ts';
import { newRun, newSample, reportOf } from './rows.ts';

const columns = {
  timeMs: Float64Array.of(0, 0.996, 2.003),
  usageMb: Float64Array.of(3.5, 11.25, 10),
  limitMb: Float64Array.of(Number.NaN, 128, 128),
};

test('a trace comes back as it was, with gaps where nothing was measured', () => {
  const store = storeAt(join(temporaryFolder(), 'samples.db'));
  const [sample] = store.addSamples([newSample(begin(store))]);
  store.addTrace(sample?.id ?? 0, { probe: 'wrapper', columns });
  expect(store.trace(sample?.id ?? 0)).toEqual({ probe: 'wrapper', columns });
  expect(store.trace(999)).toBeUndefined();
});

test('a trace without points, and one of a hundred thousand', () => {
  const store = storeAt(join(temporaryFolder(), 'samples.db'));
  const [first, second] = store.addSamples([newSample(begin(store)), newSample(begin(store))]);
  store.addTrace(first?.id ?? 0, { probe: 'stream', columns: { timeMs: new Float64Array() } });
  const timeMs = Float64Array.from({ length: 100_000 }, (_, i) => i * 1.0001);
  store.addTrace(second?.id ?? 0, { probe: 'wrapper', columns: { timeMs } });
  expect(store.trace(first?.id ?? 0)?.columns['timeMs']).toEqual(new Float64Array());
  expect(store.trace(second?.id ?? 0)?.columns['timeMs']).toEqual(timeMs);
});

test('a trace needs its sample, and columns of one length', () => {
  const store = storeAt(join(temporaryFolder(), 'samples.db'));
  const [sample] = store.addSamples([newSample(begin(store))]);
  expect(() => store.addTrace(999, { probe: 'wrapper', columns })).toThrow(/FOREIGN KEY/);
  const uneven = { timeMs: new Float64Array(2), usageMb: new Float64Array(3) };
  expect(() => store.addTrace(sample?.id ?? 0, { probe: 'wrapper', columns: uneven })).toThrow(/differ in length/);
});

test('a store of the version before opens with all its rows, and takes traces', () => {
  const path = join(temporaryFolder(), 'samples.db');
  const old = new Sqlite(path, { nativeBinding: assetPath('native/better_sqlite3.node') });
  migrate(old, migrations.slice(0, 1));
  old.close();
  const store = storeAt(path);
  const [sample] = store.addSamples([newSample(begin(store))]);
  store.addTrace(sample?.id ?? 0, { probe: 'wrapper', columns });
  expect(store.trace(sample?.id ?? 0)?.columns['usageMb']).toEqual(columns.usageMb);
});

test('the report of a trace is kept beside those of sizes, and taken for neither', () => {
  const store = storeAt(join(temporaryFolder(), 'samples.db'));
  const [tracing, sizing] = [begin(store, { study: 'tracing' }), begin(store)];
  const { functionId } = newRun();
  const probe: TraceProbe = { kind: 'wrapper', samples_per_s: 1000, error: '', passed_over: [] };
  const created_at = '2026-01-01T00:00:00.000Z';
  const report = { schema: 'reef/trace@1', subject: 'image', created_at, probe, runs: [], cost: [], waste: null } as const;
  store.saveTraceReport(tracing, functionId, { ...report, runs: [], cost: [] });
  store.saveReport(reportOf(sizing, 'Thumbnail'));
  expect(store.traceReport(tracing)).toEqual(report);
  expect(store.report(tracing)).toBeUndefined();
  expect(store.report(sizing)?.run_id).toBe(sizing);
  expect(store.traceReport(sizing)).toBeUndefined();
  expect(store.run(tracing)).toMatchObject({ study: 'tracing', hasReport: true });
  expect([...store.latestFigures().values()].map(({ run_id }) => run_id)).toEqual([sizing]);
});

test('the traced attempts of a run come in their order, the others not at all', () => {
  const store = storeAt(join(temporaryFolder(), 'samples.db'));
  const [runId, other] = [begin(store), begin(store)];
  const ids = store.addSamples([runId, other, runId, runId].map((id) => newSample(id))).map(({ id }) => id);
  for (const index of [3, 1, 0]) store.addTrace(ids[index] ?? 0, { probe: 'wrapper', columns });
  expect(store.tracedSamples(runId)).toEqual([ids[0], ids[3]]);
});
