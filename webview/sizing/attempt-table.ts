import { formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import type { CallReference } from '../../src/protocol/logs.ts';
import type { SamplePoint, SizingReport } from '../../src/protocol/sizing.ts';
import { el, fill, setText } from '../shared/dom.ts';
import { outcomes } from '../shared/outcomes.ts';

export type AttemptTable = {
  readonly element: HTMLDetailsElement;
  show(report: SizingReport): void;
};

const missing = '–';

/** Opens what an attempt logged; null on a page that cannot. */
export type ShowLog = ((call: CallReference) => void) | null;

/** Every attempt in its order, as a table that opens on demand: what the points of the chart show, in words. */
export function createAttemptTable(showLog: ShowLog): AttemptTable {
  const summary = el('summary');
  const content = el('div', { class: 'table-scroll', role: 'region', tabindex: 0, 'aria-label': 'Attempts' });
  const element = el('details', { class: 'attempts' }, summary, content);
  let latest: SizingReport | null = null;
  // Thousands of rows are made only when somebody looks.
  const render = (): void => {
    if (element.open && latest !== null) fill(content, table(latest, showLog));
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

function table(report: SizingReport, showLog: ShowLog): HTMLElement {
  const several = (pick: (point: SamplePoint) => unknown): boolean => report.points.some((point) => pick(point) !== undefined);
  const shows = {
    target: several(({ target }) => target),
    payload: several(({ payload }) => payload),
    log: several((point) => callOf(point, report.run_id)) ? showLog : null,
  };
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
        head('Log', shows.log !== null, true),
      ),
    ),
    el('tbody', {}, ...report.points.map((point, index) => row(point, index + 1, report, shows))),
  );
}

type Shows = { target: boolean; payload: boolean; log: ShowLog };

function row(
  point: SamplePoint,
  number: number,
  { target, run_id: runId }: Pick<SizingReport, 'target' | 'run_id'>,
  shows: Shows,
): HTMLElement {
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
    shows.log === null ? null : el('td', { class: 'word' }, logButton(callOf(point, runId), number, shows.log)),
  );
}

/** The stored call that an attempt is; undefined where the report does not say. */
function callOf({ call, sample_id: sampleId }: SamplePoint, runId: string): CallReference | undefined {
  if (call !== undefined) return { runId, number: call };
  return sampleId === undefined ? undefined : { sampleId };
}

function logButton(call: CallReference | undefined, number: number, showLog: NonNullable<ShowLog>): HTMLElement | null {
  if (call === undefined) return null;
  const button = el('button', { class: 'quiet', type: 'button', 'aria-label': `Show the log of attempt ${number}` }, 'Show');
  button.addEventListener('click', () => showLog(call));
  return button;
}
