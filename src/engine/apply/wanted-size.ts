import { existsSync } from 'node:fs';
import { ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';
import type { SizingReport } from '../../protocol/sizing.ts';
import type { EngineContext } from '../context.ts';

/** Which size: the number itself, that of a run's report, or without either that of the function's latest report. */
export type SizeChoice = { memoryMb?: number | undefined; runId?: string | undefined };

/** A size to apply, and the report that recommends it or at least knows what it costs; null without a report. */
export type WantedSize = { memoryMb: number; report: SizingReport | null };

/** Memory sizes of AWS Lambda, MB, in steps of 1; an account may have fewer. Source: AWS Lambda quotas. */
const smallestMb = 128;
const largestMb = 10_240;

/** @throws ReefError `invalid-settings`, `not-enough-data`, `no-such-run` */
export function wantedSize(context: EngineContext, fn: FunctionInfo, { memoryMb, runId }: SizeChoice): WantedSize {
  const report = runId === undefined ? latestReport(context, fn) : reportOf(context, fn, runId);
  if (memoryMb !== undefined) {
    if (!Number.isInteger(memoryMb) || memoryMb < smallestMb || memoryMb > largestMb) {
      const sentence = `A function has ${smallestMb} to ${largestMb} MB, in whole numbers, not ${memoryMb}: choose such a size.`;
      throw new ReefError('invalid-settings', sentence);
    }
    return { memoryMb, report };
  }
  if (report === null) {
    const sentence = `There is no recommendation for ${fn.name} yet: profile it first, or name a size.`;
    throw new ReefError('not-enough-data', sentence);
  }
  return { memoryMb: report.recommendation.memory_mb, report };
}

function reportOf(context: EngineContext, fn: FunctionInfo, runId: string): SizingReport {
  const report = hasStore(context) ? context.store().report(runId) : undefined;
  if (report === undefined) {
    throw new ReefError('no-such-run', `There is no report of run "${runId}": "reef runs" lists the runs that have one.`);
  }
  if (report.function.id === fn.id) return report;
  const sentence = `Run ${runId} is of ${report.function.name}, not of ${fn.name}: name a run of that function.`;
  throw new ReefError('no-such-run', sentence);
}

function latestReport(context: EngineContext, fn: FunctionInfo): SizingReport | null {
  if (!hasStore(context)) return null;
  const latest = context.store().latestFigures([fn.id]).get(fn.id);
  return latest === undefined ? null : (context.store().report(latest.run_id) ?? null);
}

/** Looking for a report does not make a store. */
function hasStore({ storePath }: EngineContext): boolean {
  return existsSync(storePath);
}
