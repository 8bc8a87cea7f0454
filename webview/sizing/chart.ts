import {
  Chart,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
  type ChartOptions,
  type LegendItem,
  type Point,
} from 'chart.js';
import annotationPlugin from 'chartjs-plugin-annotation';
import { formatCostPerMillion, formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import { allRows, type Row } from '../../src/engine/report/rows.ts';
import type { Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { readTheme, type Theme } from '../shared/theme.ts';
import { datasetIndex, datasets } from './chart-data.ts';
import { walkWithKeys } from './chart-keys.ts';
import { annotations, labelRoomPx } from './chart-marks.ts';
import { scales } from './chart-scales.ts';
import { tooltip } from './chart-tooltip.ts';

Chart.register(
  LineController,
  LineElement,
  PointElement,
  LinearScale,
  LogarithmicScale,
  Filler,
  Legend,
  Tooltip,
  annotationPlugin,
);

export type SizingChart = {
  /** Draws anew, with the theme as it is now. */
  show(report: SizingReport, recommendation: Recommendation): void;
};

/** Duration and cost over memory on one canvas; the table beside it holds the same figures. */
export function createChart(canvas: HTMLCanvasElement, speak: (text: string) => void): SizingChart {
  const chart = new Chart<'line', Point[]>(canvas, { type: 'line', data: { datasets: [] }, options: { animation: false } });
  let rows: Row[] = [];
  walkWithKeys(chart, () => rows.findIndex((row) => row.marks.includes('recommended')), speak);
  return {
    show(report, recommendation) {
      const theme = readTheme();
      rows = allRows(report, recommendation);
      Object.assign(Chart.defaults.font, { family: theme.fontFamily, size: theme.fontSize - 1 });
      chart.data = { datasets: datasets(report, recommendation, theme) };
      chart.options = options(report, recommendation, theme, rows);
      chart.update('none');
      canvas.setAttribute('aria-label', describe(report, recommendation));
    },
  };
}

function options(report: SizingReport, recommendation: Recommendation, theme: Theme, rows: Row[]): ChartOptions<'line'> {
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    layout: { padding: { top: labelRoomPx } },
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    scales: scales(report, theme),
    plugins: {
      legend: {
        position: 'bottom',
        labels: {
          color: theme.foreground,
          usePointStyle: true,
          boxHeight: 9,
          padding: 14,
          generateLabels: legendLabels,
        },
        // The legend explains; hiding a series would part the chart from its table.
        onClick: () => undefined,
      },
      tooltip: tooltip(rows, theme),
      // The labels of the sizes stand above the plot.
      annotation: { clip: false, annotations: annotations(report, recommendation, theme) },
    },
  };
}

/** Lines are explained by lines, attempts by their point; empty series and the lower bound by nothing. */
function legendLabels(chart: Chart): LegendItem[] {
  return Chart.defaults.plugins.legend.labels
    .generateLabels(chart)
    .toSorted((a, b) => (a.datasetIndex ?? 0) - (b.datasetIndex ?? 0))
    .filter(({ datasetIndex: index = 0 }) => index !== datasetIndex.intervalLow && chart.data.datasets[index]?.data.length !== 0)
    .map((item) => {
      if (item.datasetIndex === datasetIndex.intervalHigh) return { ...item, pointStyle: 'rect' };
      if (item.datasetIndex === datasetIndex.duration) return { ...item, pointStyle: 'line', lineWidth: 2 };
      return item.datasetIndex === datasetIndex.cost ? { ...item, pointStyle: 'line', lineWidth: 2, lineDash: [3, 2] } : item;
    });
}

function describe(report: SizingReport, recommendation: Recommendation): string {
  const { memory_mb, duration_ms, cost_per_million_usd } = recommendation;
  const sizes = report.curve.map((point) => point.memory_mb);
  const span = `${formatMemory(Math.min(...sizes))} to ${formatMemory(Math.max(...sizes))}`;
  return (
    `Duration and cost per million calls of ${report.function.name} over memory, ${span}. ` +
    `Recommended ${formatMemory(memory_mb)}: ${formatDuration(duration_ms)}, ${formatCostPerMillion(cost_per_million_usd)}. ` +
    'The table below holds the same figures.'
  );
}
