import type { ChartDataset, Point } from 'chart.js';
import { allRows } from '../../src/engine/report/rows.ts';
import type { Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { withAlpha, type Theme } from '../shared/theme.ts';

export type LineDataset = ChartDataset<'line', Point[]>;

/** Places of the datasets that other parts of the chart refer to. */
export const datasetIndex = { intervalLow: 0, intervalHigh: 1, duration: 2, cost: 3, warm: 4, cold: 5 } as const;

/** The curve, its band and the attempts, as line datasets; series differ by dash and point shape, not by colour alone. */
export function datasets(report: SizingReport, recommendation: Recommendation, theme: Theme): LineDataset[] {
  const rows = allRows(report, recommendation);
  const measured = rows.map((row) => row.basis === 'measured');
  const strip = fullSpeedStrip(report);
  const bound = { ...base('duration'), borderWidth: theme.highContrast ? 1 : 0, borderDash: [2, 2], borderColor: theme.duration };
  return [
    { ...bound, label: 'low', data: rows.map((row) => ({ x: row.memory_mb, y: row.interval[0] })) },
    {
      ...bound,
      label: '90 % interval',
      data: rows.map((row) => ({ x: row.memory_mb, y: row.interval[1] })),
      fill: '-1',
      backgroundColor: withAlpha(theme.duration, theme.highContrast ? 0.25 : 0.18),
    },
    {
      ...base('duration'),
      label: report.basis === 'measured' ? 'Duration' : 'Duration (predicted)',
      data: rows.map((row) => ({ x: row.memory_mb, y: row.duration_ms })),
      borderColor: theme.duration,
      backgroundColor: theme.duration,
      borderWidth: 2,
      pointStyle: 'rectRot',
      pointRadius: measured.map((isMeasured) => (isMeasured ? 4 : 0)),
      pointHoverRadius: 6,
    },
    {
      ...base('cost'),
      label: 'Cost per million calls',
      data: rows.map((row) => ({ x: row.memory_mb, y: row.cost_per_million_usd })),
      borderColor: theme.cost,
      backgroundColor: theme.cost,
      borderWidth: 2,
      borderDash: [7, 4],
      pointStyle: 'rect',
      pointHoverRadius: 5,
    },
    { ...attempts('circle', theme.duration, theme), label: 'Warm call', data: attemptPoints(report, strip, false) },
    { ...attempts('triangle', theme.floor, theme), label: 'Cold call', data: attemptPoints(report, strip, true) },
  ];
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

function attempts(pointStyle: 'circle' | 'triangle', colour: string, theme: Theme): Omit<LineDataset, 'data'> {
  return {
    ...base('duration'),
    // Above the curve, which a lower order means.
    order: 0,
    showLine: false,
    pointStyle,
    pointRadius: pointStyle === 'circle' ? 3 : 5,
    pointHoverRadius: 6,
    pointBorderWidth: 1.5,
    borderColor: colour,
    backgroundColor: withAlpha(colour, theme.highContrast ? 0 : 0.25),
  };
}

function attemptPoints(report: SizingReport, strip: ReturnType<typeof fullSpeedStrip>, cold: boolean): Point[] {
  const points: Point[] = [];
  for (const [index, attempt] of report.points.entries()) {
    if (attempt.outcome !== 'ok' || attempt.cold !== cold || attempt.duration_ms === null) continue;
    const x = attempt.memory_mb ?? (strip === null ? null : strip.centreMb * spread(index));
    if (x !== null) points.push({ x, y: attempt.duration_ms });
  }
  return points;
}

/** Sets attempts of the strip side by side, so that they do not hide each other: a factor around 1. */
function spread(index: number): number {
  return 1 + (((index * 7) % 13) - 6) * 0.018;
}
