import { formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import type { SamplePoint, SizingReport } from '../../src/protocol/sizing.ts';
import { el, fill, setText } from '../shared/dom.ts';
import { outcomes } from '../shared/outcomes.ts';

export type AttemptTable = {
  readonly element: HTMLDetailsElement;
  show(report: SizingReport): void;
};

const missing = '–';

/** Every attempt in its order, as a table that opens on demand: what the points of the chart show, in words. */
export function createAttemptTable(): AttemptTable {
  const summary = el('summary');
  const content = el('div', { class: 'table-scroll', role: 'region', tabindex: 0, 'aria-label': 'Attempts' });
  const element = el('details', { class: 'attempts' }, summary, content);
  let latest: SizingReport | null = null;
  // Thousands of rows are made only when somebody looks.
  const render = (): void => {
    if (element.open && latest !== null) fill(content, table(latest));
  };
  element.addEventListener('toggle', render);
  return {
    element,
    show(report) {
      latest = report;
      const { length } = report.points;
      setText(summary, `All ${length} attempts`);
      element.hidden = length === 0;
      render();
    },
  };
}

function table(report: SizingReport): HTMLElement {
  const several = (pick: (point: SamplePoint) => unknown): boolean => report.points.some((point) => pick(point) !== undefined);
  const shows = { target: several(({ target }) => target), payload: several(({ payload }) => payload) };
  const head = (text: string, shown = true, word = false): HTMLElement | null =>
    shown ? el('th', { scope: 'col', class: word ? 'word' : null }, text) : null;
  return el(
    'table',
    { 'aria-label': 'Attempts in the order in which they were made' },
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        head('Attempt'),
        head('Memory'),
        head('Duration'),
        head('Init'),
        head('Start', true, true),
        head('Payload', shows.payload, true),
        head('Target', shows.target, true),
        head('Outcome', true, true),
      ),
    ),
    el('tbody', {}, ...report.points.map((point, index) => row(point, index + 1, report.target, shows))),
  );
}

function row(point: SamplePoint, number: number, target: string, shows: { target: boolean; payload: boolean }): HTMLElement {
  const duration = (durationMs: number | null): string => (durationMs === null ? missing : formatDuration(durationMs));
  const word = (text: string): HTMLElement => el('td', { class: 'word' }, text);
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, String(number)),
    el('td', {}, point.memory_mb === null ? 'full speed' : formatMemory(point.memory_mb)),
    el('td', {}, duration(point.duration_ms)),
    el('td', {}, duration(point.init_ms)),
    word(point.cold ? 'cold' : 'warm'),
    shows.payload ? word(point.payload ?? missing) : null,
    shows.target ? word(point.target ?? target) : null,
    word(`${outcomes[point.outcome]}${point.free === true ? ', found' : ''}`),
  );
}
