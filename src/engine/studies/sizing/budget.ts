import type { SizingSettings } from '../../../protocol/sizing.ts';
import { formatDuration, formatUsd } from '../../format/format.ts';
import type { Clock } from '../ports.ts';

export type Limits = Pick<SizingSettings, 'maxInvocations' | 'maxCostUsd' | 'maxTimeMs'>;

/** What a study has used and may still use. Every attempt counts, whatever its outcome. */
export interface Budget {
  readonly invocations: number;
  readonly costUsd: number;
  elapsedMs(): number;
  /** Makes room for one more call of this expected cost, and gives null; or the limit that forbids it, in words. */
  begin(expectedCostUsd: number): string | null;
  /** The call that began with this expectation has ended, at this cost. */
  end(expectedCostUsd: number, costUsd: number): void;
}

export function createBudget(limits: Limits, clock: Clock): Budget {
  const startedAtMs = clock.nowMs();
  let invocations = 0;
  let spentUsd = 0;
  let underWay = 0;
  let expectedUsd = 0;
  const elapsedMs = (): number => clock.nowMs() - startedAtMs;
  return {
    get invocations() {
      return invocations;
    },
    get costUsd() {
      return spentUsd;
    },
    elapsedMs,
    begin(expectedCostUsd) {
      if (invocations + underWay >= limits.maxInvocations)
        return `the limit of ${limits.maxInvocations} call${limits.maxInvocations === 1 ? '' : 's'}`;
      if (spentUsd + expectedUsd + expectedCostUsd > limits.maxCostUsd) return `the limit of ${formatUsd(limits.maxCostUsd)}`;
      if (elapsedMs() >= limits.maxTimeMs) return `the limit of ${formatDuration(limits.maxTimeMs)}`;
      underWay += 1;
      expectedUsd += expectedCostUsd;
      return null;
    },
    end(expectedCostUsd, costUsd) {
      underWay -= 1;
      expectedUsd -= expectedCostUsd;
      invocations += 1;
      spentUsd += costUsd;
    },
  };
}
