import type { Interval } from '../../../protocol/sizing.ts';
import type { Posterior } from './posterior.ts';

/** Mean duration of a warm call at a size, with the bounds of 90 % of the belief in it, ms. */
export type Prediction = { durationMs: number; interval: Interval };

/** What one warm call does: ms of CPU work on one vCPU, ms of waiting, threads that work at once. Null where it cannot be told. */
export type Work = { cpuMs: number | null; waitMs: number | null; parallelism: number | null };

/** What a model learned. A study knows models by this alone. */
export interface Fit {
  predict(memoryMb: number): Prediction;
  readonly work: Work;
  /** In words: which model, and how well it fits. */
  readonly sentence: string;
  /** The curve of each payload, in the order given; absent where one event is all there is. */
  readonly payloads?: readonly Pick<Fit, 'predict'>[];
  /** The belief behind it, where sizes were probed: what the expected regret follows from. */
  readonly posterior?: Posterior;
}
