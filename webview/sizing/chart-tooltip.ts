import type { ChartOptions, TooltipItem } from 'chart.js';
import { formatCostPerMillion, formatDuration, formatInterval, formatMemory } from '../../src/engine/format/format.ts';
import type { Row } from '../../src/engine/report/rows.ts';
import type { Theme } from '../shared/theme.ts';
import { datasetIndex } from './chart-data.ts';

type TooltipOptions = NonNullable<NonNullable<ChartOptions<'line'>['plugins']>['tooltip']>;

/** What the pointer shows: the row of the table at that size, or the attempts of the full-speed strip. */
export function tooltip(rows: Row[], theme: Theme): TooltipOptions {
  return {
    backgroundColor: theme.background,
    borderColor: theme.muted,
    borderWidth: 1,
    titleColor: theme.foreground,
    bodyColor: theme.foreground,
    displayColors: false,
    padding: 8,
    filter: (item, _index, items) => isOfCurve(item) || (isAttempt(item) && !items.some(isOfCurve)),
    callbacks: {
      title: ([item]) => {
        if (item === undefined) return '';
        const row = isOfCurve(item) ? rows[item.dataIndex] : undefined;
        return row === undefined ? (item.dataset.label ?? '') : `${formatMemory(row.memory_mb)}, ${row.basis}`;
      },
      label: (item) => {
        const row = rows[item.dataIndex];
        if (item.datasetIndex === datasetIndex.cost && row !== undefined) return formatCostPerMillion(row.cost_per_million_usd);
        if (item.datasetIndex === datasetIndex.duration && row !== undefined) {
          return `${formatDuration(row.duration_ms)} (90 %: ${formatInterval(row.interval)})`;
        }
        return formatDuration(item.parsed.y ?? 0);
      },
    },
  };
}

function isOfCurve(item: TooltipItem<'line'>): boolean {
  return item.datasetIndex === datasetIndex.duration || item.datasetIndex === datasetIndex.cost;
}

function isAttempt(item: TooltipItem<'line'>): boolean {
  return item.datasetIndex === datasetIndex.warm || item.datasetIndex === datasetIndex.cold;
}
