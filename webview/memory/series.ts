import type { Curve, Trace } from '../../src/engine/studies/tracing/trace.ts';
import { bytesInMb } from '../../src/engine/studies/tracing/trace.ts';
import type { TraceHull } from '../../src/protocol/tracing.ts';
import type { LegendItem } from '../shared/legend.ts';
import type { Theme } from '../shared/theme.ts';

/** One curve of the chart, bytes over ms. */
export type MemorySeries = LegendItem & {
  curve: Curve;
  /** Values hold until the next: limits. */
  stepped: boolean;
  paint: string;
  widthPx: number;
  dash: number[];
  filled: boolean;
};

type Look = Pick<LegendItem, 'swatch' | 'colour'> & Pick<MemorySeries, 'paint' | 'widthPx'> & Partial<MemorySeries>;

/** What the chart draws of the runs: the one looked at in all its curves, the others by their total. */
export function seriesOf(
  traces: readonly (Trace | undefined)[],
  run: number,
  hull: TraceHull | undefined,
  theme: Theme,
): MemorySeries[] {
  const trace = traces[run];
  const named = (key: string, label: string, curve: Curve, look: Look): MemorySeries[] =>
    curve.timeMs.length === 0
      ? []
      : [{ key, label, curve, hollow: false, optional: true, stepped: false, dash: [], filled: false, ...look }];
  const others = traces.filter((other, index) => other !== undefined && index !== run);
  const shown =
    trace === undefined
      ? []
      : [
          ...named('total', 'Total', trace.usage, { swatch: 'line', colour: 'duration', paint: theme.duration, widthPx: 1.5 }),
          ...named('working-set', 'Working set', trace.workingSet, {
            swatch: 'line',
            colour: 'cost',
            paint: theme.cost,
            widthPx: 1.5,
          }),
          ...named('anonymous', 'Anonymous', trace.anonymous, {
            swatch: 'line',
            colour: 'recommended',
            paint: theme.recommended,
            widthPx: 1.5,
          }),
          ...named('limit', 'Limit', withoutInfinity(trace.limit, trace.endMs), {
            swatch: 'dashed',
            colour: 'floor',
            paint: theme.floor,
            widthPx: 1.5,
            dash: [6, 4],
            stepped: true,
          }),
        ];
  return [
    ...shown,
    ...hullSeries(hull, theme, named),
    ...others.flatMap((other, index) =>
      named('others', index === 0 ? `Other runs, total (${others.length})` : '', other?.usage ?? noCurve, {
        swatch: 'line',
        colour: 'foreground',
        paint: theme.muted,
        widthPx: 0.75,
      }),
    ),
  ];
}

function hullSeries(
  hull: TraceHull | undefined,
  theme: Theme,
  named: (key: string, label: string, curve: Curve, look: Look) => MemorySeries[],
): MemorySeries[] {
  if (hull === undefined) return [];
  const { bin_ms, memory_mb, limits_mb } = hull;
  const look = { stepped: true, colour: 'target2', paint: theme.target2 } as const;
  return [
    ...named('hull', 'Hull of all runs', binned(memory_mb, bin_ms), { ...look, swatch: 'line', widthPx: 1 }),
    ...named('upscaling', 'Upscaling limits', binned(limits_mb, bin_ms), {
      ...look,
      swatch: 'dotted',
      dash: [2, 3],
      widthPx: 2,
    }),
  ];
}

const noCurve: Curve = { timeMs: new Float64Array(), values: new Float64Array() };

/** Values of bins as steps that end with the last bin. */
function binned(memoryMb: readonly number[], binMs: number): Curve {
  const last = memoryMb.at(-1);
  const values = last === undefined ? [] : [...memoryMb, last];
  return {
    timeMs: Float64Array.from(values, (_, bin) => bin * binMs),
    values: Float64Array.from(values, (mb) => mb * bytesInMb),
  };
}

/** A limit that was never there is no line; the last one holds to the end of the run. */
function withoutInfinity({ timeMs, values }: Curve, endMs: number): Curve {
  const finite = [...values.keys()].filter((index) => Number.isFinite(values[index]));
  const last = finite.at(-1);
  if (last === undefined) return noCurve;
  const indices = [...finite, last];
  return {
    timeMs: Float64Array.from(indices, (index, i) =>
      i === finite.length ? Math.max(endMs, timeMs[index] ?? 0) : (timeMs[index] ?? 0),
    ),
    values: Float64Array.from(indices, (index) => values[index] ?? 0),
  };
}
