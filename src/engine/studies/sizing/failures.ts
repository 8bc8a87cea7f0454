import { ReefError } from '../../../protocol/errors.ts';
import type { FunctionInfo } from '../../../protocol/functions.ts';
import type { NewSample, Outcome } from '../../../protocol/samples.ts';

/** A function that failed this often and never worked is not called again. */
const hopelessAfter = 3;
/** Calls that last until the timeout, or until memory is full, are dear: two tell enough. */
const hopelessAfterExhaustion = 2;

const failing: readonly Outcome[] = ['error', 'init-error', 'crashed'];

/** Throws ReefError `function-failed` once it is clear that no call works. */
export function checkFailures(fn: Pick<FunctionInfo, 'name'>, samples: readonly NewSample[]): void {
  if (samples.some((sample) => sample.outcome === 'ok')) return;
  const failed = samples.filter((sample) => failing.includes(sample.outcome));
  const exhausted = samples.filter((sample) => sample.outcome === 'timeout' || sample.outcome === 'oom');
  if (failed.length >= hopelessAfter || exhausted.length >= hopelessAfterExhaustion) throw functionFailed(fn, samples);
}

/** Names the first error; for calls that ran out of time or memory, what to change. */
export function functionFailed(fn: Pick<FunctionInfo, 'name'>, samples: readonly NewSample[]): ReefError {
  const calls = samples.length === 1 ? 'its only call' : `all of its ${samples.length} calls`;
  const error = samples.find((sample) => failing.includes(sample.outcome))?.error;
  if (error)
    return new ReefError(
      'function-failed',
      `${fn.name} failed in ${calls}; correct it or its event: ${error.type}: ${error.message}`,
    );
  if (samples.every((sample) => sample.outcome === 'oom')) {
    const largest = Math.max(...samples.map((sample) => sample.memoryMb ?? 0));
    const where = largest > 0 ? ` at ${largest} MB, its largest size` : '';
    return new ReefError('function-failed', `${fn.name} ran out of memory in ${calls}${where}; give it a smaller event.`);
  }
  if (samples.every((sample) => sample.outcome === 'timeout')) {
    return new ReefError(
      'function-failed',
      `${fn.name} reached its timeout in ${calls}; raise the timeout or give it a smaller event.`,
    );
  }
  if (samples.every((sample) => sample.outcome === 'throttled')) {
    return new ReefError(
      'function-failed',
      `${fn.name} was throttled in ${calls}; allow more calls at once at the provider, or try again later.`,
    );
  }
  const outcomes = [...new Set(samples.map((sample) => sample.outcome))].join(', ');
  return new ReefError('function-failed', `${fn.name} did not succeed in ${calls}; run it once to see why: ${outcomes}`);
}
