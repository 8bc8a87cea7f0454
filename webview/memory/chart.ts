import {
  Chart,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  type Point,
  PointElement,
  Tooltip,
} from 'chart.js';
import annotationPlugin from 'chartjs-plugin-annotation';
import zoomPlugin from 'chartjs-plugin-zoom';
import { formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import { decimate } from '../../src/engine/studies/tracing/decimate.ts';
import { bytesInMb, type Trace } from '../../src/engine/studies/tracing/trace.ts';
import type { TraceHull } from '../../src/protocol/tracing.ts';
import { createLegend } from '../shared/legend.ts';
import { readTheme } from '../shared/theme.ts';
import { chartOptions, leastSpanMs } from './chart-options.ts';
import type { Billed } from './marks.ts';
import { type MemorySeries, seriesOf } from './series.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler, Legend, Tooltip, annotationPlugin, zoomPlugin);

/** What the chart draws: runs (those whose points are there), the one looked at, and what is billed for it. */
export type Drawing = {
  traces: readonly (Trace | undefined)[];
  run: number;
  billed: Billed | null;
  hull: TraceHull | undefined;
};

export type Span = { fromMs: number; toMs: number };

export type MemoryChart = {
  readonly legend: HTMLElement;
  /** Draws anew, with the theme as it is now; the part in sight stays while the run looked at is the same. */
  show(drawing: Drawing): void;
  /** The part in sight. */
  span(): Span;
  /** Moves to another part, which is kept within the run. */
  look(span: Span): void;
  /** The end of all that is drawn. */
  endMs(): number;
  withLegend(draw: () => void): void;
};

/** Fewer columns than this are drawn even on a narrow page. */
const leastColumns = 200;

/** Memory over time. However many points there are, each column of the screen gets the smallest and the largest of its own. */
export function createMemoryChart(canvas: HTMLCanvasElement, onLook: () => void): MemoryChart {
  let series: MemorySeries[] = [];
  let shown: Drawing | null = null;
  let end = 1;

  /** Runs before each update: the zoom plugin has set the part in sight by then. */
  const thinOut: Plugin<'line'> = {
    id: 'thinOut',
    beforeUpdate(chart) {
      const { fromMs, toMs } = span();
      const columns = Math.max(leastColumns, Math.round(chart.chartArea?.width ?? canvas.clientWidth));
      for (const [index, { curve }] of series.entries()) {
        const dataset = chart.data.datasets[index];
        if (dataset !== undefined && chart.isDatasetVisible(index))
          dataset.data = pointsOf(decimate(curve, fromMs, toMs, columns));
      }
    },
  };
  const chart = new Chart<'line', Point[]>(canvas, {
    type: 'line',
    data: { datasets: [] },
    options: { animation: false },
    plugins: [thinOut],
  });
  const legend = createLegend(chart);

  function span(): Span {
    const x = chart.options.scales?.['x'];
    return { fromMs: Number(x?.min ?? 0), toMs: Number(x?.max ?? end) };
  }

  function look({ fromMs, toMs }: Span): void {
    const width = Math.min(end, Math.max(leastSpanMs, toMs - fromMs));
    const min = Math.min(Math.max(0, fromMs), end - width);
    chart.zoomScale('x', { min, max: min + width }, 'none');
    onLook();
  }

  return {
    legend: legend.element,
    show(drawing) {
      const theme = readTheme();
      const { traces, run, billed, hull } = drawing;
      const before = span();
      const sawAll = before.fromMs <= 0 && before.toMs >= end;
      const keeps = shown !== null && shown.run === run && !sawAll;
      end = Math.max(
        leastSpanMs,
        ...traces.map((trace) => trace?.endMs ?? 0),
        (hull?.memory_mb.length ?? 0) * (hull?.bin_ms ?? 0),
      );
      shown = drawing;
      series = seriesOf(traces, run, hull, theme);
      Object.assign(Chart.defaults.font, { family: theme.fontFamily, size: theme.fontSize - 1 });
      chart.data = {
        datasets: series.map(({ label, paint, widthPx, dash, stepped }) => ({
          label,
          data: [],
          borderColor: paint,
          backgroundColor: paint,
          borderWidth: widthPx,
          borderDash: dash,
          stepped,
          pointRadius: 0,
          pointHoverRadius: 0,
          pointHitRadius: 0,
          tension: 0,
        })),
      };
      const inSight = keeps ? { fromMs: before.fromMs, toMs: Math.min(end, before.toMs) } : { fromMs: 0, toMs: end };
      chart.options = chartOptions({ trace: traces[run], billed, hull, inSight, endMs: end, theme, onLook });
      legend.show(series);
      canvas.setAttribute('aria-label', describe(drawing));
    },
    span,
    look,
    endMs: () => end,
    withLegend(draw) {
      const display = (on: boolean): void => {
        const options = chart.options.plugins?.legend;
        if (options !== undefined) options.display = on;
        chart.update('none');
      };
      display(true);
      draw();
      display(false);
    },
  };
}

function pointsOf({ timeMs, values }: MemorySeries['curve']): Point[] {
  return Array.from(timeMs, (x, i) => ({ x, y: (values[i] ?? 0) / bytesInMb }));
}

function describe({ traces, run }: Drawing): string {
  const trace = traces[run];
  if (trace === undefined) return 'Memory over time: its readings are on their way.';
  const peak = trace.usage.values.reduce((most, value) => Math.max(most, value), 0) / bytesInMb;
  return (
    `Memory of run ${run + 1} over ${formatDuration(trace.endMs)}, up to ${formatMemory(peak)} in all. ` +
    'Arrow keys move, plus and minus zoom, 0 shows the whole. The tables below hold the figures.'
  );
}
