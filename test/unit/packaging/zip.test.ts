import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '../../../src/engine/packaging/entry.ts';
import { fingerprintOf } from '../../../src/engine/packaging/fingerprint.ts';
import { writeZip } from '../../../src/engine/packaging/zip.ts';
import { readZip } from '../../support/unzip.ts';

const never = new AbortController().signal;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reef-zip-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const name = fc.stringMatching(/^[a-zäß0-9._-]{1,8}$/).filter((part) => !/^\.+$/.test(part));
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 500 }),
  // Longer than what is compressed at a time.
  fc
    .record({ byte: fc.nat(255), length: fc.integer({ min: 262_000, max: 530_000 }) })
    .map(({ byte, length }) => new Uint8Array(length).fill(byte)),
);
const entries = fc.uniqueArray(
  fc.record({
    path,
    isExecutable: fc.boolean(),
    content: bytes.map((content) => ({ bytes: content })),
    package: fc.constant(null),
  }),
  { selector: (entry) => entry.path, maxLength: 8 },
);

async function zipped(list: readonly Entry[], as: string) {
  const file = join(folder, as);
  return { file, ...(await writeZip(file, list, never)) };
}

test('the same entries in any order make the same bytes, from which the entries come back', async () => {
  await fc.assert(
    fc.asyncProperty(entries, fc.array(fc.nat()), async (list, keys) => {
      const shuffled = list.map((entry, index) => ({ entry, key: keys[index] ?? index })).toSorted((a, b) => a.key - b.key);
      const [one, other] = [
        await zipped(list, 'one.zip'),
        await zipped(
          shuffled.map(({ entry }) => entry),
          'other.zip',
        ),
      ];
      expect(await readFile(other.file)).toEqual(await readFile(one.file));
      expect(other.sha256).toBe(one.sha256);
      const back = await readZip(one.file);
      const wanted = list.toSorted((a, b) => (a.path < b.path ? -1 : 1));
      expect(back.map((file) => [file.path, file.mode & 0o111 ? 'x' : '-'])).toEqual(
        wanted.map((entry) => [entry.path, entry.isExecutable ? 'x' : '-']),
      );
      for (const [index, { content }] of wanted.entries())
        expect(Buffer.from(back[index]?.bytes ?? []).equals(content.bytes)).toBe(true);
    }),
    { numRuns: 40 },
  );
}, 120_000);

test('a fingerprint differs where a path, a mode, a byte or the settings do, and nowhere else', async () => {
  await fc.assert(
    fc.asyncProperty(
      entries.filter((list) => list.length > 0),
      fc.nat(),
      fc.nat(),
      async (list, which, at) => {
        const same = await fingerprintOf({ a: 1 }, list, never);
        expect(await fingerprintOf({ a: 1 }, list.toReversed(), never)).toBe(same);
        expect(await fingerprintOf({ a: 2 }, list, never)).not.toBe(same);
        const index = which % list.length;
        const entry = list[index];
        if (entry === undefined) return;
        const changed = (more: Partial<Entry>): Promise<string> =>
          fingerprintOf({ a: 1 }, list.with(index, { ...entry, ...more } as typeof entry), never);
        expect(await changed({ path: `${entry.path}x` })).not.toBe(same);
        expect(await changed({ isExecutable: !entry.isExecutable })).not.toBe(same);
        const content = Uint8Array.from(entry.content.bytes.length === 0 ? [0] : entry.content.bytes);
        content[at % content.length] = ((content[at % content.length] ?? 0) + 1) % 256;
        expect(await changed({ content: { bytes: content } })).not.toBe(same);
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);

test('ends when it is cancelled', async () => {
  const list = [{ path: 'a', isExecutable: false, content: { bytes: new Uint8Array(1) }, package: null }];
  await expect(writeZip(join(folder, 'c.zip'), list, AbortSignal.abort(new Error('no more')))).rejects.toThrow('no more');
});

test('does not hold more files than a zip can', async () => {
  const list = Array.from({ length: 65_536 }, (_unused, index) => ({
    path: `f${index}`,
    isExecutable: false,
    content: { bytes: new Uint8Array() },
    package: null,
  }));
  await expect(zipped(list, 'd.zip')).rejects.toThrow(
    '65536 files are more than a zip can hold (65535): leave some out with exclude.',
  );
});
