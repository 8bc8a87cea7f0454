import { formatCostPerMillion, formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import type { TraceCost } from '../../src/protocol/tracing.ts';
import { el, fill } from '../shared/dom.ts';

export type Costs = {
  readonly picker: HTMLElement;
  readonly table: HTMLElement;
  show(costs: readonly TraceCost[], chosen: string | null): void;
};

const columns = ['Size', 'Cost', 'Net', 'Overhead', 'Time for nothing', 'Memory for nothing'];

/** The provider whose bill is shown, and what a million calls cost at each. */
export function createCosts(onChoose: (provider: string) => void): Costs {
  const select = el('select', { id: 'provider' });
  const body = el('tbody');
  select.addEventListener('change', () => onChoose(select.value));
  return {
    picker: el('div', { class: 'control' }, el('label', { for: 'provider' }, 'Provider'), el('div', { class: 'limit' }, select)),
    table: el(
      'section',
      { class: 'figures' },
      el('h2', {}, 'Cost per million calls'),
      el(
        'div',
        { class: 'table-scroll', role: 'region', tabindex: 0, 'aria-label': 'Cost' },
        el(
          'table',
          { 'aria-label': 'Cost per million calls by provider' },
          el(
            'thead',
            {},
            el(
              'tr',
              {},
              el('th', { scope: 'col', class: 'word' }, 'Provider'),
              ...columns.map((column) => el('th', { scope: 'col' }, column)),
              el('th', { scope: 'col', class: 'word' }, 'Prices'),
            ),
          ),
          body,
        ),
      ),
    ),
    show(costs, chosen) {
      fill(select, ...costs.map(({ provider, name }) => el('option', { value: provider, selected: provider === chosen }, name)));
      select.disabled = costs.length === 0;
      fill(body, ...costs.map((cost) => row(cost, cost.provider === chosen)));
    },
  };
}

function row(cost: TraceCost, chosen: boolean): HTMLElement {
  const figures = [cost.cost_per_million_usd, cost.net_per_million_usd, cost.overhead_per_million_usd];
  const assumes = cost.assumes === '' ? '' : `, assumes ${cost.assumes}`;
  return el(
    'tr',
    { class: chosen ? 'recommended' : null, 'aria-current': chosen ? 'true' : null },
    el('th', { scope: 'row', class: 'word' }, cost.name),
    el('td', {}, formatMemory(cost.memory_mb)),
    ...figures.map((usd) => el('td', {}, formatCostPerMillion(usd))),
    el('td', {}, formatDuration(cost.wasted_ms)),
    el('td', {}, formatMemory(cost.wasted_mb)),
    el('td', { class: 'word remark', title: cost.source }, `${cost.date}${assumes}`),
  );
}
