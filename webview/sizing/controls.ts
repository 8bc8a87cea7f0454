import { formatPercent } from '../../src/engine/format/format.ts';
import type { Objective } from '../../src/protocol/sizing.ts';
import { el, setText } from '../shared/dom.ts';
import { goals } from './texts.ts';

export type Controls = {
  readonly element: HTMLElement;
  /** Shows an objective without calling back. */
  show(objective: Objective): void;
};

const goalOrder: Objective['goal'][] = ['cost', 'balanced', 'fastest'];
const maxTolerancePercent = 100;

/** Objective picker, cost tolerance and duration limit. Moving the tolerance chooses the goal that it belongs to. */
export function createControls(onChange: (objective: Objective) => void): Controls {
  const radios = goalOrder.map((goal) =>
    el('input', { type: 'radio', name: 'goal', id: `goal-${goal}`, value: goal, 'aria-describedby': `goal-${goal}-about` }),
  );
  const slider = el('input', { type: 'range', id: 'tolerance', min: 0, max: maxTolerancePercent, step: 1 });
  const output = el('output', { for: 'tolerance', id: 'tolerance-value' });
  const limit = el('input', {
    type: 'number',
    id: 'max-duration',
    min: 1,
    step: 'any',
    placeholder: 'none',
    inputmode: 'decimal',
    'aria-describedby': 'max-duration-problem',
  });
  const problem = el('span', { id: 'max-duration-problem', class: 'problem', role: 'status' });

  const chosenGoal = (): Objective['goal'] => goalOrder[radios.findIndex((radio) => radio.checked)] ?? 'balanced';

  function change(): void {
    const maxDurationMs = limit.value === '' && !limit.validity.badInput ? null : limit.valueAsNumber;
    const valid = maxDurationMs === null || maxDurationMs > 0;
    limit.setAttribute('aria-invalid', String(!valid));
    setText(problem, valid ? '' : 'Enter a number above 0, or leave it empty.');
    showTolerance();
    if (valid) onChange({ goal: chosenGoal(), tolerance: slider.valueAsNumber / 100, maxDurationMs });
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
  limit.addEventListener('input', change);

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
      el('div', { class: 'limit' }, limit, el('span', { class: 'muted', 'aria-hidden': 'true' }, 'ms'), problem),
    ),
  );
  element.addEventListener('submit', (event) => event.preventDefault());

  return {
    element,
    show(objective) {
      for (const radio of radios) radio.checked = radio.value === objective.goal;
      slider.value = String(Math.min(Math.round(objective.tolerance * 100), maxTolerancePercent));
      limit.value = objective.maxDurationMs === null ? '' : String(objective.maxDurationMs);
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
