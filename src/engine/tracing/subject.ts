import type { Architecture, FunctionInfo } from '../../protocol/functions.ts';
import type { Traced } from '../studies/tracing/study.ts';

export type TracedOnce = Traced & {
  /** Attempt that the readings belong to. */
  sampleId: number;
};

/** What is traced, ready to be run. */
export type Subject = AsyncDisposable & {
  /** As the store keeps it: for an image, one that stands for it. */
  function: FunctionInfo;
  isImage: boolean;
  target: string;
  architecture: Architecture;
  /** Limit in force, MB; null without one. */
  memoryMb: number | null;
  /** Kept with the run. */
  settings: Record<string, unknown>;
  /** How many different inputs there are: each has its own runs. */
  inputs: number;
  /** p99 of the time that a change of the limit takes, ms; null where no limit can be changed. */
  actuationDelayMs: () => Promise<number | null>;
  /** @throws ReefError `cancelled`, `sandbox-failed` */
  runOnce: (runId: string, index: number, signal: AbortSignal) => Promise<TracedOnce>;
};
