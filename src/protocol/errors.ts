/** Codes that fronts may react to; the sentence is for people. */
export type ReefErrorCode =
  | 'no-such-function'
  | 'ambiguous-function'
  | 'handler-missing'
  | 'unsupported-runtime'
  | 'runtime-not-found'
  | 'invalid-event'
  | 'invalid-curve'
  | 'invalid-settings'
  | 'invalid-import'
  | 'no-such-run'
  | 'no-such-target'
  | 'no-workspace'
  | 'not-trusted'
  | 'not-enough-data'
  | 'function-failed'
  | 'sandbox-failed'
  | 'store-damaged'
  | 'store-newer'
  | 'store-unavailable'
  /** A cloud's: nobody is signed in, the role may not do it, the service refused, was asked too often or cannot be reached, something of another is in the way. */
  | 'no-credentials'
  | 'access-denied'
  | 'service-failed'
  | 'throttled'
  | 'unreachable'
  | 'region-disabled'
  | 'in-use'
  /** What is deployed is another workspace's, or nobody's of Reef's: it is changed only when that is said. */
  | 'not-owned'
  /** Code could not be packed for a platform: a build tool said no, or is missing. */
  | 'package-failed'
  | 'cancelled'
  | 'internal';

/**
 * An error whose message is one sentence for people: what happened, where, and what to do next.
 * The cause, if any, is attached for logs.
 */
export class ReefError extends Error {
  readonly code: ReefErrorCode;

  constructor(code: ReefErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ReefError';
    this.code = code;
  }
}

export function isCancelled(error: unknown): boolean {
  return (error instanceof ReefError && error.code === 'cancelled') || (error instanceof Error && error.name === 'AbortError');
}

export function messageOf(error: unknown): string {
  const whole = bothErrors(error);
  return whole instanceof Error ? whole.message : String(whole);
}

/**
 * Where both some work and the clean-up after it failed, JavaScript makes one error of the two that says nothing (`await using`):
 * this is one that says both, with the code of the work's own unless that was cancelled. Other errors are returned as they are.
 */
export function bothErrors(error: unknown): unknown {
  if (!(error instanceof Error) || !('suppressed' in error) || !('error' in error)) return error;
  const { suppressed: work, error: cleanUp } = error;
  if (isCancelled(cleanUp)) return bothErrors(work);
  const telling = [work, cleanUp].find((each) => each instanceof ReefError && !isCancelled(each));
  const code = telling instanceof ReefError ? telling.code : 'internal';
  return new ReefError(code, `${messageOf(work)} ${messageOf(cleanUp)}`, { cause: error });
}
