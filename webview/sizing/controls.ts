import { formatPercent } from '../../src/engine/format/format.ts';
import type { Objective, SizingReport } from '../../src/protocol/sizing.ts';
import { el, setText } from '../shared/dom.ts';
import { numberField } from './number-field.ts';
import { goals } from './texts.ts';

export type Controls = {
  readonly element: HTMLElement;
  /** Shows an objective without calling back; percentile and cold rate only where the curve has their figures. */
  show(objective: Objective, report: SizingReport): void;
};

const goalOrder: Objective['goal'][] = ['cost', 'balanced', 'fastest'];
const maxTolerancePercent = 100;
const percentiles = [50, 95, 99] as const;

/**
 * Objective picker, cost tolerance, duration limit for the mean or a percentile, and the share of cold calls.
 * Moving the tolerance chooses the goal that it belongs to.
 */
export function createControls(onChange: (objective: Objective) => void): Controls {
  const radios = goalOrder.map((goal) =>
    el('input', { type: 'radio', name: 'goal', id: `goal-${goal}`, value: goal, 'aria-describedby': `goal-${goal}-about` }),
  );
  const slider = el('input', { type: 'range', id: 'tolerance', min: 0, max: maxTolerancePercent, step: 1 });
  const output = el('output', { for: 'tolerance', id: 'tolerance-value' });
  const limit = numberField('max-duration', 'none', 1, null);
  const statistic = el(
    'select',
    { id: 'percentile', 'aria-label': 'Duration limit holds for' },
    el('option', { value: '' }, 'mean'),
    ...percentiles.map((percentile) => el('option', { value: percentile }, `p${percentile}`)),
  );
  const cold = numberField('cold-rate', '0', 0, 100);
  const coldControl = el(
    'div',
    { class: 'control' },
    el('label', { for: 'cold-rate' }, 'Cold calls'),
    el('div', { class: 'limit' }, cold.input, el('span', { class: 'muted', 'aria-hidden': 'true' }, '%'), cold.problem),
  );
  /** What the controls do not show stays as it is. */
  let base: Objective = { goal: 'balanced', tolerance: 0.1, maxDurationMs: null };

  const chosenGoal = (): Objective['goal'] => goalOrder[radios.findIndex((radio) => radio.checked)] ?? 'balanced';

  function change(): void {
    showTolerance();
    const maxDurationMs = limit.read();
    const coldPercent = cold.read();
    if (maxDurationMs === undefined || coldPercent === undefined) return;
    const percentile = percentiles.find((value) => String(value) === statistic.value);
    const { percentile: _percentile, coldRate: _coldRate, ...kept } = base;
    onChange({
      ...kept,
      goal: chosenGoal(),
      tolerance: slider.valueAsNumber / 100,
      maxDurationMs,
      ...(percentile === undefined ? {} : { percentile }),
      ...(coldPercent === null ? {} : { coldRate: coldPercent / 100 }),
    });
  }

  function showTolerance(): void {
    const text = formatPercent(slider.valueAsNumber / 100);
    setText(output, `+${text}`);
    slider.setAttribute('aria-valuetext', `${text} above the cheapest`);
  }

  for (const radio of radios) radio.addEventListener('change', change);
  slider.addEventListener('input', () => {
    for (const radio of radios) radio.checked = radio.value === 'fastest';
    change();
  });
  limit.input.addEventListener('input', change);
  cold.input.addEventListener('input', change);
  statistic.addEventListener('change', change);

  const element = el(
    'form',
    { class: 'controls', 'aria-label': 'Objective' },
    el(
      'fieldset',
      { class: 'control' },
      el('legend', {}, 'Objective'),
      el('div', { class: 'segments' }, ...radios.map((radio, index) => segment(radio, goalOrder[index] ?? 'balanced'))),
    ),
    el(
      'div',
      { class: 'control tolerance' },
      el('label', { for: 'tolerance' }, 'Cost tolerance'),
      el('div', { class: 'slider' }, slider, output),
    ),
    el(
      'div',
      { class: 'control' },
      el('label', { for: 'max-duration' }, 'Duration limit'),
      el(
        'div',
        { class: 'limit' },
        statistic,
        limit.input,
        el('span', { class: 'muted', 'aria-hidden': 'true' }, 'ms'),
        limit.problem,
      ),
    ),
    coldControl,
  );
  element.addEventListener('submit', (event) => event.preventDefault());

  return {
    element,
    show(objective, report) {
      base = objective;
      for (const radio of radios) radio.checked = radio.value === objective.goal;
      slider.value = String(Math.min(Math.round(objective.tolerance * 100), maxTolerancePercent));
      limit.write(objective.maxDurationMs);
      statistic.value = objective.percentile === undefined ? '' : String(objective.percentile);
      statistic.hidden = !report.curve.some((point) => point.percentiles !== undefined);
      cold.write(objective.coldRate === undefined ? null : objective.coldRate * 100);
      coldControl.hidden = !report.curve.some((point) => point.cold !== undefined);
      showTolerance();
    },
  };
}

function segment(radio: HTMLInputElement, goal: Objective['goal']): HTMLElement {
  const { label, description } = goals[goal];
  return el(
    'label',
    { class: 'segment', title: description },
    radio,
    el('span', {}, label),
    el('span', { class: 'visually-hidden', id: `goal-${goal}-about` }, description),
  );
}
