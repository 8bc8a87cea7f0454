import { chmodSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/engine/store/database.ts';
import { openStore, storeOn } from '../../../src/engine/store/sqlite.ts';
import { begin, raw, storeAt, temporaryFolder } from './fixture.ts';
import { filledStore, refusal, refused } from './refusal.ts';
import { newSample } from './rows.ts';

describe('a place where no store can be', () => {
  test('a folder', () => {
    expect(refusal(temporaryFolder())).toEqual(refused('store-unavailable', /cannot be a folder/));
  });

  test('below a file', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(refusal(join(file, 'samples.db'))).toEqual(refused('store-unavailable', /cannot be opened: check that its folder/));
    expect(refusal(join(file, '.reef', 'samples.db'))).toEqual(
      refused('store-unavailable', /cannot be opened: check that its folder/),
    );
  });

  test('is named as the user gave it', () => {
    const folder = temporaryFolder();
    expect(refusal(relative(process.cwd(), folder))).toEqual(refused('store-unavailable', /cannot be a folder/));
  });

  test.skipIf(process.platform === 'win32')('a folder that may not be written, with and without a store in it', () => {
    const [empty, path] = [temporaryFolder(), filledStore(1)];
    asOrdinaryUser([empty, join(path, '..')], 0o555, () => {
      expect(refusal(join(empty, 'samples.db'))).toEqual(
        refused('store-unavailable', /allow (writing|reading)|cannot be opened/),
      );
      expect(refusal(join(empty, '.reef', 'samples.db'))).toEqual(
        refused('store-unavailable', /cannot be written: allow writing/),
      );
      expect(refusal(path)).toEqual(refused('store-unavailable', /cannot be (opened|written)/));
    });
  });

  test.skipIf(process.platform === 'win32')('a file that may not be read, or not be written', () => {
    const [unreadable, readonly] = [filledStore(1), filledStore(1)];
    const folders = [join(unreadable, '..'), join(readonly, '..')];
    chmodSync(readonly, 0o444);
    chmodSync(unreadable, 0o000);
    asOrdinaryUser(folders, 0o777, () => {
      expect(() => openStore(unreadable)).toThrow(expect.objectContaining({ code: 'store-unavailable' }));
      expect(refusal(readonly)).toEqual(refused('store-unavailable', /cannot be written: allow writing/));
    });
  });
});

test('a full disk is an error that says so, and what was kept before stays', () => {
  const path = filledStore(10);
  const db = openDatabase(path);
  const store = storeOn(db, path);
  const runId = begin(store);
  const pages = Number(db.pragma('page_count', { simple: true }));
  db.pragma(`max_page_count = ${pages + 2}`);
  const many = Array.from({ length: 500 }, () => newSample(runId));
  expect(() => store.addSamples(many)).toThrow(
    expect.objectContaining({
      code: 'store-unavailable',
      message: expect.stringMatching(/disk is full.*free some space/) as string,
    }),
  );
  expect(store.samples(runId)).toEqual([]);
  db.pragma(`max_page_count = ${pages + 1000}`);
  expect(store.addSamples(many)).toHaveLength(500);
  store.close();
});

test('a store that another process keeps locked is an error that says so', () => {
  const path = filledStore(1);
  const store = storeAt(path);
  const runId = begin(store);
  const other = raw(path);
  const db = openDatabase(path);
  db.pragma('busy_timeout = 1');
  other.exec('BEGIN IMMEDIATE');
  const impatient = storeOn(db, path);
  expect(() => impatient.addSamples([newSample(runId)])).toThrow(
    expect.objectContaining({ code: 'store-unavailable', message: expect.stringMatching(/Another process.*locked/) as string }),
  );
  other.exec('ROLLBACK');
  expect(impatient.addSamples([newSample(runId)])).toHaveLength(1);
  impatient.close();
});

/** Permissions do not bind root: as root, does `work` as another user. Folders get the mode for that time. */
function asOrdinaryUser(folders: string[], mode: number, work: () => void): void {
  const isRoot = process.geteuid?.() === 0;
  const nobody = 65534;
  for (const folder of folders) {
    chmodSync(join(folder, '..'), 0o755);
    chmodSync(folder, mode);
  }
  if (isRoot) process.seteuid?.(nobody);
  try {
    work();
  } finally {
    if (isRoot) process.seteuid?.(0);
    for (const folder of folders) chmodSync(folder, 0o755);
  }
}
