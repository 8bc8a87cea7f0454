import type { Architecture, FunctionInfo } from '../../protocol/functions.ts';
import type { Trial } from '../studies/tracing/safe-size.ts';
import type { Change, LimitPlan } from '../targets/docker/trace/apply-limits.ts';
import type { Traced } from '../studies/tracing/study.ts';

export type TracedOnce = Traced & {
  /** Attempt that the readings belong to. */
  sampleId: number;
};

/** A traced run with the changes of its limit. */
export type FollowedRun = TracedOnce & { changes: readonly Change[] };

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
  /** Limits that may be tried, MB; null where none can be set. */
  sizes: { minMb: number; maxMb: number } | null;
  /** Runs it untraced under a limit; null when that was cancelled. Each attempt is kept. */
  tryAt: (runId: string, memoryMb: number, signal: AbortSignal) => Promise<Trial | null>;
  /** A run whose limit follows a plan; absent where it cannot be changed. */
  runWithLimits?: (runId: string, index: number, plan: LimitPlan, signal: AbortSignal) => Promise<FollowedRun>;
  /** @throws ReefError `cancelled`, `sandbox-failed` */
  runOnce: (runId: string, index: number, signal: AbortSignal) => Promise<TracedOnce>;
};
