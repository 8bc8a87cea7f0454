import { allRows } from '../../src/engine/report/rows.ts';
import type { CurvePoint, Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { withAlpha, type Theme } from '../shared/theme.ts';
import { attemptSeries } from './chart-attempts.ts';
import { base, common, type LineDataset, type Series } from './series.ts';

/** Places of the series that other parts of the chart refer to. */
export const datasetIndex = { intervalLow: 0, intervalHigh: 1, duration: 2, cost: 3 } as const;

/**
 * The curve, its band and the attempts; with `other` the curve of another run beneath. Series differ by dash and point
 * shape, not by colour alone.
 */
export function seriesOf(
  report: SizingReport,
  recommendation: Recommendation,
  theme: Theme,
  other: SizingReport | null,
): Series[] {
  const strip = fullSpeedStrip(report);
  return [
    ...curveSeries(report, recommendation, theme),
    ...attemptSeries(
      report.points,
      theme,
      ({ memory_mb }, index) => memory_mb ?? (strip === null ? null : strip.centreMb * spread(index)),
    ),
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
  const line = (yAxisID: 'duration' | 'cost', colour: string, y: (point: CurvePoint) => number): LineDataset => ({
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

/** Where attempts without a size are drawn: right of the largest size, as wide as a quarter octave. Null when all have one. */
export function fullSpeedStrip(report: SizingReport): { fromMb: number; centreMb: number; toMb: number } | null {
  if (!report.points.some((point) => point.memory_mb === null && point.outcome === 'ok')) return null;
  const fromMb = Math.max(...report.curve.map((point) => point.memory_mb)) * 1.12;
  return { fromMb, centreMb: fromMb * 1.2, toMb: fromMb * 1.44 };
}

/** Sets attempts of the strip side by side, so that they do not hide each other: a factor around 1. */
function spread(index: number): number {
  return 1 + (((index * 7) % 13) - 6) * 0.018;
}
