import type { Chart, Point } from 'chart.js';
import { el, fill } from './dom.ts';

/** How the legend draws a series; a CSS class each. */
export type Swatch = 'band' | 'line' | 'dashed' | 'dotted' | 'warm' | 'cold' | 'failed';

/** What the legend says of one dataset of a chart. */
export type LegendItem = {
  /** Series with the same key are shown and hidden together. */
  key: string;
  /** Empty: the legend does not name it. */
  label: string;
  swatch: Swatch;
  /** Name of the theme colour, as a class of the legend. */
  colour: 'duration' | 'cost' | 'recommended' | 'floor' | 'target2' | 'target3' | 'foreground';
  hollow: boolean;
  /** Whether the legend can hide it. */
  optional: boolean;
};

export type Legend = {
  readonly element: HTMLElement;
  /** Draws the chart with these series, which are its datasets, without those that someone hid. */
  show(series: readonly LegendItem[]): void;
};

/** What the lines and points of a chart mean; a series that can be hidden is a button, pressed while it is drawn. */
export function createLegend(chart: Chart<'line', Point[]>): Legend {
  const element = el('div', { class: 'legend', role: 'group', 'aria-label': 'Series of the chart' });
  const hidden = new Set<string>();
  let shown: readonly LegendItem[] = [];

  function toggle(key: string): void {
    if (!hidden.delete(key)) hidden.add(key);
    draw();
  }

  function draw(): void {
    for (const [index, { key }] of shown.entries()) chart.setDatasetVisibility(index, !hidden.has(key));
    chart.update('none');
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['series'] : undefined;
    fill(element, ...shown.filter(({ label }) => label !== '').map((item) => entry(item, hidden.has(item.key), toggle)));
    // The buttons are made anew: the one in use keeps the focus.
    if (focused !== undefined) element.querySelector<HTMLElement>(`[data-series="${CSS.escape(focused)}"]`)?.focus();
  }

  return {
    element,
    show(series) {
      shown = series;
      draw();
    },
  };
}

function entry(
  { key, label, swatch, colour, hollow, optional }: LegendItem,
  hidden: boolean,
  toggle: (key: string) => void,
): HTMLElement {
  const mark = el('span', { class: `swatch ${swatch} colour-${colour}${hollow ? ' hollow' : ''}`, 'aria-hidden': 'true' });
  if (!optional) return el('span', { class: 'legend-entry' }, mark, label);
  const button = el(
    'button',
    {
      type: 'button',
      class: 'legend-entry',
      'aria-pressed': String(!hidden),
      'data-series': key,
      title: hidden ? 'Show' : 'Hide',
    },
    mark,
    label,
  );
  button.addEventListener('click', () => toggle(key));
  return button;
}
