import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod/mini';
import type { ZipArtifact } from '../deploy/artifact.ts';
import { pruneFolder } from './prune.ts';

/** What is remembered of an archive, beside it. */
const Kept = z.object({
  bytes: z.int(),
  unpackedBytes: z.int(),
  sha256: z.string(),
  handler: z.string(),
  files: z.int(),
  parts: z.array(z.object({ package: z.nullable(z.string()), bytes: z.number() })),
  notes: z.array(z.string()),
});

const mostKept = 12;
const archiveName = 'code.zip';

/** An archive that is being written: its folder and file, absolute. */
export type Unfinished = AsyncDisposable & { folder: string; file: string };

/** Archives that were made before, by their fingerprints, in a folder (absolute) of the workspace. */
export class KeptArchives {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The archive of a fingerprint, when it is there and whole. */
  async find(fingerprint: string): Promise<ZipArtifact | null> {
    const folder = join(this.#folder, nameOf(fingerprint));
    const file = join(folder, archiveName);
    try {
      const kept = Kept.parse(JSON.parse(await readFile(join(folder, 'about.json'), 'utf8')));
      if ((await stat(file)).size !== kept.bytes || (await hashOf(file)) !== kept.sha256) return null;
      const now = new Date();
      await utimes(folder, now, now); // What was used last is kept longest.
      return { kind: 'zip', file, ...kept };
    } catch {
      return null; // None, or one that somebody has changed: it is made again.
    }
  }

  /** Where an archive is written before it is kept; what is not kept is gone with it. */
  async unfinished(fingerprint: string): Promise<Unfinished> {
    await mkdir(this.#folder, { recursive: true });
    const folder = await mkdtemp(join(this.#folder, `${nameOf(fingerprint)}.unfinished-`));
    return { folder, file: join(folder, archiveName), [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
  }

  /** Takes over what was written, unless another process has kept the same meanwhile: that may be read already. */
  async keep(fingerprint: string, artifact: ZipArtifact, { folder: unfinished }: Unfinished): Promise<ZipArtifact> {
    const kept = await this.find(fingerprint);
    if (kept !== null) return kept;
    const { kind: _kind, file: _file, ...about } = artifact;
    await writeFile(join(unfinished, 'about.json'), JSON.stringify(about));
    const folder = join(this.#folder, nameOf(fingerprint));
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder).catch(async (error: unknown) => {
      if ((await this.find(fingerprint)) === null) throw error;
    });
    await pruneFolder(this.#folder, mostKept);
    return { ...artifact, file: join(folder, archiveName) };
  }
}

function nameOf(fingerprint: string): string {
  return fingerprint.slice(0, 32);
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('base64');
}
