import type { ChartOptions, LogarithmicScaleOptions } from 'chart.js';
import { formatDuration, formatUsd } from '../../src/engine/format/format.ts';
import type { SizingReport } from '../../src/protocol/sizing.ts';
import type { Theme } from '../shared/theme.ts';
import { fullSpeedStrip } from './chart-data.ts';

type Scales = NonNullable<ChartOptions<'line'>['scales']>;

/** Sizes that may get a tick, most telling first; as many are shown as fit. */
const tickSizesMb = [128, 10_240, 512, 1769, 1024, 256, 3008, 5120, 7168, 2048, 4096];
const minTickDistancePx = 42;

/** What the two cost and duration axes take of the width, px; the plot's own width is not known when ticks are chosen. */
const axesPx = 140;

/** Memory on a log axis (each doubling is as wide), duration left and cost right, both from zero. */
export function scales(report: SizingReport, theme: Theme): Scales {
  const sizes = report.curve.map((point) => point.memory_mb);
  const strip = fullSpeedStrip(report);
  const min = Math.min(...sizes) * 0.94;
  const max = strip?.toMb ?? Math.max(...sizes) * 1.06;
  return {
    x: {
      type: 'logarithmic',
      title: { display: true, text: 'Memory (MB)', color: theme.muted },
      border: { color: theme.grid },
      grid: { display: false },
      ...memoryTicks(sizes, min, max, theme, strip?.centreMb ?? null),
    },
    duration: durationAxis(theme),
    cost: {
      type: 'linear',
      position: 'right',
      beginAtZero: true,
      title: { display: true, text: 'Cost per million calls', color: theme.cost },
      border: { display: false },
      grid: { drawOnChartArea: false },
      ticks: {
        color: theme.muted,
        maxTicksLimit: 7,
        callback: (value) => tickText(formatUsd(Number(value))),
      },
    },
  };
}

/** Bounds and ticks of a memory axis; `stripMb` is the centre of the strip of attempts without a size. */
export function memoryTicks(
  sizes: number[],
  min: number,
  max: number,
  theme: Theme,
  stripMb: number | null = null,
): Pick<LogarithmicScaleOptions, 'min' | 'max' | 'afterBuildTicks'> & { ticks: object } {
  return {
    min,
    max,
    ticks: {
      color: theme.muted,
      autoSkip: false,
      maxRotation: 0,
      callback: (value: string | number) => (stripMb !== null && value === stripMb ? 'full speed' : String(value)),
    },
    afterBuildTicks: (axis) => {
      const values = pickTicks(sizes, min, max, axis.chart.width - axesPx, stripMb);
      axis.ticks = values.map((value) => ({ value }));
    },
  };
}

export function durationAxis(theme: Theme): Scales[string] {
  return {
    type: 'linear',
    position: 'left',
    beginAtZero: true,
    title: { display: true, text: 'Duration', color: theme.duration },
    border: { display: false },
    grid: { color: theme.grid },
    ticks: { color: theme.muted, maxTicksLimit: 7, callback: (value) => tickText(formatDuration(Number(value))) },
  };
}

/** Ticks are round: `2 s` for `2.00 s`, and no unit at zero. */
function tickText(text: string): string {
  return text.replace(/\.0+(?= |$)/, '').replace(/^0 .*$/, '0');
}

/** Takes the tick sizes in their order as long as they keep their distance on a log axis of about this width. */
export function pickTicks(sizes: number[], min: number, max: number, widthPx: number, stripMb: number | null): number[] {
  const pxPerLog = widthPx / Math.log(max / min);
  const taken = stripMb === null ? [] : [stripMb];
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
  for (const size of [smallest, ...tickSizesMb, largest]) {
    if (size < smallest || size > largest) continue;
    const distancePx = (other: number): number => Math.abs(Math.log(size / other)) * pxPerLog;
    const neededPx = (other: number): number => (other === stripMb ? minTickDistancePx * 1.2 : minTickDistancePx);
    if (taken.every((other) => distancePx(other) >= neededPx(other))) taken.push(size);
  }
  return taken.toSorted((a, b) => a - b);
}
