import { formatPercent } from '../format/format.ts';
import type { Drift } from '../studies/sizing/drift.ts';

const dayMs = 24 * 3_600_000;
/** After this, prices, packages and data have moved on. */
export const oldAfterMs = 30 * dayMs;

export type Known = {
  /** ISO 8601. */
  reportedAt: string;
  nowMs: number;
  /** Undefined where the code cannot be compared. */
  codeChanged?: boolean;
  drift?: Pick<Drift, 'verdict' | 'ratio'>;
};

/** Why a function should be profiled again, in a sentence; undefined while its report holds. */
export function staleSentence({ reportedAt, nowMs, codeChanged, drift }: Known): string | undefined {
  if (codeChanged === true) return `The code has changed since it was profiled on ${reportedAt.slice(0, 10)}: profile it again.`;
  const ratio = drift?.ratio ?? 1;
  if (drift?.verdict === 'slower')
    return `Calls since it was profiled take ${formatPercent(ratio - 1)} longer than the report says: profile it again.`;
  if (drift?.verdict === 'faster')
    return `Calls since it was profiled take ${formatPercent(1 - ratio)} less time than the report says: profile it again.`;
  const ageMs = nowMs - Date.parse(reportedAt);
  return ageMs > oldAfterMs ? `It was profiled ${Math.floor(ageMs / dayMs)} days ago: profile it again.` : undefined;
}
