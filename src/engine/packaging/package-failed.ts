import { ReefError } from '../../protocol/errors.ts';

/** Why code cannot be packed, and what to do: a sentence without its full stop. */
export function packageFailed(sentence: string, cause?: unknown): ReefError {
  return new ReefError('package-failed', `${sentence}.`, cause === undefined ? undefined : { cause });
}
