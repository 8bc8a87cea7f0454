import { el, setText } from '../shared/dom.ts';

export type NumberField = {
  input: HTMLInputElement;
  problem: HTMLElement;
  /** Null when empty, undefined when it is no number within the bounds, which the problem then says. */
  read(): number | null | undefined;
  write(value: number | null): void;
};

/** Takes numbers above `min` (`min` itself when it is 0) up to `max`. */
export function numberField(id: string, placeholder: string, min: 0 | 1, max: number | null): NumberField {
  const input = el('input', {
    type: 'number',
    id,
    min,
    max,
    step: 'any',
    placeholder,
    inputmode: 'decimal',
    'aria-describedby': `${id}-problem`,
  });
  const problem = el('span', { id: `${id}-problem`, class: 'problem', role: 'status' });
  const rule =
    max === null ? 'Enter a number above 0, or leave it empty.' : `Enter a number from ${min} to ${max}, or leave it empty.`;
  return {
    input,
    problem,
    read() {
      const empty = input.value === '' && !input.validity.badInput;
      const value = input.valueAsNumber;
      const valid = empty || (max === null ? value > 0 : value >= min && value <= max);
      input.setAttribute('aria-invalid', String(!valid));
      setText(problem, valid ? '' : rule);
      if (!valid) return undefined;
      return empty ? null : value;
    },
    write(value) {
      input.value = value === null ? '' : String(value);
    },
  };
}
