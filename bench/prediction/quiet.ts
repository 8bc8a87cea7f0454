import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** CPU time of all cores since the system started, ms: in all, and of it what any program used. */
export type Cpu = { totalMs: number; busyMs: number };

/** Linux counts in hundredths of a second (`getconf CLK_TCK`). */
const tickMs = 10;
const lookMs = 200;
/** Share of all cores that others may use while a machine is called quiet. */
export const quietShare = 0.1;
const longestWaitMs = 2_000;

/** Null where the system does not tell it. */
export async function cpuNow(): Promise<Cpu | null> {
  const text = await readFile('/proc/stat', 'latin1').catch(() => '');
  const ticks = /^cpu +([\d ]+)$/m.exec(text)?.[1]?.split(' ').slice(0, 8).map(Number);
  if (ticks === undefined) return null;
  const [, , , idle = 0, waiting = 0] = ticks;
  const total = ticks.reduce((sum, each) => sum + each, 0);
  return { totalMs: total * tickMs, busyMs: (total - idle - waiting) * tickMs };
}

/** Share of all cores that other programs used between two looks; 0 where it is not known. */
export function othersShare(before: Cpu | null, after: Cpu | null, ownCpuMs: number): number {
  if (before === null || after === null || after.totalMs <= before.totalMs) return 0;
  return Math.max(0, after.busyMs - before.busyMs - ownCpuMs) / (after.totalMs - before.totalMs);
}

/** Waits until others leave the machine alone, but not for ever. */
export async function untilQuiet(): Promise<void> {
  const deadlineMs = performance.now() + longestWaitMs;
  while (performance.now() < deadlineMs) {
    const before = await cpuNow();
    await sleep(lookMs);
    if (othersShare(before, await cpuNow(), 0) <= quietShare) return;
  }
}
