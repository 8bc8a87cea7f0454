import { quantile } from '../../numerics/statistics.ts';
import { bytesInMb, type Curve, largest, type Trace } from './trace.ts';

export type RunFigures = {
  /** Largest of the readings; null without readings. */
  peakMb: number | null;
  /** The kernel's own peak; null when it does not tell, or when what the container's start needed was more. */
  kernelPeakMb: number | null;
  /** Largest reading of each finer curve; null where the probe cannot see it. */
  workingSetPeakMb: number | null;
  anonymousPeakMb: number | null;
  filePeakMb: number | null;
  durationMs: number;
  samples: number;
  samplesPerS: number | null;
  firstSampleMs: number | null;
  /** 99th percentile of the time between readings: a spike shorter than this may be missed. Null below two readings. */
  gapP99Ms: number | null;
  longestGapMs: number | null;
  cpuMs: number | null;
  missed: number;
  lost: number;
};

const toMb = (bytes: number | null): number | null => (bytes === null ? null : bytes / bytesInMb);

export function figuresOf(trace: Trace): RunFigures {
  const { usage, endMs } = trace;
  const gaps = gapsOf(usage);
  const coveredMs = gaps.reduce((sum, gap) => sum + gap, 0);
  return {
    peakMb: toMb(largest(usage)),
    kernelPeakMb: toMb(trace.kernelPeakBytes),
    workingSetPeakMb: toMb(largest(trace.workingSet)),
    anonymousPeakMb: toMb(largest(trace.anonymous)),
    filePeakMb: toMb(largest(trace.file)),
    durationMs: endMs,
    samples: usage.timeMs.length,
    samplesPerS: coveredMs > 0 ? (gaps.length * 1000) / coveredMs : null,
    firstSampleMs: usage.timeMs[0] ?? null,
    gapP99Ms: gaps.length > 0 ? quantile(gaps, 0.99) : null,
    longestGapMs: gaps.length > 0 ? gaps.reduce((longest, gap) => Math.max(longest, gap), 0) : null,
    cpuMs: trace.cpu.values.at(-1) ?? null,
    missed: trace.missed,
    lost: trace.lost,
  };
}

/** The peak to size by: the kernel's where it tells, else the largest reading. MB. */
export function truePeakMb(figures: Pick<RunFigures, 'peakMb' | 'kernelPeakMb'>): number | null {
  const { peakMb, kernelPeakMb } = figures;
  return kernelPeakMb === null || peakMb === null ? (peakMb ?? kernelPeakMb) : Math.max(peakMb, kernelPeakMb);
}

function gapsOf({ timeMs }: Curve): number[] {
  return Array.from({ length: Math.max(0, timeMs.length - 1) }, (_, i) => (timeMs[i + 1] ?? 0) - (timeMs[i] ?? 0));
}
