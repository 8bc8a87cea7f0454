import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { messageOf, ReefError } from '../../../../protocol/errors.ts';
import { Architecture } from '../../../../protocol/functions.ts';
import { parseJson } from '../../../runtime/wire.ts';

/** What Reef sets of a function. */
export const Settings = z.object({ memoryMb: z.int(), architecture: Architecture });
export type Settings = z.infer<typeof Settings>;

const Applied = z.object({ at: z.string(), before: Settings, after: Settings });
export type Applied = z.infer<typeof Applied>;

/** The changes of one function that Reef made and did not take back, oldest first. */
const Document = z.object({ schema: z.literal('reef/aws-applied@1'), functionArn: z.string(), applied: z.array(Applied) });

const mostKept = 20;

/** Where it is kept what functions were set to before Reef changed them: beside the journals, a file a function. */
export class AppliedChanges {
  private readonly folder: string;

  constructor(journals: string) {
    this.folder = join(dirname(journals), 'aws-applied');
  }

  /**
   * The last change of a function, and the last one that made it what it is now: others came after that one where they are not
   * the same. Null when there is none. @throws ReefError `store-damaged`
   */
  async last(functionArn: string, now: Settings): Promise<{ last: Applied | null; inForce: Applied | null }> {
    const applied = await this.read(functionArn);
    const isInForce = ({ after }: Applied): boolean => after.memoryMb === now.memoryMb && after.architecture === now.architecture;
    return { last: applied.at(-1) ?? null, inForce: applied.findLast(isInForce) ?? null };
  }

  async add(functionArn: string, change: Applied): Promise<void> {
    await this.write(functionArn, [...(await this.read(functionArn)), change].slice(-mostKept));
  }

  /** Forgets a change that was taken back, and what came after it. */
  async remove(functionArn: string, { at }: Applied): Promise<void> {
    const applied = await this.read(functionArn);
    const index = applied.findIndex((each) => each.at === at);
    await this.write(functionArn, applied.slice(0, Math.max(0, index)));
  }

  private async read(functionArn: string): Promise<Applied[]> {
    const file = this.fileOf(functionArn);
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw new ReefError('store-damaged', `What Reef changed before cannot be read in ${file}: ${messageOf(error)}`);
    });
    if (text === null) return [];
    const document = Document.safeParse(parseJson(text));
    if (document.success && document.data.functionArn === functionArn) return document.data.applied;
    throw new ReefError(
      'store-damaged',
      `${file} does not say what Reef changed before: delete it, and set the function back by hand.`,
    );
  }

  /** Whole or not at all: a crash leaves the file from before. */
  private async write(functionArn: string, applied: readonly Applied[]): Promise<void> {
    const file = this.fileOf(functionArn);
    if (applied.length === 0) return rm(file, { force: true });
    try {
      await mkdir(this.folder, { recursive: true });
      const document = { schema: 'reef/aws-applied@1', functionArn, applied };
      await writeFile(`${file}.new`, `${JSON.stringify(document, null, 2)}\n`, { flush: true });
      await rename(`${file}.new`, file);
    } catch (cause) {
      const sentence = `It cannot be kept in ${this.folder} what the function was before, so nothing is changed: ${messageOf(cause)}`;
      throw new ReefError('store-unavailable', sentence, { cause });
    }
  }

  /** Names of functions may differ in case only, and in the account. */
  private fileOf(functionArn: string): string {
    const digits = createHash('sha256').update(functionArn).digest('hex').slice(0, 12);
    return join(this.folder, `${functionArn.split(':').at(-1)}-${digits}.json`);
  }
}
