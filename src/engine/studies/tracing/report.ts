import type { TraceCost, TraceHull, TraceProbe, TraceReport, TraceRun, TraceWaste } from '../../../protocol/tracing.ts';
import { mean } from '../../numerics/statistics.ts';
import { type Bill, billOf } from '../../pricing/providers/cost.ts';
import type { ProviderPrice } from '../../pricing/providers/price.ts';
import { withoutFreeTier } from '../../pricing/providers/table.ts';
import { callsOf, type TracedCall } from './calls.ts';
import { figuresOf } from './figures.ts';
import { type Hull, maximumHull, runsInBins, upscalingHull } from './hull.ts';
import { limitSteps } from './limits.ts';
import { isProven, replay } from './replay.ts';
import { bytesInMb, largest, type Trace } from './trace.ts';
import { sharesOf, wasteOf } from './waste.ts';

export type ReportInput = {
  subject: string;
  createdAtMs: number;
  probe: TraceProbe;
  traces: readonly Trace[];
  prices: readonly ProviderPrice[];
  /** Whose bill is split; one of `prices`. */
  provider: string;
  /** Size that is paid for now, MB; without one, the smallest that holds the peak. */
  sizeMb?: number;
  hull?: HullWish;
};

export type HullWish = {
  binMs: number;
  margin: number;
  /** Without one, the largest peak in whole MB. */
  staticMb?: number;
  /** p99 of the time that a change of the limit takes on this machine. */
  delayMs: number;
};

const million = 1_000_000;

/** Concludes from runs. A run that failed or ran out of memory is shown and not billed: a call that works would use more. */
export function traceReport(input: ReportInput): TraceReport {
  const { traces, prices, provider, sizeMb, hull } = input;
  const calls = traces.filter(({ ending }) => !ending.isOom && ending.isFailed !== true).flatMap(callsOf);
  const price = prices.find(({ id }) => id === provider);
  return {
    schema: 'reef/trace@1',
    subject: input.subject,
    created_at: new Date(input.createdAtMs).toISOString(),
    probe: input.probe,
    runs: traces.map(runOf),
    cost: prices.flatMap((row) => costOf(row, calls, sizeMb) ?? []),
    waste: price === undefined ? null : wasteReport(price, calls, sizeMb),
    waste_by_provider: prices.flatMap((row) => wasteReport(row, calls, sizeMb) ?? []),
    ...(hull !== undefined && { hull: hullReport(traces, hull) }),
  };
}

function runOf(trace: Trace): TraceRun {
  const figures = figuresOf(trace);
  const { exitCode, signal, isOom } = trace.ending;
  return {
    peak_mb: figures.peakMb,
    working_set_peak_mb: figures.workingSetPeakMb,
    anonymous_peak_mb: figures.anonymousPeakMb,
    file_peak_mb: figures.filePeakMb,
    kernel_peak_mb: figures.kernelPeakMb,
    duration_ms: figures.durationMs,
    cpu_ms: figures.cpuMs,
    samples: figures.samples,
    samples_per_s: figures.samplesPerS,
    first_sample_ms: figures.firstSampleMs,
    gap_p99_ms: figures.gapP99Ms,
    missed: figures.missed,
    lost: figures.lost,
    exit: exitCode,
    signal,
    oom: isOom,
    started_at_ms: trace.startedAtMs,
    period_ms: trace.periodMs,
    phases: trace.phases.map(({ name, requestId, startMs, endMs }) => ({
      name,
      request_id: requestId,
      start_ms: startMs,
      end_ms: endMs,
    })),
    probe_cpu_ms: trace.probeCpuMs,
  };
}

/** One size serves all calls, so the largest peak counts for each. */
function costOf(price: ProviderPrice, calls: readonly TracedCall[], sizeMb = 0): TraceCost | null {
  const peakMb = calls.reduce((most, call) => Math.max(most, call.peakMb), 0);
  const bills = calls.map((call) => billOf(withoutFreeTier(price), { ...call, peakMb }, million, Math.max(sizeMb, peakMb)));
  const [first] = bills;
  if (first === undefined || first === null) return null;
  const of = (figure: (bill: Bill) => number | null): number => mean(bills.flatMap((bill) => (bill && figure(bill)) ?? []));
  return {
    provider: price.id,
    name: price.name,
    date: price.date,
    source: price.source,
    assumes: price.assumes,
    memory_mb: first.allocated.memoryMb,
    cost_per_million_usd: of((bill) => bill.costUsd),
    net_per_million_usd: of((bill) => bill.netUsd),
    overhead_per_million_usd: of((bill) => bill.overheadUsd),
    wasted_ms: of((bill) => bill.wastedMs),
    wasted_mb: of((bill) => bill.wastedMb),
    memory_overhead: first.memoryOverhead === null ? null : of((bill) => bill.memoryOverhead),
    time_overhead: first.timeOverhead === null ? null : of((bill) => bill.timeOverhead),
  };
}

function wasteReport(price: ProviderPrice, calls: readonly TracedCall[], sizeMb: number | undefined): TraceWaste | null {
  const waste = wasteOf(calls, price, sizeMb);
  if (waste === null) return null;
  return { provider: price.id, billed_mb_s: waste.billedMbMs / 1000, ...sharesOf(waste) };
}

function hullReport(traces: readonly Trace[], wish: HullWish): TraceHull {
  return hullReportOf(traces, wish, null);
}

/** The hull of runs with limits that follow it, or with given limits of the same bins, replayed. */
export function hullReportOf(
  traces: readonly Trace[],
  { binMs, margin, delayMs, ...wish }: HullWish,
  given: Hull | null,
): TraceHull {
  const runs = traces.map(({ usage }) => usage);
  const peakMb = runs.reduce((most, run) => Math.max(most, largest(run) ?? 0), 0) / bytesInMb;
  const staticMb = Math.max(wish.staticMb ?? 0, Math.ceil(peakMb));
  const lookAheadMs = delayMs + binMs;
  const hull = maximumHull(runs, binMs);
  const limits = given ?? upscalingHull(hull, { lookAheadMs, margin, staticMb });
  const steps = limitSteps(limits, staticMb);
  const replays = runs.map((run) => replay(run, steps, { lagMs: delayMs, staticMb }));
  return {
    bin_ms: binMs,
    memory_mb: hull.memoryMb,
    limits_mb: limits.memoryMb,
    runs: runsInBins(runs, hull),
    look_ahead_ms: lookAheadMs,
    margin,
    static_mb: staticMb,
    delay_ms: delayMs,
    violation_ms: replays.reduce((sum, { violationMs }) => sum + violationMs, 0),
    worst_deficit_mb: replays.reduce((worst, { worstDeficitMb }) => Math.max(worst, worstDeficitMb), 0),
    reserved_share: replays.length === 0 ? 1 : mean(replays.map(({ reservedShare }) => reservedShare)),
    proven: isProven(runs, steps, delayMs, staticMb),
  };
}
