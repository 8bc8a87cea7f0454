import type * as z from 'zod/mini';
import { ReefError } from '../../../protocol/errors.ts';
import type { ConfiguredStudy } from './configured-study.ts';

/** What becomes of one key of the file. */
export type Key = (value: unknown, place: Place, study: ConfiguredStudy) => void;

export type Place = { file: string; key: string };

/** A key that means something here. `expected` completes "must be …"; `use` may return why it is not taken as it is there. */
export function key<Value>(
  schema: z.ZodMiniType<Value>,
  expected: string,
  use: (value: Value, study: ConfiguredStudy) => string | undefined,
): Key {
  return (value, place, study) => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw wrongValue(place, parsed.error.issues[0]?.path ?? [], expected);
    const note = use(parsed.data, study);
    if (note !== undefined) study.notes.push(`${place.file}: ${place.key}: ${note}`);
  };
}

/** A key that means nothing here: what it is there, and why not here. What is switched off asks for nothing. */
export function meaningless(there: string, here: string): Key {
  return (value, { file, key }, study) => {
    if (value === false || value === null) return;
    study.notes.push(`${file}: ${key} has no meaning here: there it is ${there}; ${here}.`);
  };
}

/** Says what is expected and not what is there: that may be an event. */
export function wrongValue({ file, key }: Place, path: readonly PropertyKey[], expected: string): ReefError {
  return new ReefError(
    'invalid-settings',
    `${file}: ${[key, ...path].map(String).join('.')} is wrong: ${key} must be ${expected}.`,
  );
}
