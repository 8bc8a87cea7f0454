import { formatCostPerMillion, formatDuration, formatMemory } from '../../src/engine/format/format.ts';
import { figureAt } from '../../src/engine/studies/sizing/objective.ts';
import type { SizingReport } from '../../src/protocol/sizing.ts';
import { el, fill } from '../shared/dom.ts';
import { formatDate } from '../shared/date.ts';
import { goals } from './texts.ts';

export type Comparison = {
  readonly element: HTMLElement;
  show(report: SizingReport, other: SizingReport | null): void;
};

/** Two runs side by side: what differs between them, and what they conclude. */
export function createComparison(onEnd: () => void): Comparison {
  const body = el('tbody');
  const end = el('button', { type: 'button', id: 'end-comparison' }, 'Stop comparing');
  end.addEventListener('click', onEnd);
  const heads = ['', 'This run', 'Other run', 'Differs'];
  const element = el(
    'section',
    { class: 'comparison', 'aria-labelledby': 'comparison-title' },
    el('div', { class: 'title' }, el('h2', { id: 'comparison-title' }, 'Compared with another run'), end),
    el(
      'div',
      { class: 'table-scroll', role: 'region', tabindex: 0, 'aria-label': 'Comparison' },
      el(
        'table',
        { 'aria-label': 'This run and the other' },
        el('thead', {}, el('tr', {}, ...heads.map((head) => el('th', { scope: 'col', class: 'word' }, head)))),
        body,
      ),
    ),
  );
  return {
    element,
    show(report, other) {
      element.hidden = other === null;
      if (other === null) return;
      fill(
        body,
        ...differences(report, other).map(({ what, here, there }) =>
          el(
            'tr',
            { class: here === there ? '' : 'differs' },
            el('th', { scope: 'row', class: 'word' }, what),
            ...[here, there, here === there ? '' : 'differs'].map((cell) => el('td', { class: 'word' }, cell)),
          ),
        ),
      );
    },
  };
}

type Difference = { what: string; here: string; there: string };

function differences(report: SizingReport, other: SizingReport): Difference[] {
  const row = (what: string, of: (one: SizingReport) => string): Difference => ({ what, here: of(report), there: of(other) });
  const { memory_mb } = report.recommendation;
  const size = formatMemory(memory_mb);
  const at = (one: SizingReport, format: (figure: NonNullable<ReturnType<typeof figureAt>>) => string): string => {
    const figure = figureAt(one.curve, memory_mb);
    return figure === null ? '–' : format(figure);
  };
  return [
    row('Made', ({ created_at }) => formatDate(created_at)),
    row('Target', ({ target }) => target),
    row('Basis', ({ basis }) => basis),
    row('Architecture', (one) => one.function.architecture),
    ...(report.code_hash === undefined && other.code_hash === undefined
      ? []
      : [row('Code version', ({ code_hash }) => code_hash?.slice(0, 8) ?? 'not known')]),
    row('Objective', ({ objective }) => goals[objective.goal].label),
    row('Recommended', ({ recommendation }) => formatMemory(recommendation.memory_mb)),
    row('Memory floor', ({ floor }) => formatMemory(floor.memory_mb)),
    row(`Duration at ${size}`, (one) => at(one, ({ duration_ms }) => formatDuration(duration_ms))),
    row(`Cost at ${size}`, (one) => at(one, ({ cost_per_million_usd }) => formatCostPerMillion(cost_per_million_usd))),
    row('Samples', ({ samples }) => String(samples)),
  ];
}
