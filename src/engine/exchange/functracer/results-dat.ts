import type { Bill } from '../../pricing/providers/cost.ts';
import { invalidImport } from '../invalid.ts';

/**
 * functracer-multi's `autostats<n>-results.dat`: a line a run, blank-separated, no header. Costs are USD for a million calls
 * under the rule of 2020. Source: functracer of 2020, script costcalculator.
 */
export type RunResult = {
  durationMs: number;
  peakMb: number;
  /** Billed time in units of 100 ms. */
  billedUnits: number;
  billedMb: number;
  costUsd: number;
  netUsd: number;
  overheadUsd: number;
};

const columns = ['durationMs', 'peakMb', 'billedUnits', 'billedMb', 'costUsd', 'netUsd', 'overheadUsd'] as const;
const unitMs = 100;

/** @throws ReefError `invalid-import` */
export function parseResultsDat(text: string, file: string): RunResult[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.map((line, i) => {
    const numbers = line.trim().split(/\s+/).map(Number);
    const [durationMs, peakMb, billedUnits, billedMb, costUsd, netUsd, overheadUsd] = numbers;
    if (overheadUsd === undefined || numbers.length !== columns.length || !numbers.every((number) => number >= 0)) {
      throw invalidImport(`${file}, line ${i + 1}: there should be seven numbers, ${columns.join(' ')}.`);
    }
    return {
      durationMs: durationMs ?? 0,
      peakMb: peakMb ?? 0,
      billedUnits: billedUnits ?? 0,
      billedMb: billedMb ?? 0,
      costUsd: costUsd ?? 0,
      netUsd: netUsd ?? 0,
      overheadUsd,
    };
  });
}

/** A run's result from its bill of a million calls under the rule of 2020. */
export function runResult(
  durationMs: number,
  peakMb: number,
  { billedMs, allocated, costUsd, netUsd, overheadUsd }: Bill,
): RunResult {
  return {
    durationMs: Math.round(durationMs),
    peakMb: Math.ceil(peakMb),
    billedUnits: billedMs / unitMs,
    billedMb: allocated.memoryMb,
    costUsd,
    netUsd,
    overheadUsd,
  };
}

export function formatResultsDat(results: readonly RunResult[]): string {
  return results
    .map((result) => {
      const costs = [result.costUsd, result.netUsd, result.overheadUsd].map((usd) => usd.toFixed(2));
      return `${[result.durationMs, result.peakMb, result.billedUnits, result.billedMb, ...costs].join(' ')}\n`;
    })
    .join('');
}
