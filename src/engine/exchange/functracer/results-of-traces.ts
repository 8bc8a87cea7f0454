import { billOf } from '../../pricing/providers/cost.ts';
import { providerPrices, withoutFreeTier } from '../../pricing/providers/table.ts';
import { bytesInMb, largest, type Trace } from '../../studies/tracing/trace.ts';
import { type RunResult, runResult } from './results-dat.ts';

const million = 1_000_000;
/** The rule that functracer's results are priced by: steps of 100 ms and 64 MB. */
const rule = 'aws-2020';

/** A line a run, from the container's start to its end; runs without readings are left out, as functracer leaves them out. */
export function resultsOf(traces: Iterable<Trace>): RunResult[] {
  const price = providerPrices.find(({ id }) => id === rule);
  if (price === undefined) throw new RangeError(`There is no price ${rule}`);
  return [...traces].flatMap(({ usage, endMs }) => {
    const peakBytes = largest(usage);
    if (peakBytes === null) return [];
    // Whole MB, as it counts them.
    const peakMb = Math.ceil(peakBytes / bytesInMb);
    const bill = billOf(withoutFreeTier(price), { durationMs: endMs, initMs: 0, peakMb, over: [] }, million);
    return bill === null ? [] : [runResult(endMs, peakMb, bill)];
  });
}
