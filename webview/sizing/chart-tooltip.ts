import type { ChartOptions, TooltipItem } from 'chart.js';
import { formatCostPerMillion, formatDuration, formatInterval, formatMemory } from '../../src/engine/format/format.ts';
import type { Row } from '../../src/engine/report/rows.ts';
import type { SizingReport } from '../../src/protocol/sizing.ts';
import type { Theme } from '../shared/theme.ts';
import { attemptsAt, attemptText } from './attempts.ts';
import { datasetIndex } from './chart-data.ts';
import type { Series } from './series.ts';

type TooltipOptions = NonNullable<NonNullable<ChartOptions<'line'>['plugins']>['tooltip']>;

/** What the pointer shows: the row of the table at that size with its attempts, or attempts that have no row. */
export function tooltip(report: SizingReport, rows: Row[], series: readonly Series[], theme: Theme): TooltipOptions {
  const rowOf = (item: TooltipItem<'line'> | undefined): Row | undefined =>
    item !== undefined && isOfCurve(item) ? rows[item.dataIndex] : undefined;
  return {
    backgroundColor: theme.background,
    borderColor: theme.muted,
    borderWidth: 1,
    titleColor: theme.foreground,
    bodyColor: theme.foreground,
    footerColor: theme.muted,
    footerFont: { weight: 'normal' },
    displayColors: false,
    padding: 8,
    filter: (item, _index, items) => isOfCurve(item) || (hasAttempts(item) && !items.some(isOfCurve)),
    callbacks: {
      title: ([item]) => {
        const row = rowOf(item);
        if (row !== undefined) return `${formatMemory(row.memory_mb)}, ${row.basis}`;
        return item === undefined ? '' : (series[item.datasetIndex]?.label ?? '');
      },
      label: (item) => {
        const row = rowOf(item);
        const attempt = series[item.datasetIndex]?.attempts[item.dataIndex];
        if (row === undefined) return attempt === undefined ? formatDuration(item.parsed.y ?? 0) : attemptText(attempt);
        if (item.datasetIndex === datasetIndex.cost) return formatCostPerMillion(row.cost_per_million_usd);
        return `${formatDuration(row.duration_ms)} (90 %: ${formatInterval(row.interval)})`;
      },
      footer: ([item]) => {
        const row = rowOf(item);
        if (row === undefined) return [];
        const { percentiles } = row;
        const slow = percentiles === undefined ? [] : [`p95 ${formatDuration(percentiles.p95.duration_ms)}`];
        return [...slow, ...attemptsAt(report, row.memory_mb)];
      },
    },
  };

  function hasAttempts(item: TooltipItem<'line'>): boolean {
    return (series[item.datasetIndex]?.attempts.length ?? 0) > 0;
  }
}

function isOfCurve(item: TooltipItem<'line'>): boolean {
  return item.datasetIndex === datasetIndex.duration || item.datasetIndex === datasetIndex.cost;
}
