import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import * as z from 'zod/mini';
import { forEachConcurrent } from '../../functions/files/concurrent.ts';
import type { ZipBuild } from '../build.ts';
import { contentHash } from '../fingerprint.ts';
import { pruneFolder } from '../prune.ts';
import { decidingFiles } from './deciding-files.ts';

/** What a bundle was made from: files by their hashes, folders by those of the names in them; paths relative to the workspace. */
const BundleRecord = z.object({
  schema: z.literal('reef/bundle@1'),
  settings: z.string(),
  files: z.record(z.string(), z.string()),
  folders: z.record(z.string(), z.string()),
  fingerprint: z.string(),
});
type BundleRecord = z.infer<typeof BundleRecord>;

const concurrency = 16;
/** One for each function and its settings. */
const mostKept = 100;
/** Systems take the time of a change from a clock that moves in steps. */
const clockStepMs = 20;

/** A bundle that was made: absolute paths of what was read for it, and when that began. */
export type Finished = { read: readonly string[]; sinceMs: number; fingerprint: string };

/**
 * What the last bundle of a function was made from. As long as none of these files differs, and no name came or went in any
 * folder on the way to them, where an import could be found otherwise, it would be made the same.
 */
export class BundleRecords {
  readonly #file: string;
  readonly #folder: string;
  readonly #settings: string;

  /** @param place folder (absolute) of the records */
  constructor(place: string, { folder, handlerFile }: ZipBuild, settings: unknown) {
    this.#folder = folder;
    this.#settings = JSON.stringify(settings);
    const name = createHash('sha256').update(relative(folder, handlerFile)).update(this.#settings).digest('hex');
    this.#file = join(place, `${name.slice(0, 24)}.json`);
  }

  /** The fingerprint of the last bundle, when it would be made the same now; null otherwise. */
  async fingerprint(signal: AbortSignal): Promise<string | null> {
    const record = await this.#read();
    if (record === null || record.settings !== this.#settings) return null;
    const { files, folders } = await this.#hashes(Object.keys(record.files), Object.keys(record.folders), signal);
    const isSame = areSame(files, record.files) && areSame(folders, record.folders);
    return isSame ? record.fingerprint : null;
  }

  /** Does nothing when something has changed since the bundle was begun: it may be of before or after. */
  async keep({ read, sinceMs, fingerprint }: Finished, signal: AbortSignal): Promise<void> {
    const { files, folders } = await decidingFiles(read, this.#folder);
    if (await changedSince(files, sinceMs, signal)) return;
    const hashes = await this.#hashes(
      files.map((file) => this.#relative(file)),
      folders.map((folder) => this.#relative(folder)),
      signal,
    );
    const record: BundleRecord = { schema: 'reef/bundle@1', settings: this.#settings, ...hashes, fingerprint };
    await mkdir(dirname(this.#file), { recursive: true });
    const unfinished = `${this.#file}.${randomUUID()}`;
    await writeFile(unfinished, JSON.stringify(record));
    await rename(unfinished, this.#file);
    await pruneFolder(dirname(this.#file), mostKept);
  }

  async #read(): Promise<BundleRecord | null> {
    try {
      return BundleRecord.parse(JSON.parse(await readFile(this.#file, 'utf8')));
    } catch {
      return null; // None yet, or one that cannot be read: bundling makes another.
    }
  }

  async #hashes(
    files: readonly string[],
    folders: readonly string[],
    signal: AbortSignal,
  ): Promise<Pick<BundleRecord, 'files' | 'folders'>> {
    const found: Pick<BundleRecord, 'files' | 'folders'> = { files: {}, folders: {} };
    await forEachConcurrent(files, concurrency, signal, async (file) => {
      found.files[file] = await contentHash({ file: resolve(this.#folder, file) }).catch(() => 'gone');
    });
    await forEachConcurrent(folders, concurrency, signal, async (folder) => {
      found.folders[folder] = await namesHash(resolve(this.#folder, folder), aboveWorkspace.test(folder));
    });
    return found;
  }

  #relative(path: string): string {
    return relative(this.#folder, path).split(sep).join('/') || '.';
  }
}

/** By the time of the last change that the system keeps, which nobody can set, unlike that of the content. */
async function changedSince(files: readonly string[], sinceMs: number, signal: AbortSignal): Promise<boolean> {
  let changed = false;
  await forEachConcurrent(files, concurrency, signal, async (file) => {
    const stats = await stat(file).catch(() => null);
    changed ||= stats === null || stats.ctimeMs > sinceMs - clockStepMs;
  });
  return changed;
}

const aboveWorkspace = /^\.\.(?:\/\.\.)*$/;
/** What is looked for in folders above the workspace. */
const lookedForAbove = new Set(['node_modules', 'package.json', 'tsconfig.json', '/gone']);

/** Of the names that an import may look for there: none of them begins with a dot. */
async function namesHash(folder: string, isAbove: boolean): Promise<string> {
  const names = await readdir(folder).catch(() => ['/gone']);
  const looked = names.filter((name) => (isAbove ? lookedForAbove.has(name) : !name.startsWith('.'))).toSorted();
  return createHash('sha256').update(looked.join('\0')).digest('hex');
}

function areSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys(b).every((key) => a[key] === b[key]);
}
