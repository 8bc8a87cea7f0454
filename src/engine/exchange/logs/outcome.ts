import type { Outcome } from '../../../protocol/samples.ts';
import type { Failure, Report } from './fact.ts';

export type Ended = {
  outcome: Outcome;
  /** Null when the call was ok. */
  errorType: string | null;
  /** What the platform says about it; never the function's own message, which may hold what it was sent. */
  message: string;
  /** The limit that a timeout reached, ms, where the log tells it. */
  limitMs: number | null;
};

/** Errors of the platform that say that the function did not load. Source: AWS Lambda's runtime clients. */
const initErrors: ReadonlySet<string> = new Set([
  'Runtime.ImportModuleError',
  'Runtime.HandlerNotFound',
  'Runtime.MalformedHandlerName',
  'Runtime.UserCodeSyntaxError',
  'Runtime.UserCodeLoadError',
  'Runtime.InvalidEntrypoint',
  'Runtime.InvalidWorkingDir',
  'Runtime.InvalidTaskConfig',
]);

/** A runtime that ended while it used this share of its size was killed for want of memory: the log has no word of its own for it. */
const fullShare = 0.98;

/** What a report says of how its call ended. */
export type EndOfReport = Pick<Report, 'memoryMb' | 'peakMb' | 'status' | 'errorType'>;

/** How a call ended, by its report (`status`, `errorType`) and by what the log says before. */
export function outcomeOf(report: EndOfReport, failures: readonly Failure[]): Ended {
  const limit = failures.find((failure) => failure.kind === 'timeout')?.limitMs ?? null;
  if (limit !== null || report.status === 'timeout' || report.errorType === 'Sandbox.Timedout') {
    return { outcome: 'timeout', errorType: 'Sandbox.Timedout', message: 'Task timed out', limitMs: limit };
  }
  const heapFull = failures.some((failure) => failure.kind === 'heap-full');
  const exit = failures.find((failure) => failure.kind === 'exit')?.how ?? null;
  const raised = failures.find((failure) => failure.kind === 'error')?.errorType ?? null;
  const errorType = report.errorType ?? (exit === null ? raised : 'Runtime.ExitError');
  const ended = (outcome: Outcome, type: string, message: string): Ended => ({
    outcome,
    errorType: type,
    message,
    limitMs: null,
  });
  if (errorType === 'Runtime.OutOfMemory' || errorType === 'MemoryError' || raised === 'MemoryError') {
    return ended('oom', errorType ?? 'Runtime.OutOfMemory', 'Out of memory');
  }
  if (errorType === 'Runtime.ExitError' || report.status === 'failure') {
    const killed = exit === null || exit === 'signal: killed' || exit === 'no reason';
    const full = report.peakMb !== null && report.peakMb >= fullShare * report.memoryMb;
    const message = `Runtime exited${exit === null ? '' : `: ${exit}`}`;
    return heapFull || (killed && full)
      ? ended('oom', 'Runtime.OutOfMemory', message)
      : ended('crashed', errorType ?? 'Runtime.ExitError', message);
  }
  if (errorType !== null) return ended(initErrors.has(errorType) ? 'init-error' : 'error', errorType, 'The function failed');
  // A status that is not known says at least that this was no success.
  if (report.status !== null && report.status !== 'success') return ended('error', report.status, 'The function failed');
  return { outcome: 'ok', errorType: null, message: '', limitMs: null };
}
