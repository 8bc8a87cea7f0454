import type { TraceProbe } from '../../../src/protocol/tracing.ts';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { providerPrices } from '../../../src/engine/pricing/providers/table.ts';
import { traceReport } from '../../../src/engine/studies/tracing/report.ts';
import { bytesInMb, type Curve, curveOf } from '../../../src/engine/studies/tracing/trace.ts';
import { storedTrace, tracedRun } from '../../../src/engine/tracing/points.ts';
import { traceOf } from './traces.ts';

/** Readings a ms apart at most moments of which some were not read. */
const curve: fc.Arbitrary<Curve> = fc
  .uniqueArray(fc.tuple(fc.nat(50), fc.nat(2 ** 33)), { selector: ([timeMs]) => timeMs })
  .map((points) => curveOf(points.toSorted(([a], [b]) => a - b).map(([timeMs, value]) => [timeMs + 0.25, value])));

it('brings back every reading of a run as it was', () => {
  fc.assert(
    fc.property(curve, curve, curve, (usage, workingSet, cpu) => {
      const trace = traceOf(usage, {
        workingSet,
        cpu,
        limit: curveOf([[0, Infinity]]),
        startedAtMs: 1_760_000_000_000.5,
        kernelPeakBytes: 7 * bytesInMb + 4096,
        phases: [{ name: 'invoke', requestId: 'a', startMs: 1, endMs: 2 }],
        probeCpuMs: 0.25,
      });
      const probe: TraceProbe = { kind: 'wrapper', samples_per_s: 1000, error: '', passed_over: [] };
      const input = { subject: 's', createdAtMs: 0, probe, traces: [trace], prices: providerPrices, provider: 'aws-x86' };
      const [run] = traceReport(input).runs;
      if (run === undefined) throw new Error('a report has its runs');
      expect(tracedRun(storedTrace(trace), 'wrapper', run)).toEqual(trace);
    }),
  );
});
