import { type NewSample, unmeasured } from '../../../protocol/samples.ts';
import { attemptCostUsd } from '../../pricing/attempt-cost.ts';
import { lambdaPrice } from '../../pricing/prices.ts';
import type { Imported } from '../logs/samples.ts';
import type { TunedSize } from './share-url.ts';

/**
 * One sample a size: the average of calls whose number is not known, some of them perhaps cold. Sizes at 0 ms are left
 * out: Power Tuning counts a call whose report it could not read as 0 ms.
 */
export function averageSamples(sizes: readonly TunedSize[], imported: Imported): NewSample[] {
  const { runId, architecture, importedAtMs } = imported;
  const price = lambdaPrice(architecture);
  return measuredSizes(sizes).map(({ memoryMb, durationMs }, i) => {
    const measurement = {
      ...unmeasured,
      outcome: 'ok' as const,
      cold: false,
      startedAtMs: importedAtMs,
      durationMs,
      error: null,
    };
    return {
      ...measurement,
      runId,
      memoryMb,
      architecture,
      sandboxId: `average:${memoryMb}`,
      sandboxSequence: i + 1,
      eventName: null,
      costUsd: attemptCostUsd(price, memoryMb, measurement),
    };
  });
}

export function measuredSizes(sizes: readonly TunedSize[]): TunedSize[] {
  return sizes.filter(({ durationMs }) => durationMs > 0);
}
