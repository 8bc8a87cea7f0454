import { formatCostPerMillion, formatDuration, formatInterval, formatMemory } from '../../src/engine/format/format.ts';
import { allRows, keyRows, type Row } from '../../src/engine/report/rows.ts';
import type { Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { el, fill, setText } from '../shared/dom.ts';
import { marks } from './texts.ts';

export type CurveTable = {
  readonly element: HTMLElement;
  show(report: SizingReport, recommendation: Recommendation): void;
};

const columns = ['Memory', 'Duration', '90 % interval', 'p95', 'Cold call', 'Cost per million', 'Basis', 'Notes'];
/** Columns that stand only where the report fills them. */
const optional = { p95: columns.indexOf('p95'), cold: columns.indexOf('Cold call') };

/** The chart's figures as a table: the telling sizes first, every size on demand. */
export function createTable(): CurveTable {
  const body = el('tbody');
  const toggle = el('button', { type: 'button', 'aria-expanded': 'false', 'aria-controls': 'curve-table' });
  const heads = columns.map((column) =>
    el('th', { scope: 'col', class: ['Basis', 'Notes'].includes(column) ? 'word' : null }, column),
  );
  let expanded = false;
  let latest: { report: SizingReport; recommendation: Recommendation } | null = null;

  function render(): void {
    if (latest === null) return;
    const all = allRows(latest.report, latest.recommendation);
    const key = keyRows(latest.report, latest.recommendation);
    const shows = { p95: all.some((row) => row.percentiles !== undefined), cold: all.some((row) => row.cold !== undefined) };
    heads[optional.p95]?.toggleAttribute('hidden', !shows.p95);
    heads[optional.cold]?.toggleAttribute('hidden', !shows.cold);
    fill(body, ...(expanded ? all : key).map((row) => tableRow(row, shows)));
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
        el('thead', {}, el('tr', {}, ...heads)),
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

function tableRow(row: Row, shows: { p95: boolean; cold: boolean }): HTMLElement {
  const figure = (durationMs: number | undefined): HTMLElement =>
    el('td', {}, durationMs === undefined ? '–' : formatDuration(durationMs));
  return el(
    'tr',
    { class: row.marks.join(' '), 'data-memory-mb': row.memory_mb },
    el('th', { scope: 'row' }, formatMemory(row.memory_mb)),
    el('td', {}, formatDuration(row.duration_ms)),
    el('td', {}, formatInterval(row.interval)),
    shows.p95 ? figure(row.percentiles?.p95.duration_ms) : null,
    shows.cold ? figure(row.cold?.duration_ms) : null,
    el('td', {}, formatCostPerMillion(row.cost_per_million_usd)),
    el('td', { class: 'word' }, row.basis),
    el('td', { class: 'word' }, row.marks.map((mark) => `${symbolOf(mark)}${marks[mark]}`).join(', ')),
  );
}

function symbolOf(mark: Row['marks'][number]): string {
  if (mark === 'recommended') return '★ ';
  return mark === 'current' ? '◀ ' : '';
}
