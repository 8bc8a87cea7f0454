import { traceReport } from '../../src/engine/studies/tracing/report.ts';
import { bytesInMb, curveOf, type Curve, type Trace } from '../../src/engine/studies/tracing/trace.ts';
import { providerPrices } from '../../src/engine/pricing/providers/table.ts';
import type { TraceReport } from '../../src/protocol/tracing.ts';

/** Share of the duration and MB in use there: how a function that loads and transforms an image uses memory. */
const shape = [
  [0, 4],
  [0.04, 54],
  [0.12, 232],
  [0.19, 380],
  [0.23, 532],
  [0.36, 584],
  [0.51, 648],
  [0.77, 666],
  [0.84, 733],
  [0.88, 773],
  [0.9, 120],
  [0.99, 169],
  [1, 2],
] as const;

/** Parts that the finer counters see, and how much more rarely they are read. */
const everyFinerReading = 10;

/**
 * A run of the shape with readings each `periodMs`: memory that climbs between collections, a spike of one reading that no
 * thinning out may lose, the finer curves read a tenth as often, init and two requests.
 */
export function tracedRun(readings: number, { periodMs = 1, scale = 1 } = {}): Trace {
  const endMs = (readings - 1) * periodMs;
  const at = (i: number): number => memoryAt(i / (readings - 1), i) * scale * bytesInMb;
  const usage = curve(readings, periodMs, (i) => (i === spikeAt(readings) ? 800 * scale * bytesInMb : at(i)));
  const finer = (share: number): Curve =>
    curve(Math.ceil(readings / everyFinerReading), periodMs * everyFinerReading, (i) => at(i * everyFinerReading) * share);
  return {
    probe: 'wrapper',
    startedAtMs: Date.UTC(2026, 10, 20, 9),
    periodMs,
    usage,
    workingSet: finer(0.86),
    anonymous: finer(0.7),
    file: finer(0.2),
    limit: curveOf([[0, 1024 * scale * bytesInMb]]),
    cpu: curve(Math.ceil(readings / everyFinerReading), periodMs * everyFinerReading, (i) => i * periodMs * 8),
    kernelPeakBytes: 800 * scale * bytesInMb,
    phases: [
      { name: 'init', requestId: null, startMs: 0, endMs: endMs * 0.12 },
      { name: 'invoke', requestId: '6f1c0a52-1', startMs: endMs * 0.12, endMs: endMs * 0.6 },
      { name: 'invoke', requestId: 'b7d94e10-2', startMs: endMs * 0.62, endMs: endMs },
    ],
    endMs,
    ending: { exitCode: 0, signal: null, isOom: false },
    missed: 0,
    lost: 0,
    probeCpuMs: endMs * 0.02,
  };
}

/** Index of the reading that stands alone. */
export function spikeAt(readings: number): number {
  return Math.floor(readings * 0.7) + 1;
}

/** What the study concludes from such runs. */
export function reportOf(traces: readonly Trace[], change: Partial<TraceReport> = {}): TraceReport {
  return {
    ...traceReport({
      subject: 'ResizeImage',
      createdAtMs: Date.UTC(2026, 10, 20, 9, 30),
      probe: {
        kind: 'wrapper',
        samples_per_s: 1000,
        error: 'A spike shorter than 1 ms may be missed.',
        passed_over: [],
      },
      traces,
      prices: providerPrices,
      provider: 'aws-x86',
      sizeMb: 1024,
      hull: { binMs: 100, margin: 0.1, delayMs: 25 },
    }),
    ...change,
  };
}

function curve(length: number, periodMs: number, value: (i: number) => number): Curve {
  const indices = { length };
  return {
    timeMs: Float64Array.from(indices, (_, i) => i * periodMs),
    values: Float64Array.from(indices, (_, i) => value(i)),
  };
}

function memoryAt(share: number, i: number): number {
  const after = shape.findIndex(([from]) => from >= share);
  const [toShare, toMb] = shape[Math.max(1, after)] ?? [1, 2];
  const [fromShare, fromMb] = shape[Math.max(0, after - 1)] ?? [0, 4];
  const between = toShare === fromShare ? 0 : (share - fromShare) / (toShare - fromShare);
  // A collector that frees every 240 readings.
  return fromMb + between * (toMb - fromMb) + Math.min(fromMb, 18) * ((i % 240) / 240);
}
