import type { ChartDataset, Point } from 'chart.js';
import { allRows } from '../../src/engine/report/rows.ts';
import type { Recommendation, SamplePoint, SizingReport } from '../../src/protocol/sizing.ts';
import { withAlpha, type Theme } from '../shared/theme.ts';
import { attemptGroups, otherTargets, type AttemptGroup } from './attempts.ts';

export type LineDataset = ChartDataset<'line', Point[]>;

/** How the legend draws a series; a CSS class each. */
export type Swatch = 'band' | 'line' | 'dashed' | 'dotted' | AttemptGroup['kind'];

/** What the chart draws as one dataset. */
export type Series = {
  /** Series with the same key are shown and hidden together. */
  key: string;
  /** Empty: the legend does not name it. */
  label: string;
  swatch: Swatch;
  /** Name of the theme colour, as a class of the legend. */
  colour: 'duration' | 'cost' | 'floor' | 'target2' | 'target3' | 'foreground';
  hollow: boolean;
  /** Whether the legend can hide it. */
  optional: boolean;
  dataset: LineDataset;
  /** The attempts behind the points, in their order. */
  attempts: SamplePoint[];
};

/** Places of the series that other parts of the chart refer to. */
export const datasetIndex = { intervalLow: 0, intervalHigh: 1, duration: 2, cost: 3 } as const;

/** Colours of targets other than the report's own, by their order; more than these share the last. */
const targetColours = ['target2', 'target3', 'foreground'] as const;

/**
 * The curve, its band and the attempts; with `other` the curve of another run beneath. Series differ by dash and point
 * shape, not by colour alone: shape says warm, cold or failed, colour the target, a hollow point that it was found.
 */
export function seriesOf(
  report: SizingReport,
  recommendation: Recommendation,
  theme: Theme,
  other: SizingReport | null,
): Series[] {
  const groups = attemptGroups(report.points);
  const targets = otherTargets(groups);
  const strip = fullSpeedStrip(report);
  const attempts = groups.map((group): Series => {
    const place = group.target === null ? -1 : Math.min(targets.indexOf(group.target), targetColours.length - 1);
    const colour = group.kind === 'failed' ? 'floor' : (targetColours[place] ?? 'duration');
    const { points, attempts } = attemptPoints(group, strip);
    return {
      ...common(group.key, group.label, group.kind, colour),
      hollow: group.free,
      optional: true,
      dataset: { ...attemptStyle(group, theme[colour], theme), data: points },
      attempts,
    };
  });
  return [
    ...curveSeries(report, recommendation, theme),
    ...attempts.filter(({ attempts }) => attempts.length > 0),
    ...(other === null ? [] : otherSeries(other, theme)),
  ];
}

function curveSeries(report: SizingReport, recommendation: Recommendation, theme: Theme): Series[] {
  const rows = allRows(report, recommendation);
  const bound = { ...base('duration'), borderWidth: theme.highContrast ? 1 : 0, borderDash: [2, 2], borderColor: theme.duration };
  const band = common('band', '90 % interval', 'band', 'duration');
  const low = { ...bound, data: rows.map((row) => ({ x: row.memory_mb, y: row.interval[0] })) };
  const high: LineDataset = {
    ...bound,
    data: rows.map((row) => ({ x: row.memory_mb, y: row.interval[1] })),
    fill: '-1',
    backgroundColor: withAlpha(theme.duration, theme.highContrast ? 0.25 : 0.18),
  };
  const duration: LineDataset = {
    ...base('duration'),
    data: rows.map((row) => ({ x: row.memory_mb, y: row.duration_ms })),
    borderColor: theme.duration,
    backgroundColor: theme.duration,
    borderWidth: 2,
    pointStyle: 'rectRot',
    pointRadius: rows.map((row) => (row.basis === 'measured' ? 4 : 0)),
    pointHoverRadius: 6,
  };
  const cost: LineDataset = {
    ...base('cost'),
    data: rows.map((row) => ({ x: row.memory_mb, y: row.cost_per_million_usd })),
    borderColor: theme.cost,
    backgroundColor: theme.cost,
    borderWidth: 2,
    borderDash: [7, 4],
    pointStyle: 'rect',
    pointHoverRadius: 5,
  };
  const durationLabel = report.basis === 'measured' ? 'Duration' : 'Duration (predicted)';
  return [
    { ...band, label: '', optional: true, dataset: low },
    { ...band, optional: true, dataset: high },
    { ...common('duration', durationLabel, 'line', 'duration'), dataset: duration },
    { ...common('cost', 'Cost per million calls', 'dashed', 'cost'), optional: true, dataset: cost },
  ];
}

/** Duration and cost of the run that is compared with: dotted, in the same colours. */
function otherSeries(other: SizingReport, theme: Theme): Series[] {
  const line = (
    yAxisID: 'duration' | 'cost',
    colour: string,
    y: (point: SizingReport['curve'][number]) => number,
  ): LineDataset => ({
    ...base(yAxisID),
    data: other.curve.map((point) => ({ x: point.memory_mb, y: y(point) })),
    borderColor: colour,
    borderWidth: 2,
    borderDash: [2, 3],
  });
  return [
    {
      ...common('other-duration', 'Duration of the other run', 'dotted', 'duration'),
      optional: true,
      dataset: line('duration', theme.duration, (point) => point.duration_ms),
    },
    {
      ...common('other-cost', 'Cost of the other run', 'dotted', 'cost'),
      optional: true,
      dataset: line('cost', theme.cost, (point) => point.cost_per_million_usd),
    },
  ];
}

function common(key: string, label: string, swatch: Swatch, colour: Series['colour']): Omit<Series, 'dataset'> {
  return { key, label, swatch, colour, hollow: false, optional: false, attempts: [] };
}

/** Where attempts without a size are drawn: right of the largest size, as wide as a quarter octave. Null when all have one. */
export function fullSpeedStrip(report: SizingReport): { fromMb: number; centreMb: number; toMb: number } | null {
  if (!report.points.some((point) => point.memory_mb === null && point.outcome === 'ok')) return null;
  const fromMb = Math.max(...report.curve.map((point) => point.memory_mb)) * 1.12;
  return { fromMb, centreMb: fromMb * 1.2, toMb: fromMb * 1.44 };
}

function base(yAxisID: 'duration' | 'cost'): Omit<LineDataset, 'data'> {
  return { yAxisID, order: 1, pointRadius: 0, pointHoverRadius: 0, fill: false, tension: 0 };
}

const pointStyles = { warm: 'circle', cold: 'triangle', failed: 'crossRot' } as const;
const pointRadii = { warm: 3, cold: 5, failed: 5 } as const;

function attemptStyle({ kind, free }: AttemptGroup, colour: string, theme: Theme): Omit<LineDataset, 'data'> {
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

/** Attempts that can be drawn: a failed one whose duration is not known stands at zero. */
function attemptPoints(
  group: AttemptGroup,
  strip: ReturnType<typeof fullSpeedStrip>,
): { points: Point[]; attempts: SamplePoint[] } {
  const points: Point[] = [];
  const attempts: SamplePoint[] = [];
  for (const [index, attempt] of group.attempts.entries()) {
    const x = attempt.memory_mb ?? (strip === null ? null : strip.centreMb * spread(index));
    const y = attempt.duration_ms ?? (group.kind === 'failed' ? 0 : null);
    if (x === null || y === null) continue;
    points.push({ x, y });
    attempts.push(attempt);
  }
  return { points, attempts };
}

/** Sets attempts of the strip side by side, so that they do not hide each other: a factor around 1. */
function spread(index: number): number {
  return 1 + (((index * 7) % 13) - 6) * 0.018;
}
