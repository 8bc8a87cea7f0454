import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { ZipDeflate } from 'fflate';
import { messageOf } from '../../protocol/errors.ts';
import type { Entry } from './entry.ts';
import { packageFailed } from './package-failed.ts';

/** The first moment that a zip can tell, in whatever time zone: times of files would make each archive another one. */
const time = new Date(1980, 0, 1);
const unix = 3;
const fileMode = 0o100644;
const programMode = 0o100755;
/** Compressed at a time, bytes: a fixed cut, as the output depends on it, and short enough to let others take their turn. */
const sliceBytes = 256 * 1024;
/** Beyond that a zip needs extensions that this writer has not. */
const maxFiles = 65_535;

/** Of each entry, unpacked, bytes. */
export type Sizes = ReadonlyMap<string, number>;

export type Zipped = { bytes: number; unpackedBytes: number; sha256: string; sizes: Sizes };

/**
 * Writes entries as a zip: by path, with one time for all and two modes (0644, programs 0755), so that the same entries make
 * the same bytes on any machine. `fflate` rather than Node's zlib: zlib's output differs between versions and processors.
 * @throws ReefError `package-failed` when a file cannot be read, or there are too many; `signal`'s reason when it is aborted
 */
export async function writeZip(file: string, entries: readonly Entry[], signal: AbortSignal): Promise<Zipped> {
  if (entries.length > maxFiles)
    throw packageFailed(`${entries.length} files are more than a zip can hold (${maxFiles}): leave some out with exclude`);
  const { Zip, ZipDeflate } = await import('fflate');
  await using out = await open(file, 'w');
  const sink = new Sink(out);
  const zip = new Zip((error, chunk) => sink.take(error, chunk));
  const sizes = new Map<string, number>();
  for (const entry of entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    signal.throwIfAborted();
    const content = 'bytes' in entry.content ? entry.content.bytes : await contentOf(entry.content.file);
    sizes.set(entry.path, content.length);
    const packed = new ZipDeflate(entry.path);
    packed.mtime = time;
    packed.os = unix;
    packed.attrs = (entry.isExecutable ? programMode : fileMode) << 16;
    zip.add(packed);
    await compress(packed, content, () => sink.flush());
  }
  zip.end();
  await sink.flush();
  const unpackedBytes = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  return { bytes: sink.bytes, unpackedBytes, sizes, sha256: sink.hash.digest('base64') };
}

async function compress(packed: ZipDeflate, content: Uint8Array, flush: () => Promise<void>): Promise<void> {
  for (let at = 0; at === 0 || at < content.length; at += sliceBytes) {
    packed.push(content.subarray(at, at + sliceBytes), at + sliceBytes >= content.length);
    await flush();
    if (at > 0) await setImmediate();
  }
}

/** What the writer of the zip gives out, on its way to the file. */
class Sink {
  readonly hash = createHash('sha256');
  bytes = 0;
  readonly #file: FileHandle;
  #chunks: Uint8Array[] = [];

  constructor(file: FileHandle) {
    this.#file = file;
  }

  take(error: Error | null, chunk: Uint8Array): void {
    if (error !== null) throw error;
    this.#chunks.push(chunk);
  }

  async flush(): Promise<void> {
    const chunks = this.#chunks;
    this.#chunks = [];
    for (const chunk of chunks) {
      this.hash.update(chunk);
      this.bytes += chunk.length;
      await this.#file.write(chunk);
    }
  }
}

async function contentOf(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: unknown) => {
    throw packageFailed(`${file} cannot be read: allow it, or leave it out with exclude: ${messageOf(cause)}`, cause);
  });
}
