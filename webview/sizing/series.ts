import type { ChartDataset, Point } from 'chart.js';
import type { SamplePoint } from '../../src/protocol/sizing.ts';
import type { AttemptKind } from './attempts.ts';

export type LineDataset = ChartDataset<'line', Point[]>;

/** How the legend draws a series; a CSS class each. */
export type Swatch = 'band' | 'line' | 'dashed' | 'dotted' | AttemptKind;

/** What a chart draws as one dataset. */
export type Series = {
  /** Series with the same key are shown and hidden together. */
  key: string;
  /** Empty: the legend does not name it. */
  label: string;
  swatch: Swatch;
  /** Name of the theme colour, as a class of the legend. */
  colour: 'duration' | 'cost' | 'floor' | 'target2' | 'target3' | 'foreground';
  hollow: boolean;
  /** Whether the legend can hide it. */
  optional: boolean;
  dataset: LineDataset;
  /** The attempts behind the points, in their order. */
  attempts: SamplePoint[];
};

export function common(key: string, label: string, swatch: Swatch, colour: Series['colour']): Omit<Series, 'dataset'> {
  return { key, label, swatch, colour, hollow: false, optional: false, attempts: [] };
}

/** A line without points on one of the two axes. */
export function base(yAxisID: 'duration' | 'cost'): Omit<LineDataset, 'data'> {
  return { yAxisID, order: 1, pointRadius: 0, pointHoverRadius: 0, fill: false, tension: 0 };
}
