import type { ReefError } from '../../protocol/errors.ts';
import type { InvocationError, Outcome } from '../../protocol/samples.ts';
import { boundedError } from './wire.ts';

/** How a sandbox's process ended. */
export type Exit = {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** It printed V8's message that the heap is full. */
  heapFull: boolean;
  /** Reef killed it because it used more than this, MB. */
  overMemoryMb: number | null;
  /** The kernel killed it because it used more than its size, MB; null where no size is enforced. */
  sizeExceededMb?: number | null;
  /** Why there is no exit code, or what it means, where that is known. */
  reason?: string | null;
  /** What took the sandbox away from Reef: nothing is known of the function then. */
  lost?: ReefError | null;
};

/** Killed from outside by the kernel when memory runs out, as 137 = 128 + 9 says through a shell or container. */
const killedCode = 137;

/** What an exit in the middle of an attempt says about the function. */
export function outcomeOfExit(exit: Exit, phase: 'init' | 'invoke'): { outcome: Outcome; error: InvocationError } {
  if (exit.overMemoryMb !== null) {
    const why = `The function used more than ${exit.overMemoryMb} MB, where Reef stops it so that this machine stays usable.`;
    return { outcome: 'oom', error: boundedError('Runtime.OutOfMemory', why) };
  }
  if ((exit.sizeExceededMb ?? null) !== null) {
    const why = `The function used more than the ${exit.sizeExceededMb} MB of its size.`;
    return { outcome: 'oom', error: boundedError('Runtime.OutOfMemory', why) };
  }
  if (exit.heapFull) {
    return { outcome: 'oom', error: boundedError('Runtime.OutOfMemory', `The JavaScript heap is full: ${describeExit(exit)}.`) };
  }
  if (exit.signal === 'SIGKILL' || exit.code === killedCode) {
    const why = `The process was killed from outside, most likely for want of memory: ${describeExit(exit)}.`;
    return { outcome: 'oom', error: boundedError('Runtime.OutOfMemory', why) };
  }
  const error = boundedError(
    'Runtime.ExitError',
    `Runtime exited ${phase === 'init' ? 'during init ' : ''}with error: ${describeExit(exit)}`,
  );
  return { outcome: phase === 'init' ? 'init-error' : 'crashed', error };
}

function describeExit(exit: Exit): string {
  const why = exit.signal === null ? `exit status ${exit.code ?? 'unknown'}` : `signal: ${exit.signal}`;
  return (exit.reason ?? null) === null ? why : `${why}, ${exit.reason}`;
}

/** A `MemoryError` that leaves a Python handler says that the machine had no more to give: in the cloud the sandbox would be killed. */
export function outcomeOfError(error: InvocationError): Outcome {
  return error.type === 'MemoryError' ? 'oom' : 'error';
}
