import { formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import type { TraceRun } from '../../src/protocol/tracing.ts';
import { el, fill } from '../shared/dom.ts';
import { endText } from './texts.ts';

export type Runs = {
  readonly picker: HTMLElement;
  readonly table: HTMLElement;
  show(runs: readonly TraceRun[], chosen: number): void;
};

const columns = [
  'Run',
  'Peak',
  'Kernel’s peak',
  'Working set',
  'Anonymous',
  'Duration',
  'CPU time',
  'Readings',
  'A second',
  'First after',
];

/** The run that the chart looks at, and the figures of each. */
export function createRuns(onChoose: (run: number) => void): Runs {
  const select = el('select', { id: 'run' });
  const body = el('tbody');
  select.addEventListener('change', () => onChoose(Number(select.value)));
  const picker = el('div', { class: 'control' }, el('label', { for: 'run' }, 'Run'), el('div', { class: 'limit' }, select));
  return {
    picker,
    table: el(
      'section',
      { class: 'figures' },
      el('h2', {}, 'Runs'),
      el(
        'div',
        { class: 'table-scroll', role: 'region', tabindex: 0, 'aria-label': 'Runs' },
        el(
          'table',
          { 'aria-label': 'Figures of each run' },
          el(
            'thead',
            {},
            el(
              'tr',
              {},
              ...columns.map((column) => el('th', { scope: 'col' }, column)),
              el('th', { scope: 'col', class: 'word' }, 'Ended'),
            ),
          ),
          body,
        ),
      ),
    ),
    show(runs, chosen) {
      picker.hidden = runs.length < 2;
      const names = runs.map((run, index) => `Run ${index + 1}${run.oom ? ' (out of memory)' : ''}`);
      fill(select, ...names.map((name, index) => el('option', { value: index, selected: index === chosen }, name)));
      fill(body, ...runs.map((run, index) => row(run, index, index === chosen && runs.length > 1)));
    },
  };
}

function row(run: TraceRun, index: number, chosen: boolean): HTMLElement {
  const memory = (mb: number | null): string => (mb === null ? '–' : formatMemory(mb));
  const time = (ms: number | null): string => (ms === null ? '–' : formatDuration(Math.max(0, ms)));
  const cells = [
    memory(run.peak_mb),
    memory(run.kernel_peak_mb),
    memory(run.working_set_peak_mb),
    memory(run.anonymous_peak_mb),
    time(run.duration_ms),
    time(run.cpu_ms),
    run.samples.toLocaleString('en-US'),
    run.samples_per_s === null ? '–' : Math.round(run.samples_per_s).toLocaleString('en-US'),
    time(run.first_sample_ms),
  ];
  return el(
    'tr',
    { class: chosen ? 'current' : null, 'aria-current': chosen ? 'true' : null },
    el('th', { scope: 'row' }, String(index + 1)),
    ...cells.map((cell) => el('td', {}, cell)),
    el('td', { class: 'word' }, endText(run)),
  );
}
