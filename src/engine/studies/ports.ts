import type { NewSample, Sample } from '../../protocol/samples.ts';

/** Where a study leaves its samples. */
export interface SampleStore {
  /** Durable when it returns, up to the one being written when the process is killed. */
  addSamples(samples: readonly NewSample[]): Sample[];
}

/** Milliseconds since the epoch. */
export interface Clock {
  nowMs(): number;
}

/** Uniform in [0, 1); seeded by whoever made it. */
export type Random = () => number;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Log {
  log(level: LogLevel, message: string): void;
}

export type Progress = {
  /** What happens now, for people. */
  message: string;
  done: number;
  /** Expected number of invocations. */
  total: number;
  /** Expected time to the end, ms; null while unknown. */
  remainingMs: number | null;
  /** The attempt that has just ended; absent before the first. */
  sample?: NewSample;
};

export type OnProgress = (progress: Progress) => void;
