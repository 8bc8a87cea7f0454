import { formatDuration, formatInterval, formatMemory } from '../../src/engine/format/format.ts';
import type { SamplePoint, SizingReport } from '../../src/protocol/sizing.ts';
import { outcomes } from '../shared/outcomes.ts';

export type AttemptKind = 'warm' | 'cold' | 'failed';

/** Attempts that are drawn and named alike: of one kind, from one target, made by the study or found by it. */
export type AttemptGroup = {
  key: string;
  kind: AttemptKind;
  free: boolean;
  /** Where they ran when that is not the report's target; null for the report's own. */
  target: string | null;
  label: string;
  attempts: SamplePoint[];
};

const kinds: Record<AttemptKind, string> = { warm: 'Warm call', cold: 'Cold call', failed: 'Failed call' };
const kindOrder: AttemptKind[] = ['warm', 'cold', 'failed'];

export function kindOf({ outcome, cold }: SamplePoint): AttemptKind {
  if (outcome !== 'ok') return 'failed';
  return cold ? 'cold' : 'warm';
}

/** The attempts by target, then origin, then kind; the report's own come first. */
export function attemptGroups(points: readonly SamplePoint[]): AttemptGroup[] {
  const groups = new Map<string, AttemptGroup>();
  for (const attempt of points) {
    const kind = kindOf(attempt);
    const free = attempt.free === true;
    const target = attempt.target ?? null;
    const key = [kind, free ? 'found' : 'made', target ?? ''].join(' ');
    const label = [kinds[kind], ...(target === null ? [] : [` on ${target}`]), ...(free ? [', found'] : [])].join('');
    const group = groups.get(key) ?? { key, kind, free, target, label, attempts: [] };
    group.attempts.push(attempt);
    groups.set(key, group);
  }
  return [...groups.values()].toSorted(
    (a, b) =>
      (a.target ?? '').localeCompare(b.target ?? '') ||
      Number(a.free) - Number(b.free) ||
      kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind),
  );
}

/** The targets besides the report's own, in the order in which they get a colour. */
export function otherTargets(groups: readonly AttemptGroup[]): string[] {
  return [...new Set(groups.map(({ target }) => target).filter((target) => target !== null))];
}

/** One line about an attempt: `512 MB: 41 ms`, `128 MB: out of memory`. */
export function attemptText({ memory_mb, duration_ms, outcome }: SamplePoint): string {
  const place = memory_mb === null ? '' : `${formatMemory(memory_mb)}: `;
  const took = duration_ms === null ? '' : formatDuration(duration_ms);
  const what = outcome === 'ok' ? took : [outcomes[outcome], took && `after ${took}`].filter(Boolean).join(' ');
  return `${place}${what}`;
}

/** For each group with attempts at a size: `8 × warm call: 38–45 ms`. */
export function attemptsAt(report: SizingReport, memoryMb: number): string[] {
  return attemptGroups(report.points.filter((point) => point.memory_mb === memoryMb)).map(({ label, attempts }) => {
    const durations = attempts.map(({ duration_ms }) => duration_ms).filter((duration) => duration !== null);
    const span = durations.length === 0 ? '' : `: ${formatInterval([Math.min(...durations), Math.max(...durations)])}`;
    return `${attempts.length} × ${label.toLowerCase()}${span}`;
  });
}
