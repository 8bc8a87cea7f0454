import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { assetPath } from '../../../src/engine/assets.ts';
import { applicationId, migrate } from '../../../src/engine/store/migrate.ts';
import { migrations } from '../../../src/engine/store/migrations/all.ts';
import { begin, raw, storeAt, temporaryFolder } from './fixture.ts';
import { newSample, reportOf } from './rows.ts';

function memory(): Database {
  const db = new Sqlite(':memory:', { nativeBinding: assetPath('native/better_sqlite3.node') });
  onTestFinished(() => void db.close());
  return db;
}

test('a new store is in WAL mode, marked as Reef’s, and every table is strict', () => {
  const path = join(temporaryFolder(), 'samples.db');
  storeAt(path);
  const db = raw(path);
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('application_id', { simple: true })).toBe(applicationId);
  expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
  const tables = db
    .prepare<[], { name: string; strict: number }>(
      "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'",
    )
    .all();
  expect(tables.map(({ name }) => name).toSorted()).toEqual(['figures', 'functions', 'reports', 'runs', 'samples', 'traces']);
  expect(tables.every(({ strict }) => strict === 1)).toBe(true);
});

test('a column takes only what it is for, and rows refer to rows that exist', () => {
  const path = join(temporaryFolder(), 'samples.db');
  const store = storeAt(path);
  const runId = begin(store);
  const text = 'slow' as unknown as number;
  expect(() => store.addSamples([newSample(runId, { sandboxSequence: text })])).toThrow(
    /cannot store TEXT value in INTEGER column/,
  );
  expect(() => store.addSamples([newSample('none')])).toThrow(/FOREIGN KEY/);
  expect(() => store.saveReport(reportOf('none', 'Thumbnail'))).toThrow(/FOREIGN KEY/);
  expect(store.latestFigures().size).toBe(0);
});

test('samples can be analysed with plain SQL', () => {
  const path = join(temporaryFolder(), 'samples.db');
  const store = storeAt(path);
  const runId = begin(store);
  store.addSamples([256, 256, 1024].map((memoryMb, index) => newSample(runId, { memoryMb, durationMs: 100 + index })));
  const rows = raw(path).prepare('SELECT memory_mb, avg(duration_ms) AS mean_ms FROM samples GROUP BY memory_mb').all();
  expect(rows).toEqual([
    { memory_mb: 256, mean_ms: 100.5 },
    { memory_mb: 1024, mean_ms: 102 },
  ]);
});

test('queries of lists use an index, not the whole table', () => {
  const path = join(temporaryFolder(), 'samples.db');
  storeAt(path);
  const db = raw(path);
  const plan = (sql: string): string =>
    db
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail)
      .join('\n');
  expect(plan("SELECT * FROM samples WHERE run_id = 'x' ORDER BY id")).toBe(
    'SEARCH samples USING INDEX samples_of_run (run_id=?)',
  );
  expect(plan("SELECT id, pid FROM runs WHERE status = 'running'")).toContain('runs_under_way');
  expect(plan("SELECT * FROM samples WHERE request_id IN (SELECT value FROM json_each('[]'))")).toContain('samples_of_request');
  expect(plan('SELECT id FROM runs ORDER BY id DESC LIMIT 5')).toMatch(/^SCAN runs USING COVERING INDEX/);
});

test('migrations lead from nothing and from each earlier version to the same schema, and keep the rows', () => {
  const schemaOf = (db: Database): unknown => db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();
  const next = [...migrations, 'ALTER TABLE samples ADD COLUMN region TEXT; UPDATE samples SET region = upper(sandbox_id);'];
  const fresh = memory();
  migrate(fresh, next);
  for (let version = 0; version <= next.length; version++) {
    const db = memory();
    migrate(db, next.slice(0, version));
    if (version === migrations.length) addSample(db);
    migrate(db, next);
    expect(db.pragma('user_version', { simple: true })).toBe(next.length);
    expect(schemaOf(db)).toEqual(schemaOf(fresh));
    expect(db.prepare('SELECT region FROM samples').pluck().all()).toEqual(version === migrations.length ? ['BOX'] : []);
  }
});

test('a migration that fails changes nothing', () => {
  const db = memory();
  migrate(db, migrations);
  addSample(db);
  expect(() => migrate(db, [...migrations, 'DELETE FROM samples; ALTER TABLE none ADD COLUMN x TEXT;'])).toThrow(/none/);
  expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
  expect(db.prepare('SELECT count(*) FROM samples').pluck().get()).toBe(1);
});

function addSample(db: Database): void {
  db.exec(`
    INSERT INTO functions (id, name, source, definition, saved_at_ms) VALUES ('f', 'f', 'sam', '{}', 0);
    INSERT INTO runs (id, study, function_id, function_name, target, status, started_at_ms, settings, tool_version, machine, pid)
      VALUES ('r', 'sizing', 'f', 'f', 'process', 'running', 0, '{}', '0', '{}', 1);
    INSERT INTO samples (run_id, outcome, cold, architecture, sandbox_id, sandbox_sequence, started_at_ms)
      VALUES ('r', 'ok', 0, 'arm64', 'box', 0, 0);`);
}
