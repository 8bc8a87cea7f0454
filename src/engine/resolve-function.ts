import type { FunctionInfo } from '../protocol/functions.ts';
import { ReefError } from '../protocol/errors.ts';

const listed = 12;

/**
 * The function that a user named by id or by name; an empty name is enough when there is only one.
 * @throws ReefError `no-such-function`, `ambiguous-function`
 */
export function resolveFunction(wanted: string, functions: readonly FunctionInfo[], where: string): FunctionInfo {
  const [first, second] = functions;
  if (first === undefined)
    throw new ReefError('no-such-function', `There is no function in ${where}: name a folder with a template or a handler.`);
  if (wanted === '') {
    if (second === undefined) return first;
    throw new ReefError('ambiguous-function', `Which function? ${where} has ${names(functions.map(({ name }) => name))}.`);
  }
  const byId = functions.find(({ id }) => id === wanted);
  if (byId !== undefined) return byId;

  const byName = functions.filter(({ name }) => name === wanted);
  const [match, other] = byName;
  if (match === undefined) {
    throw new ReefError(
      'no-such-function',
      `There is no function "${wanted}" in ${where}: it has ${names(functions.map(({ name }) => name))}.`,
    );
  }
  if (other === undefined) return match;
  throw new ReefError(
    'ambiguous-function',
    `Several functions are named "${wanted}": name one by its id, ${names(byName.map(({ id }) => id))}.`,
  );
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, listed).join(', ');
  return all.length > listed ? `${shown} and ${all.length - listed} more` : shown;
}
