import type { WorkKind, WorkProfile } from '../../../protocol/sizing.ts';
import { formatDuration, formatMemory } from '../../format/format.ts';
import type { Work } from './fit.ts';
import { oneVcpuMb } from './grid.ts';

const mostlyShare = 0.8;
/** Fewer usable threads than this are helpers of the runtime. */
const severalThreads = 1.15;

/** What the function is, in figures and in a sentence. */
export function describeWork({ cpuMs, waitMs, parallelism }: Work): WorkProfile {
  const profile = { cpu_ms: cpuMs, wait_ms: waitMs, parallelism };
  if (cpuMs === null || waitMs === null || cpuMs + waitMs <= 0) {
    return { ...profile, kind: 'unknown', sentence: 'The measurements do not tell waiting from CPU work.' };
  }
  const kind = kindOf(cpuMs / (cpuMs + waitMs));
  const split = `${formatDuration(cpuMs)} of CPU work and ${formatDuration(waitMs)} of waiting a call`;
  return { ...profile, kind, sentence: `${openings[kind]}: ${split}; ${consequence({ cpuMs, waitMs, parallelism })}.` };
}

function kindOf(cpuShare: number): WorkKind {
  if (cpuShare >= mostlyShare) return 'cpu-bound';
  return cpuShare <= 1 - mostlyShare ? 'waiting' : 'mixed';
}

const openings: Record<WorkKind, string> = { 'cpu-bound': 'CPU-bound', waiting: 'Waiting', mixed: 'Mixed', unknown: 'Unknown' };

/** Gain that is left at a size from which on more memory hardly matters. */
const hardlyShare = 0.1;
const smallestMb = 128;

type Known = { cpuMs: number; waitMs: number; parallelism: number | null };

function consequence({ cpuMs, waitMs, parallelism }: Known): string {
  // Where wait + cpu ÷ vCPU is 10 % above what one vCPU reaches.
  const enoughMb = (oneVcpuMb * cpuMs) / (cpuMs + hardlyShare * (cpuMs + waitMs));
  const threads = parallelism ?? 1;
  if (threads < severalThreads && enoughMb <= smallestMb) return 'memory hardly matters for its speed';
  const upToMb = Math.min(10_240, oneVcpuMb * threads);
  if (threads >= severalThreads) {
    return `about ${threads.toFixed(1)} threads work at once, so that more memory makes it faster up to ${formatMemory(upToMb)}`;
  }
  if (waitMs > cpuMs)
    return `small sizes slow its CPU work down, and above about ${formatMemory(enoughMb)} memory hardly matters for its speed`;
  const beyond = parallelism === null ? '; beyond was not measured' : '';
  return `more memory makes it faster up to ${formatMemory(oneVcpuMb)}, where it has a whole vCPU${beyond}`;
}
