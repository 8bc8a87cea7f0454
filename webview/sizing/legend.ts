import { el, fill } from '../shared/dom.ts';
import type { Series } from './series.ts';

export type Legend = {
  readonly element: HTMLElement;
  show(series: readonly Series[], isHidden: (key: string) => boolean): void;
};

/** What the lines and points of the chart mean; a series that can be hidden is a button, pressed while it is drawn. */
export function createLegend(toggle: (key: string) => void): Legend {
  const element = el('div', { class: 'legend', role: 'group', 'aria-label': 'Series of the chart' });
  return {
    element,
    show(series, isHidden) {
      const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['series'] : undefined;
      fill(element, ...series.filter(({ label }) => label !== '').map((item) => entry(item, isHidden(item.key), toggle)));
      // The buttons are made anew: the one in use keeps the focus.
      if (focused !== undefined) element.querySelector<HTMLElement>(`[data-series="${CSS.escape(focused)}"]`)?.focus();
    },
  };
}

function entry(
  { key, label, swatch, colour, hollow, optional }: Series,
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
