import type { CallUse } from '../../pricing/providers/cost.ts';
import { areaUnder, bytesInMb, largest, spansOf, type Trace, within } from './trace.ts';

/** A call as it is billed, and the area under its memory, MB · ms. */
export type TracedCall = CallUse & { usedMbMs: number };

/**
 * The calls of a run: its invocations, the first with the time before it, or the run as a whole where it has none. All have
 * the run's peak, as one size serves them all. Empty without readings.
 */
export function callsOf({ phases, usage, endMs }: Trace): TracedCall[] {
  const peakBytes = largest(usage);
  if (peakBytes === null) return [];
  const invocations = phases.filter(({ name }) => name === 'invoke');
  const initMs = phases.filter(({ name }) => name === 'init').reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const spans = invocations.length > 0 ? invocations : [{ startMs: 0, endMs }];
  return spans.map(({ startMs, endMs }, index) => {
    const part = within(usage, startMs, endMs);
    return {
      durationMs: endMs - startMs,
      initMs: index === 0 ? initMs : 0,
      peakMb: peakBytes / bytesInMb,
      over: spansOf(part).map(({ durationMs, value }) => ({ durationMs, memoryMb: value / bytesInMb })),
      usedMbMs: areaUnder(part) / bytesInMb,
    };
  });
}
