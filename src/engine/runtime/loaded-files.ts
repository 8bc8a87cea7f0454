import { stat } from 'node:fs/promises';

/** Remembers the files that a sandbox loaded, to tell when one of them has changed since. */
export class LoadedFiles {
  private readonly stamps = new Map<string, Promise<string>>();

  /** The sandbox's whole list, again after each change of it. */
  add(files: readonly string[]): void {
    for (const file of files) if (!this.stamps.has(file)) this.stamps.set(file, stampOf(file));
  }

  /** The first file that is not what it was, or null. */
  async changed(): Promise<string | null> {
    const checks = [...this.stamps].map(async ([file, stamp]) => ((await stamp) === (await stampOf(file)) ? null : file));
    return (await Promise.all(checks)).find((file) => file !== null) ?? null;
  }
}

async function stampOf(file: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(file);
    return `${mtimeMs}:${size}:${ino}`;
  } catch {
    return 'gone';
  }
}
