import type { Architecture } from '../../../protocol/functions.ts';
import { type NewSample, unmeasured } from '../../../protocol/samples.ts';
import { attemptCostUsd } from '../../pricing/attempt-cost.ts';
import { lambdaPrice } from '../../pricing/prices.ts';
import type { LoggedCall } from './call-tracker.ts';

export type Imported = {
  runId: string;
  architecture: Architecture;
  /** Time of calls whose own the log does not tell. */
  importedAtMs: number;
  /** Whose prices hold; null or absent: those of the default region. */
  region?: string | null;
};

/** Samples of logged calls, in their order. A sandbox is a log stream; without streams each call has one of its own. */
export function samplesOf(calls: readonly LoggedCall[], imported: Imported): NewSample[] {
  const earlier = new Map<string, number>();
  return calls.map((call) => {
    const sandboxId = call.stream ?? `log:${call.requestId}`;
    const sequence = call.cold ? 0 : (earlier.get(sandboxId) ?? 1);
    earlier.set(sandboxId, sequence + 1);
    return sampleOf(call, sandboxId, sequence, imported);
  });
}

function sampleOf(call: LoggedCall, sandboxId: string, sandboxSequence: number, imported: Imported): NewSample {
  const { outcome, cold, memoryMb, errorType, message } = call;
  const { architecture, runId, importedAtMs, region } = imported;
  const measurement = {
    ...unmeasured,
    outcome,
    cold,
    startedAtMs: call.startedAtMs ?? importedAtMs,
    durationMs: measuredMs(call),
    initMs: call.initMs ?? call.restoreMs,
    peakRssMb: call.peakMb,
    error: errorType === null ? null : { type: errorType, message, stack: [] },
  };
  const price = lambdaPrice(architecture, region ?? undefined);
  const costUsd = attemptCostUsd(price, memoryMb, measurement, call.billedMs);
  return {
    ...measurement,
    runId,
    memoryMb,
    architecture,
    sandboxId,
    sandboxSequence,
    eventName: null,
    costUsd,
    requestId: call.requestId,
  };
}

/** Of a timeout, the limit that it reached: the report may be a little above. */
export function measuredMs({ limitMs, durationMs }: LoggedCall): number {
  return limitMs ?? durationMs;
}
