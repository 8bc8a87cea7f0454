import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Makes the folder in which Reef keeps what it measured and made. One of its own name ignores itself: it is no part of the sources. */
export function makeOwnFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  if (basename(folder) !== '.reef') return;
  try {
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
