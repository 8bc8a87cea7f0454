import { arch, cpus, platform, totalmem } from 'node:os';
import type { Machine } from '../../protocol/runs.ts';

/** The machine on which this process runs. */
export function describeMachine(): Machine {
  const cores = cpus();
  return {
    platform: platform(),
    arch: arch(),
    cpuModel: cores[0]?.model.trim() ?? 'unknown',
    cpuCount: Math.max(1, cores.length),
    memoryMb: Math.round(totalmem() / 2 ** 20),
    nodeVersion: process.version,
  };
}
