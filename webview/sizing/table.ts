import { formatCostPerMillion, formatDuration, formatInterval, formatMemory } from '../../src/engine/format/format.ts';
import { allRows, keyRows, type Row } from '../../src/engine/report/rows.ts';
import type { Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { el, fill, setText } from '../shared/dom.ts';
import { marks } from './texts.ts';

export type CurveTable = {
  readonly element: HTMLElement;
  show(report: SizingReport, recommendation: Recommendation): void;
};

const columns = ['Memory', 'Duration', '90 % interval', 'Cost per million', 'Basis', 'Notes'];

/** The chart's figures as a table: the telling sizes first, every size on demand. */
export function createTable(): CurveTable {
  const body = el('tbody');
  const toggle = el('button', { type: 'button', 'aria-expanded': 'false', 'aria-controls': 'curve-table' });
  let expanded = false;
  let latest: { report: SizingReport; recommendation: Recommendation } | null = null;

  function render(): void {
    if (latest === null) return;
    const all = allRows(latest.report, latest.recommendation);
    const key = keyRows(latest.report, latest.recommendation);
    fill(body, ...(expanded ? all : key).map(tableRow));
    toggle.hidden = key.length === all.length;
    toggle.setAttribute('aria-expanded', String(expanded));
    setText(toggle, expanded ? 'Show fewer sizes' : `Show all ${all.length} sizes`);
  }

  toggle.addEventListener('click', () => {
    expanded = !expanded;
    render();
  });

  const element = el(
    'div',
    {},
    el(
      'div',
      { class: 'table-scroll', role: 'region', tabindex: 0, 'aria-label': 'Figures' },
      el(
        'table',
        { id: 'curve-table', 'aria-label': 'Duration and cost by memory size' },
        el('thead', {}, el('tr', {}, ...columns.map((column) => el('th', { scope: 'col' }, column)))),
        body,
      ),
    ),
    toggle,
  );
  return {
    element,
    show(report, recommendation) {
      latest = { report, recommendation };
      render();
    },
  };
}

function tableRow(row: Row): HTMLElement {
  return el(
    'tr',
    { class: row.marks.join(' '), 'data-memory-mb': row.memory_mb },
    el('th', { scope: 'row' }, formatMemory(row.memory_mb)),
    el('td', {}, formatDuration(row.duration_ms)),
    el('td', {}, formatInterval(row.interval)),
    el('td', {}, formatCostPerMillion(row.cost_per_million_usd)),
    el('td', { class: 'word' }, row.basis),
    el('td', { class: 'word' }, row.marks.map((mark) => `${symbolOf(mark)}${marks[mark]}`).join(', ')),
  );
}

function symbolOf(mark: Row['marks'][number]): string {
  if (mark === 'recommended') return '★ ';
  return mark === 'current' ? '◀ ' : '';
}
