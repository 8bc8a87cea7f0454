import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';

const checkEveryMs = 100;

/** What a function on this machine may use, MB: Lambda's largest size, but at most half of what is there. */
export function defaultMemoryCapMb(): number {
  return Math.floor(Math.min(totalmem() / 2 / 2 ** 20, 10_240));
}

/**
 * Watches the resident memory of a process and calls back once when it passes the cap.
 * Only Linux tells it cheaply (/proc); elsewhere nothing is watched, and Node's own heap limit remains.
 * `memoryMb` tells it where somebody else reads it already.
 */
export function watchMemory(
  pid: number,
  capMb: number,
  onExceeded: () => void,
  memoryMb = (): Promise<number> | number => residentMb(pid),
): { stop(): void } {
  if (process.platform !== 'linux') return { stop: () => {} };
  const check = async (): Promise<void> => {
    if ((await memoryMb()) <= capMb) return;
    clearInterval(timer);
    onExceeded();
  };
  const timer = setInterval(() => void check(), checkEveryMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

async function residentMb(pid: number): Promise<number> {
  try {
    const kb = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kb ?? 0) / 1024;
  } catch {
    return 0;
  }
}
