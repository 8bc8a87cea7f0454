import type { Point } from 'chart.js';
import type { SamplePoint } from '../../src/protocol/sizing.ts';
import { withAlpha, type Theme } from '../shared/theme.ts';
import { attemptGroups, otherTargets, type AttemptGroup } from './attempts.ts';
import { base, common, type LineDataset, type Series } from './series.ts';

/** Colours of targets other than the report's own, by their order; more than these share the last. */
const targetColours = ['target2', 'target3', 'foreground'] as const;
const pointStyles = { warm: 'circle', cold: 'triangle', failed: 'crossRot' } as const;
const pointRadii = { warm: 3, cold: 5, failed: 5 } as const;

/** Where an attempt is drawn; null where it cannot be. The index counts within its group. */
export type PlaceOf = (attempt: SamplePoint, index: number) => number | null;

/** Attempts as series: shape says warm, cold or failed, colour the target, a hollow point that it was found. */
export function attemptSeries(points: readonly SamplePoint[], theme: Theme, placeOf: PlaceOf): Series[] {
  const groups = attemptGroups(points);
  const targets = otherTargets(groups);
  return groups
    .map((group): Series => {
      const place = group.target === null ? -1 : Math.min(targets.indexOf(group.target), targetColours.length - 1);
      const colour = group.kind === 'failed' ? 'floor' : (targetColours[place] ?? 'duration');
      const drawn = drawable(group, placeOf);
      return {
        ...common(group.key, group.label, group.kind, colour),
        hollow: group.free,
        optional: true,
        dataset: { ...style(group, theme[colour], theme), data: drawn.points },
        attempts: drawn.attempts,
      };
    })
    .filter(({ attempts }) => attempts.length > 0);
}

function style({ kind, free }: AttemptGroup, colour: string, theme: Theme): Omit<LineDataset, 'data'> {
  return {
    ...base('duration'),
    // Above the curve, which a lower order means.
    order: 0,
    showLine: false,
    pointStyle: pointStyles[kind],
    pointRadius: pointRadii[kind],
    pointHoverRadius: 6,
    pointBorderWidth: kind === 'failed' ? 2 : 1.5,
    borderColor: colour,
    backgroundColor: free || theme.highContrast ? 'transparent' : withAlpha(colour, 0.35),
  };
}

/** A failed attempt whose duration is not known stands at zero. */
function drawable(group: AttemptGroup, placeOf: PlaceOf): { points: Point[]; attempts: SamplePoint[] } {
  const points: Point[] = [];
  const attempts: SamplePoint[] = [];
  for (const [index, attempt] of group.attempts.entries()) {
    const x = placeOf(attempt, index);
    const y = attempt.duration_ms ?? (group.kind === 'failed' ? 0 : null);
    if (x === null || y === null) continue;
    points.push({ x, y });
    attempts.push(attempt);
  }
  return { points, attempts };
}
