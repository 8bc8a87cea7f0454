import type { Chart } from 'chart.js';
import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { formatMemory } from '../../src/engine/format/format.ts';
import type { Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { withAlpha, type Theme } from '../shared/theme.ts';
import { fullSpeedStrip } from './chart-data.ts';

/** Below this width labels say the figure only. */
const narrowPx = 560;

/** Room above the plot for the labels of two sizes, px. */
export const labelRoomPx = 46;

/** Lines at the recommended and the current size, the hatched region below the floor, and the strip of full-speed runs. */
export function annotations(
  report: SizingReport,
  recommendation: Recommendation,
  theme: Theme,
  other: SizingReport | null,
): Record<string, AnnotationOptions> {
  const marks: Record<string, AnnotationOptions> = {};
  const smallest = Math.min(...report.curve.map((point) => point.memory_mb));
  if (report.floor.memory_mb > smallest) marks['floor'] = floorRegion(report.floor.memory_mb, theme);
  const strip = fullSpeedStrip(report);
  if (strip !== null)
    marks['strip'] = { type: 'line', scaleID: 'x', value: strip.fromMb, borderColor: theme.grid, borderWidth: 1 };
  const current = report.current?.memory_mb;
  const same = current === recommendation.memory_mb;
  if (current !== undefined && !same) {
    const line = { memoryMb: current, symbol: '◀', word: 'current', colour: theme.current, borderDash: [3, 3] };
    marks['current'] = sizeLine(line, theme, recommendation.memory_mb);
  }
  const otherMb = other?.recommendation.memory_mb;
  if (otherMb !== undefined && otherMb !== current && otherMb !== recommendation.memory_mb) {
    const line = { memoryMb: otherMb, symbol: '☆', word: 'other run', colour: theme.muted, borderDash: [2, 3] };
    marks['other'] = sizeLine(line, theme, recommendation.memory_mb);
  }
  const word = same ? 'current and recommended' : 'recommended';
  const line = { memoryMb: recommendation.memory_mb, symbol: '★', word, colour: theme.recommended, borderDash: [] };
  marks['recommended'] = sizeLine(line, theme, null);
  return marks;
}

type SizeLine = { memoryMb: number; symbol: string; word: string; colour: string; borderDash: number[] };

/** A vertical line with its label above the plot, and above the label of a line that is near. */
function sizeLine(
  { memoryMb, symbol, word, colour, borderDash }: SizeLine,
  theme: Theme,
  otherMb: number | null,
): AnnotationOptions {
  return {
    type: 'line',
    scaleID: 'x',
    value: memoryMb,
    borderColor: colour,
    borderWidth: 2,
    borderDash,
    label: {
      display: true,
      content: ({ chart }) => [symbol, ...(chart.width < narrowPx ? [] : [word]), formatMemory(memoryMb)].join(' '),
      position: 'start',
      yAdjust: ({ chart }) => (isNear(chart, memoryMb, otherMb) ? -labelRoomPx : -labelRoomPx / 2),
      color: colour,
      backgroundColor: theme.background,
      borderColor: colour,
      borderWidth: 1,
      borderRadius: 3,
      padding: { x: 6, y: 2 },
      font: { size: theme.fontSize - 1, weight: 'normal' },
    },
  };
}

/** Whether the labels of two sizes would meet. */
function isNear(chart: Chart, memoryMb: number, otherMb: number | null): boolean {
  const axis = chart.scales['x'];
  if (otherMb === null || axis === undefined) return false;
  const neededPx = chart.width < narrowPx ? 90 : 170;
  return Math.abs(axis.getPixelForValue(memoryMb) - axis.getPixelForValue(otherMb)) < neededPx;
}

function floorRegion(floorMb: number, theme: Theme): AnnotationOptions {
  return {
    type: 'box',
    xScaleID: 'x',
    xMax: floorMb,
    backgroundColor: hatch(theme) ?? withAlpha(theme.floor, 0.1),
    borderWidth: 0,
    drawTime: 'beforeDatasetsDraw',
    label: {
      display: true,
      content: `below the floor, ${formatMemory(floorMb)}`,
      rotation: -90,
      position: { x: 'center', y: 'end' },
      yAdjust: -62,
      color: theme.foreground,
      font: { size: theme.fontSize - 2, weight: 'normal' },
    },
  };
}

/** Diagonal lines: readable without colour. */
function hatch(theme: Theme): CanvasPattern | null {
  const size = 8;
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const context = tile.getContext('2d');
  if (context === null) return null;
  context.strokeStyle = theme.highContrast ? theme.floor : withAlpha(theme.floor, 0.35);
  context.beginPath();
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift, size);
    context.lineTo(shift + size, 0);
  }
  context.stroke();
  return context.createPattern(tile, 'repeat');
}
