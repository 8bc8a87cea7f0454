import { formatFactor, formatMemory, formatPercent } from '../../src/engine/format/format.ts';
import type { Mark } from '../../src/engine/report/rows.ts';
import type { Objective, SizingReport } from '../../src/protocol/sizing.ts';
import { outcomes } from '../shared/outcomes.ts';

/** The words for what a report says in codes: goals, marks, outcomes, basis. */

export const goals: Record<Objective['goal'], { label: string; description: string }> = {
  cost: { label: 'Cheapest', description: 'The size with the lowest cost per call.' },
  balanced: { label: 'Balanced', description: 'The best compromise of cost and duration, each counted in proportion.' },
  fastest: { label: 'Fastest within tolerance', description: 'The fastest size that costs no more than the tolerance allows.' },
};

export const marks: Record<Mark, string> = {
  recommended: 'recommended',
  current: 'current',
  floor: 'memory floor',
  'below-floor': 'below the floor',
  'too-slow': 'reached the timeout',
};

/** Where the figures come from, as the badge beside the title says it. */
export function basisLabel(report: SizingReport): string {
  if (report.target.startsWith('replay')) return 'Recorded curve';
  return report.basis === 'measured' ? 'Measured' : 'Predicted from full-speed runs on this machine';
}

/** One line about attempts that the curve leaves out; empty when every attempt went well. */
export function failuresText(report: SizingReport): string {
  const counts = new Map<string, number>();
  for (const point of report.points) {
    if (point.outcome === 'ok') continue;
    const place = point.memory_mb === null ? '' : ` at ${formatMemory(point.memory_mb)}`;
    const what = `${outcomes[point.outcome]}${place}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return '';
  const list = [...counts].map(([what, count]) => `${count} × ${what}`).join(', ');
  return `${total} of ${report.points.length} attempts failed and are not part of the curve: ${list}.`;
}

/** `×1.9 faster`; empty when it hardly differs or is not known. */
export function speedText(speedup: number | null): string {
  if (speedup === null || Math.abs(speedup - 1) < 0.05) return '';
  return speedup > 1 ? `${formatFactor(speedup)} faster` : `${formatFactor(1 / speedup)} slower`;
}

/** `12 % less`; empty when it hardly differs or noise hides it. */
export function costText(saving: number | null): string {
  if (saving === null || Math.abs(saving) < 0.005) return '';
  return saving > 0 ? `${formatPercent(saving)} less` : `${formatPercent(-saving)} more`;
}

/** What the measurements say as a whole, where that is more than a size. */
export const verdicts: Record<NonNullable<SizingReport['verdict']>, string> = {
  clear: '',
  flat: 'Memory hardly matters: choose by latency.',
  noisy: 'Too noisy to say: its calls vary too much to tell sizes apart.',
};
