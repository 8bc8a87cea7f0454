import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

export type ZipFile = { path: string; bytes: Uint8Array; mode: number };

/** What is in an archive, in its order. Modes are read from its directory, which the library does not tell. */
export async function readZip(file: string): Promise<ZipFile[]> {
  const whole = await readFile(file);
  const contents = unzipSync(whole);
  return directoryOf(whole).map(({ path, mode }) => ({ path, mode, bytes: contents[path] ?? new Uint8Array() }));
}

/** Unpacks an archive as AWS Lambda does: files with their modes. */
export async function unpack(file: string, folder: string): Promise<void> {
  for (const { path, bytes, mode } of await readZip(file)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
    await chmod(join(folder, path), mode & 0o777);
  }
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;

/** Source: APPNOTE.TXT of PKWARE, 4.3.12 and 4.3.16. */
function directoryOf(zip: Buffer): { path: string; mode: number }[] {
  const end = zip.length - 22;
  if (zip.readUInt32LE(end) !== endSignature) throw new Error('The archive has no end');
  const entries: { path: string; mode: number }[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    if (zip.readUInt32LE(at) !== entrySignature) throw new Error('The directory of the archive is broken');
    const [name, extra, comment] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    entries.push({ path: zip.toString('utf8', at + 46, at + 46 + name), mode: zip.readUInt32LE(at + 38) >>> 16 });
    at += 46 + name + extra + comment;
  }
  return entries;
}
