import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { formatMemory } from '../../src/engine/format/format.ts';
import type { Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { withAlpha, type Theme } from '../shared/theme.ts';
import { fullSpeedStrip } from './chart-data.ts';

/** Lines at the recommended and the current size, the hatched region below the floor, and the strip of full-speed runs. */
export function annotations(
  report: SizingReport,
  recommendation: Recommendation,
  theme: Theme,
): Record<string, AnnotationOptions> {
  const marks: Record<string, AnnotationOptions> = {};
  const smallest = Math.min(...report.curve.map((point) => point.memory_mb));
  if (report.floor.memory_mb > smallest) marks['floor'] = floorRegion(report.floor.memory_mb, theme);
  const strip = fullSpeedStrip(report);
  if (strip !== null)
    marks['strip'] = { type: 'line', scaleID: 'x', value: strip.fromMb, borderColor: theme.grid, borderWidth: 1 };
  const current = report.current?.memory_mb;
  if (current !== undefined && current !== recommendation.memory_mb) {
    marks['current'] = sizeLine(current, `current ${formatMemory(current)}`, theme.current, [3, 3], theme, 26);
  }
  const same = current === recommendation.memory_mb;
  const text = `★ ${same ? 'current and recommended' : 'recommended'} ${formatMemory(recommendation.memory_mb)}`;
  marks['recommended'] = sizeLine(recommendation.memory_mb, text, theme.recommended, [], theme, 2);
  return marks;
}

function sizeLine(
  memoryMb: number,
  text: string,
  colour: string,
  borderDash: number[],
  theme: Theme,
  offsetPx: number,
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
      content: text,
      position: 'end',
      yAdjust: offsetPx,
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
