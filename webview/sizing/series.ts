import type { ChartDataset, Point } from 'chart.js';
import type { SamplePoint } from '../../src/protocol/sizing.ts';
import type { LegendItem, Swatch } from '../shared/legend.ts';

export type LineDataset = ChartDataset<'line', Point[]>;

/** What a chart draws as one dataset. */
export type Series = LegendItem & {
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
