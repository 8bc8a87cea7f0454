import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { messageOf, ReefError } from '../protocol/errors.ts';

const gzipMagic = Buffer.from([0x1f, 0x8b]);

/** The text of a file, or of standard input, and its name; what is compressed, as CloudWatch exports are, is unpacked. */
export async function readSource(file: string): Promise<{ text: string; source: string }> {
  if (file === '-') return { text: await readAll(process.stdin), source: 'standard input' };
  try {
    const bytes = await readFile(file);
    const unpacked = bytes.subarray(0, gzipMagic.length).equals(gzipMagic) ? gunzipSync(bytes) : bytes;
    return { text: unpacked.toString('utf8'), source: basename(file) };
  } catch (cause) {
    throw new ReefError('invalid-import', `${file} cannot be read: name a file that exists: ${messageOf(cause)}`, { cause });
  }
}
