import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { assetPath } from '../../../src/engine/assets.ts';
import { openStore } from '../../../src/engine/store/sqlite.ts';
import type { NewRun, Store } from '../../../src/engine/store/store.ts';
import { functionNamed, newRun } from './rows.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reef-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function storeAt(path: string): Store {
  const store = openStore(path);
  onTestFinished(() => store.close());
  return store;
}

export function temporaryStore(): Store {
  return storeAt(join(temporaryFolder(), '.reef', 'samples.db'));
}

/** The file as SQLite alone sees it. */
export function raw(path: string): Database {
  const db = new Sqlite(path, { nativeBinding: assetPath('native/better_sqlite3.node') });
  onTestFinished(() => void db.close());
  return db;
}

/** A run of a function that the store did not know. */
export function begin(store: Store, change: Partial<NewRun> = {}): string {
  const run = newRun(change);
  store.saveFunction(functionNamed(run.functionName));
  return store.startRun(run).id;
}
