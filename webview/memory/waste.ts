import { formatPercent } from '../../src/engine/format/format.ts';
import type { TraceWaste } from '../../src/protocol/tracing.ts';
import { el, fill } from '../shared/dom.ts';
import { wasteParts, type WastePart } from './texts.ts';

export type WasteView = { readonly element: HTMLElement; show(waste: TraceWaste | null, providerName: string): void };

/** Where the billed memory and time go: a bar, and a table with the same figures. */
export function createWaste(): WasteView {
  const parts = Object.entries(wasteParts) as [WastePart, (typeof wasteParts)[WastePart]][];
  const bar = el('div', { class: 'waste-bar', 'aria-hidden': 'true' });
  const body = el('tbody');
  const note = el('p', { class: 'muted' });
  const table = el(
    'table',
    { 'aria-label': 'Where the billed memory and time go' },
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        el('th', { scope: 'col', class: 'word' }, 'Part'),
        ...['Share', 'MB·s'].map((head) => el('th', { scope: 'col' }, head)),
        el('th', { scope: 'col', class: 'word' }, 'What it is'),
      ),
    ),
    body,
  );
  const figures = el(
    'div',
    {},
    bar,
    el('div', { class: 'table-scroll', role: 'region', tabindex: 0, 'aria-label': 'Waste' }, table),
  );

  return {
    element: el('section', { class: 'figures' }, el('h2', {}, 'What is paid for'), note, figures),
    show(waste, providerName) {
      figures.hidden = waste === null;
      if (waste === null) {
        note.replaceChildren(`${providerName} bills memory in use: no part of it is split off here.`);
        return;
      }
      note.replaceChildren(`${providerName} bills ${mbSeconds(waste.billed_mb_s)} MB·s for the calls of all runs.`);
      fill(bar, ...parts.map(([part]) => segment(part, waste[part])));
      fill(
        body,
        ...parts.map(([part, { label, about }]) =>
          el(
            'tr',
            {},
            el(
              'th',
              { scope: 'row', class: 'word' },
              el('span', { class: `swatch waste-${part}`, 'aria-hidden': 'true' }),
              label,
            ),
            el('td', {}, formatPercent(waste[part])),
            el('td', {}, mbSeconds(waste[part] * waste.billed_mb_s)),
            el('td', { class: 'word' }, about),
          ),
        ),
      );
    },
  };
}

/** Shares below this have no room for their figure in the bar. */
const leastWritten = 0.06;

function segment(part: WastePart, share: number): HTMLElement {
  const element = el('span', { class: `waste-${part}` }, share < leastWritten ? '' : formatPercent(share));
  // Set on the object, which a policy without inline styles allows.
  element.style.flexGrow = String(Math.max(0, share));
  return element;
}

function mbSeconds(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(value < 1 ? 2 : 3);
}
