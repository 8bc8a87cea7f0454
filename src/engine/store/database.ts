import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { ReefError } from '../../protocol/errors.ts';
import { assetPath } from '../assets.ts';
import { makeOwnFolder } from '../system/own-folder.ts';
import { applicationId, migrate } from './migrate.ts';
import { migrations } from './migrations/all.ts';
import { damaged, foreign, guarded, newer, unavailable } from './store-errors.ts';

/** How long a call waits for another process that writes, ms. */
const busyTimeoutMs = 10_000;

const leastNodeMajor = 22;

/** Files up to this size are checked as a whole when opened (some tens of ms); of larger ones, the small tables. */
const wholeCheckBytes = 16 * 2 ** 20;

/**
 * Opens the store's database at its newest version; makes folder and file when they are missing.
 * A file that is damaged, newer, or not Reef's is refused before anything is written.
 * @throws ReefError `store-damaged`, `store-newer`, `store-unavailable`
 */
export function openDatabase(path: string): Database {
  refuseOldNode();
  return guarded(path, () => {
    const file = resolve(path);
    makeOwnFolder(dirname(file));
    const size = sizeOf(file);
    if (size === undefined) throw unavailable('The store of measurements cannot be a folder: choose a file', path);
    if (size > 0) inspect(file, path, size);
    return openForWriting(file);
  });
}

/** The native module ends an older Node without a word. */
function refuseOldNode(): void {
  const { node } = process.versions;
  if (Number(node.split('.')[0]) >= leastNodeMajor) return;
  throw new ReefError(
    'store-unavailable',
    `Reef keeps its measurements with Node ${leastNodeMajor} or later, and this is ${node}: start it with a newer one.`,
  );
}

/** Bytes; 0 when there is no file; undefined for a folder. */
function sizeOf(file: string): number | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  return stat.isDirectory() ? undefined : stat.size;
}

function connect(file: string, readonly: boolean): Database {
  return new Sqlite(file, { readonly, timeout: busyTimeoutMs, nativeBinding: assetPath('native/better_sqlite3.node') });
}

/** Looks through a connection that cannot write, because even closing one that can would move the write-ahead log into the file. */
function inspect(file: string, path: string, size: number): void {
  try {
    check(connect(file, true), path, size);
  } catch (error) {
    // A process was killed in the first moments of the file, before it was in WAL mode: only a writer can undo its last step.
    if (!(error instanceof Sqlite.SqliteError && error.code === 'SQLITE_READONLY_ROLLBACK')) throw error;
    check(connect(file, false), path, size);
  }
}

function check(db: Database, path: string, size: number): void {
  try {
    const version = Number(db.pragma('user_version', { simple: true }));
    const id = Number(db.pragma('application_id', { simple: true }));
    const objects = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
    // Left by a process that was killed while it made the store.
    if (id === 0 && version === 0 && objects === 0) return;
    if (id !== applicationId) throw foreign(path);
    if (version > migrations.length) throw newer(path);
    const small = ['functions', 'runs', 'figures'].map((table) => `quick_check(${table})`);
    for (const pragma of size <= wholeCheckBytes ? ['quick_check(1)'] : small) {
      const finding = String(db.pragma(pragma, { simple: true }));
      if (finding !== 'ok') throw damaged(path, new Error(finding));
    }
  } finally {
    db.close();
  }
}

const retryMs = 20;

/**
 * Of two processes that make the store at the same moment SQLite refuses one at once, whatever its timeout, so that they do
 * not wait for each other for ever: that one tries again.
 */
function switchToWal(db: Database): void {
  const deadlineMs = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      const isBusy = error instanceof Sqlite.SqliteError && error.code === 'SQLITE_BUSY';
      if (!isBusy || performance.now() > deadlineMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
    }
  }
}

function openForWriting(file: string): Database {
  const db = connect(file, false);
  try {
    switchToWal(db);
    // A killed process loses nothing that was committed; a power cut may lose the last commits, but never damages the file.
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    // The file may come with a workspace of somebody else.
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    migrate(db, migrations);
    // SQLite opens a write-protected file for reading without a word: a write that changes nothing tells.
    db.exec('DELETE FROM samples WHERE false');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
