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
  type Point,
} from 'chart.js';
import annotationPlugin from 'chartjs-plugin-annotation';
import { formatCostPerMillion, formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import { allRows, type Row } from '../../src/engine/report/rows.ts';
import type { Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { readTheme, type Theme } from '../shared/theme.ts';
import { seriesOf } from './chart-data.ts';
import { walkWithKeys } from './chart-keys.ts';
import { annotations, labelRoomPx } from './chart-marks.ts';
import { scales } from './chart-scales.ts';
import { tooltip } from './chart-tooltip.ts';
import { createLegend } from '../shared/legend.ts';
import type { Series } from './series.ts';

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

/** What the chart draws: a report with the size looked at, and the run that it is compared with. */
export type Drawing = { report: SizingReport; recommendation: Recommendation; other: SizingReport | null };

export type SizingChart = {
  /** What the lines and points mean, with buttons that hide them. */
  readonly legend: HTMLElement;
  /** Draws anew, with the theme as it is now. */
  show(drawing: Drawing): void;
  /** Calls `draw` while the canvas holds its legend, for a picture that stands alone. */
  withLegend(draw: () => void): void;
};

/** Duration and cost over memory on one canvas; the table beside it holds the same figures. */
export function createChart(canvas: HTMLCanvasElement, speak: (text: string) => void): SizingChart {
  const chart = new Chart<'line', Point[]>(canvas, { type: 'line', data: { datasets: [] }, options: { animation: false } });
  let rows: Row[] = [];
  const legend = createLegend(chart);
  walkWithKeys(chart, () => rows.findIndex((row) => row.marks.includes('recommended')), speak);

  return {
    legend: legend.element,
    show({ report, recommendation, other }) {
      const theme = readTheme();
      rows = allRows(report, recommendation);
      const series = seriesOf(report, recommendation, theme, other);
      Object.assign(Chart.defaults.font, { family: theme.fontFamily, size: theme.fontSize - 1 });
      chart.data = { datasets: series.map(({ label, dataset }) => ({ ...dataset, label })) };
      chart.options = options({ report, recommendation, other }, theme, rows, series);
      legend.show(series);
      canvas.setAttribute('aria-label', describe(report, recommendation));
    },
    withLegend(draw) {
      const display = (shown: boolean): void => {
        const options = chart.options.plugins?.legend;
        if (options !== undefined) options.display = shown;
        chart.update('none');
      };
      display(true);
      draw();
      display(false);
    },
  };
}

function options(
  { report, recommendation, other }: Drawing,
  theme: Theme,
  rows: Row[],
  series: readonly Series[],
): ChartOptions<'line'> {
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
      // The page has a legend that the keyboard reaches; the canvas draws one for pictures only.
      legend: {
        display: false,
        position: 'bottom',
        labels: {
          color: theme.foreground,
          usePointStyle: true,
          boxHeight: 9,
          padding: 14,
          filter: ({ text, hidden }) => text !== '' && hidden !== true,
        },
      },
      tooltip: tooltip(report, rows, series, theme),
      // The labels of the sizes stand above the plot.
      annotation: { clip: false, annotations: annotations(report, recommendation, theme, other) },
    },
  };
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
