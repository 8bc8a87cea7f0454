import { existsSync } from 'node:fs';
import * as z from 'zod/mini';
import type { DeployedFunction, LogFigures } from '../../protocol/deployed.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';
import type { NewSample } from '../../protocol/samples.ts';
import type { EngineContext } from '../context.ts';
import type { LogEntry } from '../exchange/logs/entry.ts';
import { latestEntries } from '../exchange/logs/latest-entries.ts';
import { createLogReader } from '../exchange/logs/read-logs.ts';
import { samplesOf } from '../exchange/logs/samples.ts';
import { type SummarisedCall, summarise } from '../exchange/logs/summary.ts';
import { invalidImport } from '../exchange/invalid.ts';
import { mean } from '../numerics/statistics.ts';
import { monthMs } from '../savings/calls.ts';
import type { Period } from '../targets/function-logs.ts';
import type { Target } from '../targets/target.ts';
import { catalogOf } from './deployed.ts';

export type LogFiguresRequest = {
  target: string;
  /** Name or id. */
  function: string;
  days: number;
  /** True: the log is read even where logs of these days were imported. */
  fresh?: boolean;
};

/** Events that are read at most: some ten pages of them, a few seconds. */
const mostEvents = 150_000;
const dayMs = 24 * 3_600_000;
const maxRuns = 500;

/** Calls of a period, and how much of it they are from. */
type Evidence = Pick<LogFigures, 'from' | 'complete' | 'leftOut'> & { samples: readonly NewSample[]; coveredMs: number };

/**
 * What the logs of a deployed function say of its latest calls: those that were imported, else those that its cloud has.
 * @throws ReefError `invalid-import` where the target keeps no logs, and what the target throws
 */
export async function logFigures(context: EngineContext, request: LogFiguresRequest, signal: AbortSignal): Promise<LogFigures> {
  await using target = await context.target(request.target);
  const { function: fn } = await context.functionOn(target, request, signal);
  const deployed = await catalogOf(target).describe(fn.deployedId ?? fn.id, signal);
  const period = { fromMs: context.clock.nowMs() - request.days * dayMs, toMs: context.clock.nowMs() };
  const stored = request.fresh === true ? null : storedCalls(context, fn, deployed, period);
  return figuresOf(stored ?? (await loggedCalls(target, fn, deployed, period, signal)), deployed.memoryMb);
}

/** Of an import from a cloud: the function that it was of, and the days that it was asked for. */
const ImportedFrom = z.object({ source: z.literal('logs'), deployed: z.string(), from_ms: z.number(), to_ms: z.number() });

function storedCalls(context: EngineContext, fn: FunctionInfo, { id }: DeployedFunction, period: Period): Evidence | null {
  // Looking at figures makes no store.
  if (!existsSync(context.storePath)) return null;
  const store = context.store();
  const imports = store.runsOf(fn.id, maxRuns).flatMap((run) => {
    const from = ImportedFrom.safeParse(run.settings);
    return run.study === 'import' && from.success && from.data.deployed === id ? [{ run, ...from.data }] : [];
  });
  const samples = imports
    .flatMap(({ run }) => store.samples(run.id))
    .filter(({ startedAtMs }) => startedAtMs >= period.fromMs && startedAtMs <= period.toMs);
  if (samples.length === 0) return null;
  const periods = imports.map(({ from_ms: fromMs, to_ms: toMs }) => ({
    fromMs: Math.max(fromMs, period.fromMs),
    toMs: Math.min(toMs, period.toMs),
  }));
  return { from: 'store', samples, coveredMs: unionMs(periods), complete: true, leftOut: 0 };
}

/** Length of what any of the periods covers. */
function unionMs(periods: readonly Period[]): number {
  let coveredMs = 0;
  let endMs = -Infinity;
  for (const { fromMs, toMs } of periods.toSorted((a, b) => a.fromMs - b.fromMs)) {
    coveredMs += Math.max(0, toMs - Math.max(fromMs, endMs));
    endMs = Math.max(endMs, toMs);
  }
  return coveredMs;
}

async function loggedCalls(
  target: Target,
  fn: FunctionInfo,
  { architecture, region }: DeployedFunction,
  period: Period,
  signal: AbortSignal,
): Promise<Evidence> {
  const read = (part: Period): AsyncIterable<LogEntry[]> => {
    if (target.logs === undefined) throw invalidImport(`The target ${target.name} keeps no logs.`);
    return target.logs.read(fn, part, signal);
  };
  const { entries, coveredMs, complete } = await latestEntries(read, period, mostEvents);
  const reader = createLogReader();
  entries.forEach(reader.take);
  const { calls, withoutReport, unparsed } = reader.reading();
  const samples = samplesOf(calls, { runId: '', architecture, importedAtMs: period.toMs, region });
  return { from: 'logs', samples, coveredMs, complete, leftOut: withoutReport + unparsed.count };
}

function figuresOf({ samples, coveredMs, ...evidence }: Evidence, ownMb: number): LogFigures {
  const summary = summarise(samples.flatMap(asCall));
  const own = summary.sizes.find(({ memoryMb }) => memoryMb === ownMb);
  const size = own ?? summary.sizes.toSorted((a, b) => b.calls - a.calls)[0];
  const costs = samples.flatMap(({ costUsd }) => costUsd ?? []);
  const perMonth = coveredMs > 0 ? (summary.calls / coveredMs) * monthMs : null;
  return {
    ...evidence,
    calls: summary.calls,
    failed: summary.calls - (summary.outcomes.ok ?? 0),
    firstMs: summary.fromMs,
    lastMs: summary.toMs,
    days: coveredMs / dayMs,
    memoryMb: size?.memoryMb ?? null,
    warm: size?.warm ?? 0,
    p50Ms: size?.p50Ms ?? null,
    p95Ms: size?.p95Ms ?? null,
    initMs: size?.initMs ?? null,
    peakMb: size?.peakMb ?? null,
    coldRate: summary.calls === 0 ? null : summary.coldRate,
    callsPerDay: coveredMs > 0 ? (summary.calls / coveredMs) * dayMs : null,
    costPerMonthUsd: costs.length === 0 || perMonth === null ? null : mean(costs) * perMonth,
  };
}

/** A sample of a log as the call that it was. */
function asCall({ memoryMb, durationMs, peakRssMb, ...sample }: NewSample): SummarisedCall[] {
  if (memoryMb === null || durationMs === null) return [];
  return [{ ...sample, memoryMb, durationMs, restoreMs: null, peakMb: peakRssMb }];
}
