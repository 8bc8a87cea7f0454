import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes from a folder all but the entries that were changed or used last. Another process may do the same: what is gone is gone. */
export async function pruneFolder(folder: string, mostKept: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const entries = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, usedMs: (await stat(path).catch(() => null))?.mtimeMs ?? 0 };
    }),
  );
  const old = entries.toSorted((a, b) => b.usedMs - a.usedMs).slice(mostKept);
  for (const { path } of old) await rm(path, { recursive: true, force: true });
}
