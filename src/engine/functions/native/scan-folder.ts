import { open, readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { headerBytes } from './binary.ts';
import { forEachConcurrent, throwIfAborted } from '../files/concurrent.ts';
import { mayBeNative, type NativeFile, nativeFiles } from './native-files.ts';

/** A tree of more files is not looked through to its end. */
const mostFiles = 100_000;
const concurrency = 16;

export type NativeScan = {
  files: NativeFile[];
  /** False when there was more than could be looked through. */
  isComplete: boolean;
};

/** The native files below a folder, packages included. Links are not followed; what cannot be read is left out. */
export async function scanFolder(folder: string, signal: AbortSignal): Promise<NativeScan> {
  const candidates: string[] = [];
  const queue = [''];
  let seen = 0;
  for (let next = queue.pop(); next !== undefined && seen <= mostFiles; next = queue.pop()) {
    throwIfAborted(signal);
    for (const entry of await readdir(join(folder, next), { withFileTypes: true }).catch(() => [])) {
      const path = posix.join(next, entry.name);
      if (entry.isDirectory()) queue.push(path);
      if (!entry.isFile()) continue;
      seen += 1;
      if (mayBeNative(path)) candidates.push(path);
    }
  }
  const files: NativeFile[] = [];
  await forEachConcurrent(candidates, concurrency, signal, async (path) => {
    files.push(...nativeFiles(path, await headOf(join(folder, path))));
  });
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), isComplete: seen <= mostFiles };
}

async function headOf(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return new Uint8Array();
  }
}
