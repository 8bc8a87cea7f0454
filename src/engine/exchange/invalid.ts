import { ReefError } from '../../protocol/errors.ts';

/** What was given to be imported is not what it should be: one sentence that says what, where and what to do. */
export function invalidImport(sentence: string, cause?: unknown): ReefError {
  return new ReefError('invalid-import', sentence, cause === undefined ? undefined : { cause });
}
