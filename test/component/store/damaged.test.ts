import { randomBytes } from 'node:crypto';
import { closeSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { raw, storeAt, temporaryFolder } from './fixture.ts';
import { filledStore, refusal, refused } from './refusal.ts';

describe('a damaged file', () => {
  const advice = /damaged and was left as it is: move it away/;

  test('of random bytes is refused', () => {
    for (const size of [2, 100, 5000]) {
      const path = join(temporaryFolder(), 'samples.db');
      writeFileSync(path, randomBytes(size));
      expect(refusal(path)).toEqual(refused('store-damaged', advice));
    }
  });

  test('that was cut is refused, wherever the cut is', () => {
    const size = statSync(filledStore()).size;
    for (const share of [0.01, 0.3, 0.7, 0.99]) {
      const path = filledStore();
      truncateSync(path, Math.floor(size * share));
      expect(refusal(path)).toEqual(refused('store-damaged', advice));
    }
  });

  test('with a page of something else is refused, whichever page it is', () => {
    const pages = statSync(filledStore()).size / 4096;
    for (let page = 1; page < pages; page += Math.ceil(pages / 12)) {
      const path = filledStore();
      overwrite(path, page * 4096, randomBytes(4096));
      expect(refusal(path)).toEqual(refused('store-damaged', advice));
    }
  });

  test('whose tables are not there is refused', () => {
    const path = filledStore(1);
    raw(path).exec('DROP TABLE figures').close();
    expect(refusal(path)).toEqual(refused('store-damaged', advice));
  });

  test('too large to be checked as a whole says so when the damage is met', () => {
    const path = filledStore(120_000);
    const { size } = statSync(path);
    expect(size).toBeGreaterThan(16 * 2 ** 20);
    const db = raw(path);
    const page = Number(
      db.prepare("SELECT pageno FROM dbstat WHERE name = 'samples' AND pagetype = 'leaf' LIMIT 1 OFFSET 1000").pluck().get(),
    );
    db.close();
    overwrite(path, (page - 1) * 4096, randomBytes(4096));
    const store = storeAt(path);
    const runId = String(store.runs(1)[0]?.id);
    expect(() => store.samples(runId)).toThrow(expect.objectContaining({ code: 'store-damaged' }));
    expect(store.latestFigures().size).toBe(1);
  });
});

test('a file of a newer version is refused', () => {
  const path = filledStore(1);
  raw(path).exec('PRAGMA user_version = 1000').close();
  expect(refusal(path)).toEqual(refused('store-newer', /newer version of Reef.*update Reef/));
});

test('a SQLite file of another program is refused', () => {
  const path = join(temporaryFolder(), 'other.db');
  raw(path).exec('CREATE TABLE songs (title TEXT)').close();
  expect(refusal(path)).toEqual(refused('store-damaged', /not a store of Reef.*choose another path/));
});

test('an empty file becomes a store', () => {
  const path = join(temporaryFolder(), 'samples.db');
  writeFileSync(path, '');
  expect(storeAt(path).runs(1)).toEqual([]);
});

function overwrite(path: string, offset: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, offset);
  closeSync(file);
}
