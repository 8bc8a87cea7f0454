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
/** Written at a time, bytes. */
const writeBytes = 2 ** 20;
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
  for await (const { entry, content } of withContents(entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)))) {
    signal.throwIfAborted();
    sizes.set(entry.path, content.length);
    const packed = new ZipDeflate(entry.path);
    packed.mtime = time;
    packed.os = unix;
    packed.attrs = (entry.isExecutable ? programMode : fileMode) << 16;
    zip.add(packed);
    await compress(packed, content, sink);
  }
  zip.end();
  await sink.flush();
  const unpackedBytes = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  return { bytes: sink.bytes, unpackedBytes, sizes, sha256: sink.hash.digest('base64') };
}

/** Entries with their bytes; the next file is read while this one is compressed. */
async function* withContents(entries: readonly Entry[]): AsyncGenerator<{ entry: Entry; content: Uint8Array }> {
  const read = (entry: Entry | undefined): Promise<Uint8Array> | undefined => {
    const reading = entry === undefined ? undefined : bytesOf(entry);
    reading?.catch(() => {}); // Told when its turn comes.
    return reading;
  };
  let next = read(entries[0]);
  for (const [index, entry] of entries.entries()) {
    const content = (await next) ?? new Uint8Array();
    next = read(entries[index + 1]);
    yield { entry, content };
  }
}

async function bytesOf({ content }: Entry): Promise<Uint8Array> {
  return 'bytes' in content ? content.bytes : contentOf(content.file);
}

async function compress(packed: ZipDeflate, content: Uint8Array, sink: Sink): Promise<void> {
  for (let at = 0; at === 0 || at < content.length; at += sliceBytes) {
    packed.push(content.subarray(at, at + sliceBytes), at + sliceBytes >= content.length);
    if (sink.waiting >= writeBytes) await sink.flush();
    else if (at > 0) await setImmediate();
  }
}

/** What the writer of the zip gives out, on its way to the file. */
class Sink {
  readonly hash = createHash('sha256');
  bytes = 0;
  /** Not written yet, bytes. */
  waiting = 0;
  readonly #file: FileHandle;
  #chunks: Uint8Array[] = [];

  constructor(file: FileHandle) {
    this.#file = file;
  }

  take(error: Error | null, chunk: Uint8Array): void {
    if (error !== null) throw error;
    this.#chunks.push(chunk);
    this.waiting += chunk.length;
    this.bytes += chunk.length;
  }

  async flush(): Promise<void> {
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.waiting = 0;
    this.hash.update(whole);
    await this.#file.writeFile(whole);
  }
}

async function contentOf(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: unknown) => {
    throw packageFailed(`${file} cannot be read: allow it, or leave it out with exclude: ${messageOf(cause)}`, cause);
  });
}
