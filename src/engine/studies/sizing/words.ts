import type { CurvePoint, WorkKind, WorkProfile } from '../../../protocol/sizing.ts';
import { formatDuration, formatMemory } from '../../format/format.ts';
import type { Work } from './fit.ts';
import { oneVcpuMb } from './grid.ts';

const mostlyShare = 0.8;
/** Fewer usable threads than this are helpers of the runtime. */
const severalThreads = 1.15;

/** What the function is, in figures and in a sentence; `curve` from the smallest size on says from where on memory hardly matters. */
export function describeWork({ cpuMs, waitMs, parallelism }: Work, curve: readonly CurvePoint[]): WorkProfile {
  const profile = { cpu_ms: cpuMs, wait_ms: waitMs, parallelism };
  if (cpuMs === null || waitMs === null || cpuMs + waitMs <= 0) {
    return { ...profile, kind: 'unknown', sentence: 'The measurements do not tell waiting from CPU work.' };
  }
  const kind = kindOf(cpuMs / (cpuMs + waitMs));
  const split = `${formatDuration(cpuMs)} of CPU work and ${formatDuration(waitMs)} of waiting a call`;
  return { ...profile, kind, sentence: `${openings[kind]}: ${split}; ${consequence({ cpuMs, waitMs, parallelism }, curve)}.` };
}

function kindOf(cpuShare: number): WorkKind {
  if (cpuShare >= mostlyShare) return 'cpu-bound';
  return cpuShare <= 1 - mostlyShare ? 'waiting' : 'mixed';
}

const openings: Record<WorkKind, string> = { 'cpu-bound': 'CPU-bound', waiting: 'Waiting', mixed: 'Mixed', unknown: 'Unknown' };

/** Gain that is left at a size from which on more memory hardly matters. */
const hardlyShare = 0.1;

type Known = { cpuMs: number; waitMs: number; parallelism: number | null };

/** Smallest size that is within 10 % of what one vCPU reaches. */
function enoughFor(curve: readonly CurvePoint[]): CurvePoint | undefined {
  const whole = curve.find((point) => point.memory_mb >= oneVcpuMb) ?? curve.at(-1);
  return curve.find((point) => point.duration_ms <= (whole?.duration_ms ?? 0) * (1 + hardlyShare));
}

function consequence({ cpuMs, waitMs, parallelism }: Known, curve: readonly CurvePoint[]): string {
  const enough = enoughFor(curve);
  const threads = parallelism ?? 1;
  if (threads < severalThreads && enough === curve[0]) return 'memory hardly matters for its speed';
  const upToMb = Math.min(10_240, oneVcpuMb * threads);
  if (threads >= severalThreads) {
    return `about ${threads.toFixed(1)} threads work at once, so that more memory makes it faster up to ${formatMemory(upToMb)}`;
  }
  if (waitMs > cpuMs && enough !== undefined)
    return `small sizes slow its CPU work down, and above about ${formatMemory(enough.memory_mb)} memory hardly matters for its speed`;
  const beyond = parallelism === null ? '; beyond was not measured' : '';
  return `more memory makes it faster up to ${formatMemory(oneVcpuMb)}, where it has a whole vCPU${beyond}`;
}
