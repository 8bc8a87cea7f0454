import type { NewSample } from '../../../protocol/samples.ts';
import { median, sum } from '../../numerics/statistics.ts';
import { type Observation, observe } from './observations.ts';

/** A machine is busy when calls spend more than this share of their time waiting for a core that other programs have. */
const busyShare = 0.05;

/**
 * The attempts that say how fast a function is: warm, successful, and on a busy machine the half that waited least for a
 * core, as the others suffered from shared caches and late helper threads too.
 */
export function warmOk(samples: readonly NewSample[]): NewSample[] {
  const warm = warmSuccesses(samples);
  if (warm.length === 0) return [];
  const limit = Math.max(busyShare, median(warm.map(queuedShare)));
  return warm.filter((sample) => queuedShare(sample) <= limit);
}

/** Share of their time in which warm calls waited for a core; null when that is too little to tell. */
export function busyShareOf(samples: readonly NewSample[]): number | null {
  const warm = warmSuccesses(samples);
  const share = sum(warm.map((each) => each.runQueueMs ?? 0)) / Math.max(1e-9, sum(warm.map((each) => each.durationMs ?? 0)));
  return share > busyShare ? share : null;
}

function warmSuccesses(samples: readonly NewSample[]): NewSample[] {
  return samples.filter((sample) => sample.outcome === 'ok' && !sample.cold && sample.durationMs !== null);
}

function queuedShare({ runQueueMs, durationMs }: NewSample): number {
  return runQueueMs === null || durationMs === null || durationMs === 0 ? 0 : runQueueMs / durationMs;
}

/** What they say at each size, on a target that sets sizes. */
export function observationsOf(samples: readonly NewSample[]): Observation[] {
  return observe(
    warmOk(samples).flatMap(({ memoryMb, durationMs }) =>
      memoryMb === null || durationMs === null ? [] : [{ memoryMb, durationMs }],
    ),
  );
}
