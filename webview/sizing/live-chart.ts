import { Chart, type ChartOptions, type Point } from 'chart.js';
import { formatDuration } from '../../src/engine/format/format.ts';
import type { SamplePoint } from '../../src/protocol/sizing.ts';
import { readTheme, type Theme } from '../shared/theme.ts';
import { attemptText } from './attempts.ts';
import { attemptSeries } from './chart-attempts.ts';
import { durationAxis, memoryTicks } from './chart-scales.ts';
import { createLegend } from '../shared/legend.ts';
import type { Series } from './series.ts';

export type LiveChart = { readonly legend: HTMLElement; show(points: readonly SamplePoint[], total: number): void };

/** Sizes that are in sight from the beginning, so that the axis stays while probes arrive. */
const spanMb = { from: 128, to: 3008 };

/** Attempts as they arrive: over memory where the target sets sizes, else in their order. */
export function createLiveChart(canvas: HTMLCanvasElement): LiveChart {
  const chart = new Chart<'line', Point[]>(canvas, { type: 'line', data: { datasets: [] }, options: { animation: false } });
  const legend = createLegend(chart);

  return {
    legend: legend.element,
    show(points, total) {
      const theme = readTheme();
      const sized = points.some(({ memory_mb }) => memory_mb !== null);
      const order = new Map(points.map((point, index) => [point, index + 1]));
      const series = attemptSeries(points, theme, (attempt) => (sized ? attempt.memory_mb : (order.get(attempt) ?? null)));
      Object.assign(Chart.defaults.font, { family: theme.fontFamily, size: theme.fontSize - 1 });
      chart.data = { datasets: series.map(({ label, dataset }) => ({ ...dataset, label })) };
      chart.options = options(points, sized, total, theme, series);
      legend.show(series);
    },
  };
}

function options(
  points: readonly SamplePoint[],
  sized: boolean,
  total: number,
  theme: Theme,
  series: readonly Series[],
): ChartOptions<'line'> {
  const sizes = points.map(({ memory_mb }) => memory_mb).filter((size) => size !== null);
  const [fromMb, toMb] = [Math.min(spanMb.from, ...sizes), Math.max(spanMb.to, ...sizes)];
  const axis = { border: { color: theme.grid }, grid: { display: false } };
  const title = (text: string) => ({ display: true, text, color: theme.muted });
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: 'nearest', intersect: true },
    scales: {
      x: sized
        ? {
            ...axis,
            type: 'logarithmic',
            title: title('Memory (MB)'),
            ...memoryTicks([fromMb, toMb], fromMb * 0.94, toMb * 1.06, theme),
          }
        : {
            ...axis,
            type: 'linear',
            min: 0,
            max: Math.max(total, points.length) + 1,
            title: title('Call'),
            ticks: { color: theme.muted, precision: 0 },
          },
      duration: durationAxis(theme),
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        displayColors: false,
        callbacks: {
          title: ([item]) => (item === undefined ? '' : (series[item.datasetIndex]?.label ?? '')),
          label: (item) => {
            const attempt = series[item.datasetIndex]?.attempts[item.dataIndex];
            return attempt === undefined ? formatDuration(item.parsed.y ?? 0) : attemptText(attempt);
          },
        },
      },
    },
  };
}
