import type { WorkKind, WorkProfile } from '../../../protocol/sizing.ts';
import { formatDuration, formatMemory } from '../../format/format.ts';
import type { Work } from './fit.ts';
import { oneVcpuMb } from './grid.ts';

const mostlyShare = 0.8;

/** What the function is, in figures and in a sentence. */
export function describeWork({ cpuMs, waitMs, parallelism }: Work): WorkProfile {
  const profile = { cpu_ms: cpuMs, wait_ms: waitMs, parallelism };
  if (cpuMs === null || waitMs === null || cpuMs + waitMs <= 0) {
    return { ...profile, kind: 'unknown', sentence: 'The measurements do not tell waiting from CPU work.' };
  }
  const kind = kindOf(cpuMs / (cpuMs + waitMs));
  const split = `${formatDuration(cpuMs)} of CPU work and ${formatDuration(waitMs)} of waiting a call`;
  return { ...profile, kind, sentence: `${openings[kind]}: ${split}; ${consequence(kind, parallelism)}.` };
}

function kindOf(cpuShare: number): WorkKind {
  if (cpuShare >= mostlyShare) return 'cpu-bound';
  return cpuShare <= 1 - mostlyShare ? 'waiting' : 'mixed';
}

const openings: Record<WorkKind, string> = { 'cpu-bound': 'CPU-bound', waiting: 'Waiting', mixed: 'Mixed', unknown: 'Unknown' };

function consequence(kind: WorkKind, parallelism: number | null): string {
  if (kind === 'waiting') return 'memory hardly matters for its speed';
  if (parallelism === null)
    return `more memory makes it faster up to ${formatMemory(oneVcpuMb)}, where it has a whole vCPU; beyond was not measured`;
  const gainsUpTo = formatMemory(Math.min(10_240, oneVcpuMb * parallelism));
  if (parallelism < 1.15) return `more memory makes it faster up to ${formatMemory(oneVcpuMb)}, where it has a whole vCPU`;
  return `about ${parallelism.toFixed(1)} threads work at once, so that more memory makes it faster up to ${gainsUpTo}`;
}
