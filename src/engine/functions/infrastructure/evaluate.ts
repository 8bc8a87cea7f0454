import { asText, type Value } from '../templates/values.ts';
import type { Expression } from './expression.ts';

/** What an evaluation knows beyond the expression itself. */
export type Names = {
  /** What a name stands for, when the text tells; undefined otherwise. */
  resolve(names: readonly string[]): Expression | undefined;
  /** A value that is known though it is no literal: `Duration.seconds(3)`, `__dirname`. Undefined: as usual. */
  known?(expression: Expression, evaluate: (part: Expression) => Value): Value;
};

const maxDepth = 20;
/** Values of one setting; more is no setting but a text made to keep its reader busy. */
const maxSteps = 1_000;

/** The value of an expression where the text tells it; undefined for what only a run or a deployment knows. */
export function evaluate(expression: Expression, names: Names): Value {
  let steps = 0;

  function valueOf(part: Expression, depth: number): Value {
    if (depth > maxDepth || ++steps > maxSteps) return undefined;
    const inner = (next: Expression): Value => valueOf(next, depth + 1);
    return names.known?.(part, inner) ?? plain(part, names, inner);
  }
  return valueOf(expression, 0);
}

function plain(expression: Expression, names: Names, inner: (part: Expression) => Value): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'name': {
      const stands = names.resolve(expression.names);
      return stands === undefined ? undefined : inner(stands);
    }
    case 'text': {
      const parts = expression.parts.map(inner);
      return parts.every((part) => typeof part === 'string' || typeof part === 'number') ? parts.join('') : undefined;
    }
    case 'binary':
      return calculated(expression.operator, inner(expression.left), inner(expression.right));
    case 'list':
      return expression.items.map(inner);
    case 'member':
    case 'call':
    case 'map':
    case 'other':
    default:
      return undefined;
  }
}

function calculated(operator: string, left: Value, right: Value): Value {
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  if (operator === '*') return left * right;
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  return operator === '/' && right !== 0 ? left / right : undefined;
}

/** The entries of a map whose values the text tells, for example of environment variables. */
export function textMap(map: Expression | undefined, names: Names): Record<string, string> {
  const entries = map?.kind === 'map' ? map.entries : [];
  const told = entries.flatMap(({ key, value }): [string, string][] => {
    const text = asText(evaluate(value, names));
    return key === null || text === null ? [] : [[key, text]];
  });
  return Object.fromEntries(told);
}
