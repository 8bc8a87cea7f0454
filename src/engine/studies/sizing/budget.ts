import type { SizingSettings } from '../../../protocol/sizing.ts';
import { formatDuration, formatUsd } from '../../format/format.ts';
import type { Clock } from '../ports.ts';

export type Limits = Pick<SizingSettings, 'maxInvocations' | 'maxCostUsd' | 'maxTimeMs'>;

/** What a study has used and may still use. Every attempt counts, whatever its outcome. */
export interface Budget {
  readonly invocations: number;
  readonly costUsd: number;
  elapsedMs(): number;
  /** Null when one more call of this expected cost is allowed, otherwise the limit that forbids it, in words. */
  refusal(expectedCostUsd: number): string | null;
  add(costUsd: number): void;
}

export function createBudget(limits: Limits, clock: Clock): Budget {
  const startedAtMs = clock.nowMs();
  let invocations = 0;
  let spentUsd = 0;
  const elapsedMs = (): number => clock.nowMs() - startedAtMs;
  return {
    get invocations() {
      return invocations;
    },
    get costUsd() {
      return spentUsd;
    },
    elapsedMs,
    refusal(expectedCostUsd) {
      if (invocations >= limits.maxInvocations)
        return `the limit of ${limits.maxInvocations} call${limits.maxInvocations === 1 ? '' : 's'}`;
      if (spentUsd + expectedCostUsd > limits.maxCostUsd) return `the limit of ${formatUsd(limits.maxCostUsd)}`;
      if (elapsedMs() >= limits.maxTimeMs) return `the limit of ${formatDuration(limits.maxTimeMs)}`;
      return null;
    },
    add(costUsd) {
      invocations += 1;
      spentUsd += costUsd;
    },
  };
}
