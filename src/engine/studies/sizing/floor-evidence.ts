import type { FunctionInfo } from '../../../protocol/functions.ts';
import type { NewSample, Outcome } from '../../../protocol/samples.ts';
import type { Floor } from '../../../protocol/sizing.ts';
import type { Sizes } from '../../targets/target.ts';
import { headroomFor, memoryFloor } from './floor.ts';

/** The memory floor by what was measured so far. */
export function floorOf(fn: FunctionInfo, samples: readonly NewSample[], range: Sizes): Floor {
  const sizes = (outcome: Outcome): number[] =>
    samples.filter((sample) => sample.outcome === outcome).flatMap((sample) => sample.memoryMb ?? []);
  // A sandbox that ran out of memory used all it had: that is a failure at its size, not a peak.
  const peaks = samples.flatMap((sample) => (sample.outcome === 'oom' ? [] : (sample.peakRssMb ?? [])));
  return memoryFloor({
    peakMb: peaks.length > 0 ? Math.max(...peaks) : null,
    headroom: headroomFor(fn),
    range,
    succeededMb: sizes('ok'),
    outOfMemoryMb: sizes('oom'),
    timedOutMb: sizes('timeout'),
  });
}
