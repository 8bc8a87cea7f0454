import type { Database } from 'better-sqlite3';

/** Marks a SQLite file as Reef's: "Reef" in ASCII. */
export const applicationId = 0x52656566;

/**
 * Brings a database to the newest version, in one transaction: all of it or nothing.
 * Takes the write lock first, so that of two processes that open a new store one waits for the other.
 */
export function migrate(db: Database, migrations: readonly string[]): void {
  db.transaction(() => {
    const version = Number(db.pragma('user_version', { simple: true }));
    if (version >= migrations.length) return;
    for (const sql of migrations.slice(version)) db.exec(sql);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}
