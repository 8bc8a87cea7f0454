import type { ChartOptions, TooltipItem } from 'chart.js';
import { formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import { valueAt } from '../../src/engine/studies/tracing/decimate.ts';
import { bytesInMb, largest, type Trace } from '../../src/engine/studies/tracing/trace.ts';
import type { TraceHull } from '../../src/protocol/tracing.ts';
import type { Theme } from '../shared/theme.ts';
import { annotations, type Billed } from './marks.ts';

export type OptionsInput = {
  trace: Trace | undefined;
  billed: Billed | null;
  hull: TraceHull | undefined;
  inSight: { fromMs: number; toMs: number };
  endMs: number;
  theme: Theme;
  onLook: () => void;
};

/** The least time that fills the chart, ms: some readings at the best rate. */
export const leastSpanMs = 5;

/** A limit or size so many times above the peak is left out of sight: it would press the curves to the ground. */
const mostAbovePeak = 3;

export function chartOptions({ trace, billed, hull, inSight, endMs, theme, onLook }: OptionsInput): ChartOptions<'line'> {
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    // Room for the names of requests.
    layout: { padding: { top: 24 } },
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    scales: {
      x: {
        type: 'linear',
        min: inSight.fromMs,
        max: inSight.toMs,
        title: { display: true, text: 'Time since start', color: theme.muted },
        border: { color: theme.grid },
        grid: { display: false },
        ticks: { color: theme.muted, maxRotation: 0, maxTicksLimit: 9, callback: (value) => timeText(Number(value)) },
      },
      y: {
        type: 'linear',
        min: 0,
        suggestedMax: topMb(trace, billed, hull),
        title: { display: true, text: 'Memory (MB)', color: theme.muted },
        border: { display: false },
        grid: { color: theme.grid },
        ticks: { color: theme.muted, maxTicksLimit: 7 },
        // Of one width whatever is in sight, so that panning moves nothing else.
        afterFit: (axis) => {
          axis.width = 64;
        },
      },
    },
    plugins: {
      legend: {
        display: false,
        position: 'bottom',
        labels: { color: theme.foreground, filter: ({ text, hidden }) => text !== '' && hidden !== true },
      },
      tooltip: tooltip(trace, theme),
      annotation: { clip: false, annotations: trace === undefined ? {} : annotations(trace, billed, theme) },
      zoom: {
        limits: { x: { min: 0, max: endMs, minRange: leastSpanMs } },
        pan: { enabled: true, mode: 'x', onPan: onLook },
        zoom: { mode: 'x', wheel: { enabled: true, modifierKey: 'ctrl' }, pinch: { enabled: true }, onZoom: onLook },
      },
    },
  };
}

/** All of the curves with some room above, and the limit and the billed size where they are not far off. MB. */
function topMb(trace: Trace | undefined, billed: Billed | null, hull: TraceHull | undefined): number {
  const peakBytes = trace === undefined ? null : largest(trace.usage);
  const hullMb = (hull?.limits_mb ?? []).reduce((a, b) => Math.max(a, b), 0);
  const needed = Math.max((peakBytes ?? 0) / bytesInMb, hullMb, 1);
  const limitBytes = trace === undefined ? null : largest(trace.limit);
  const others = [(limitBytes ?? 0) / bytesInMb, billed?.cost.memory_mb ?? 0];
  const near = others.filter((mb) => mb <= needed * mostAbovePeak);
  return Math.max(needed, ...near);
}

/** `1.2 s` on ticks: no zeros that say nothing. */
function timeText(ms: number): string {
  return ms === 0
    ? '0'
    : formatDuration(ms)
        .replace(/(\.\d*?)0+(?= )/, '$1')
        .replace(/\.(?= )/, '');
}

type TooltipOptions = NonNullable<NonNullable<ChartOptions<'line'>['plugins']>['tooltip']>;

/** All curves of the run at the time that the pointer is at. */
function tooltip(trace: Trace | undefined, theme: Theme): TooltipOptions {
  return {
    backgroundColor: theme.background,
    borderColor: theme.muted,
    borderWidth: 1,
    titleColor: theme.foreground,
    bodyColor: theme.foreground,
    displayColors: false,
    padding: 8,
    callbacks: {
      title: ([item]) => (item === undefined ? '' : formatDuration(timeOf(item))),
      label: () => '',
      afterBody: ([item]) => (item === undefined || trace === undefined ? [] : valuesAt(trace, timeOf(item))),
    },
  };
}

function timeOf(item: TooltipItem<'line'>): number {
  return item.parsed.x ?? 0;
}

/** For example `Total 12.4 MB`, for each curve that has been read by then. */
export function valuesAt(trace: Trace, ms: number): string[] {
  const curves = { Total: trace.usage, 'Working set': trace.workingSet, Anonymous: trace.anonymous, Limit: trace.limit };
  return Object.entries(curves).flatMap(([name, curve]) => {
    const bytes = valueAt(curve, ms);
    return bytes === null || !Number.isFinite(bytes) ? [] : `${name} ${formatMemory(bytes / bytesInMb)}`;
  });
}
