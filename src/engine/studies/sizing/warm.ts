import type { NewSample } from '../../../protocol/samples.ts';
import { type Observation, observe } from './observations.ts';

/** The attempts that say how fast a function is: warm, and successful. */
export function warmOk(samples: readonly NewSample[]): NewSample[] {
  return samples.filter((sample) => sample.outcome === 'ok' && !sample.cold && sample.durationMs !== null);
}

/** What they say at each size, on a target that sets sizes. */
export function observationsOf(samples: readonly NewSample[]): Observation[] {
  return observe(
    warmOk(samples).flatMap(({ memoryMb, durationMs }) =>
      memoryMb === null || durationMs === null ? [] : [{ memoryMb, durationMs }],
    ),
  );
}
