import type { TraceHull } from '../../protocol/tracing.ts';
import { formatDuration } from '../format/format.ts';
import { decimate } from '../studies/tracing/decimate.ts';
import { bytesInMb, type Curve, largest, type Trace } from '../studies/tracing/trace.ts';

export type SvgInput = {
  title: string;
  /** The first is drawn in all its curves, the others by their total. */
  traces: readonly Trace[];
  hull: TraceHull | undefined;
  fromMs: number;
  toMs: number;
};

const width = 960;
const height = 480;
const plot = { left: 70, top: 48, right: 940, bottom: 400 };
const ticks = 5;

type Line = { label: string; curve: Curve; style: string; stepped?: boolean };

/** Memory over time as a picture of its own, black on white, that scales without loss. */
export function traceSvg({ title, traces, hull, fromMs, toMs }: SvgInput): string {
  const lines = linesOf(traces, hull);
  const topMb = lines.reduce((most, { curve }) => Math.max(most, (largest(curve) ?? 0) / bytesInMb), 1) * 1.05;
  const x = (ms: number): number => plot.left + ((ms - fromMs) / (toMs - fromMs)) * (plot.right - plot.left);
  const y = (mb: number): number => plot.bottom - (mb / topMb) * (plot.bottom - plot.top);
  const grid = Array.from({ length: ticks + 1 }, (_, i) => {
    const [mb, ms] = [(topMb * i) / ticks, fromMs + ((toMs - fromMs) * i) / ticks];
    return [
      `<path d="M${plot.left} ${round(y(mb))}H${plot.right}" stroke="#ddd"/>`,
      text(plot.left - 8, y(mb) + 4, mb.toFixed(topMb < 20 ? 1 : 0), 'end'),
      text(x(ms), plot.bottom + 20, formatDuration(ms), 'middle'),
    ].join('');
  });
  const named = lines.filter(({ label }) => label !== '');
  const legend = named.map(({ label, style }, i) => {
    const left = plot.left + i * 150;
    return `<path d="M${left} ${height - 18}h24" fill="none" ${style}/>${text(left + 30, height - 14, label, 'start')}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${plot.left}" y="26" font-size="16" font-weight="600">${escapeXml(title)}</text>`,
    text(plot.left, 42, 'Memory, MB', 'start'),
    `<clipPath id="plot"><path d="M${plot.left} ${plot.top}H${plot.right}V${plot.bottom}H${plot.left}Z"/></clipPath>`,
    ...grid,
    `<g clip-path="url(#plot)" fill="none">`,
    ...lines.toReversed().map((line) => `<path d="${pathOf(line, { fromMs, toMs, x, y })}" ${line.style}/>`),
    '</g>',
    ...legend,
    '</svg>\n',
  ].join('\n');
}

function linesOf([first, ...others]: readonly Trace[], hull: TraceHull | undefined): Line[] {
  const style = (colour: string, rest = ''): string => `stroke="${colour}" stroke-width="1.5"${rest}`;
  const own: Line[] =
    first === undefined
      ? []
      : [
          { label: 'Total', curve: first.usage, style: style('#0063b1') },
          { label: 'Working set', curve: first.workingSet, style: style('#b05200') },
          { label: 'Anonymous', curve: first.anonymous, style: style('#2f7d32') },
        ];
  const limits: Line[] =
    hull === undefined
      ? []
      : [
          {
            label: 'Upscaling limits',
            stepped: true,
            style: style('#7a3fb0', ' stroke-dasharray="2 3"'),
            curve: {
              timeMs: Float64Array.from(hull.limits_mb, (_, bin) => bin * hull.bin_ms),
              values: Float64Array.from(hull.limits_mb, (mb) => mb * bytesInMb),
            },
          },
        ];
  const rest = others.map(({ usage }, i) => ({ label: i === 0 ? 'Other runs' : '', curve: usage, style: style('#999') }));
  return [...own, ...limits, ...rest].filter(({ curve }) => curve.timeMs.length > 0);
}

type Space = { fromMs: number; toMs: number; x: (ms: number) => number; y: (mb: number) => number };

function pathOf({ curve, stepped = false }: Line, { fromMs, toMs, x, y }: Space): string {
  const { timeMs, values } = decimate(curve, fromMs, toMs, width);
  return Array.from(timeMs, (ms, i) => {
    const [left, top] = [round(x(ms)), round(y((values[i] ?? 0) / bytesInMb))];
    if (i === 0) return `M${left} ${top}`;
    return stepped ? `H${left}V${top}` : `L${left} ${top}`;
  }).join('');
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeXml(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
