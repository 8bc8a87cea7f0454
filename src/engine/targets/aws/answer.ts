import * as z from 'zod/mini';
import { type CallReport, type InvocationError, type Measurement, type Outcome, unmeasured } from '../../../protocol/samples.ts';
import type { Failure } from '../../exchange/logs/fact.ts';
import { outcomeOf } from '../../exchange/logs/outcome.ts';
import type { LoggedCall } from '../../exchange/logs/call-tracker.ts';
import { readLogs } from '../../exchange/logs/read-logs.ts';
import { textFact } from '../../exchange/logs/text-fact.ts';
import { boundedError, readError } from '../../runtime/wire.ts';
import type { Deployed } from './deployed.ts';

/** What Invoke answered: its header fields and body, with what the log says of the call. */
export type Answer = {
  /** `Handled` or `Unhandled`; null when the function succeeded. */
  functionError: string | null;
  payload: string;
  /** Null where no report could be found: what it would say is then not measured. */
  logged: LoggedCall | null;
};

export type Call = {
  memoryMb: number;
  timeoutMs: number;
  startedAtMs: number;
  roundTripMs: number;
  /** No call of this version was made before. */
  first: boolean;
};

/** The report of a call in the tail of its log, or in any other log that holds it. */
export function loggedCall(log: string, requestId: string | undefined): LoggedCall | null {
  const { calls } = readLogs(log);
  return calls.findLast((call) => requestId === undefined || call.requestId === requestId) ?? null;
}

/** What an attempt measured. Durations and memory are the provider's own; without a report they are missing. */
export function measurementOf(answer: Answer, { startedAtMs, roundTripMs, first, ...limits }: Call): Measurement {
  const { logged } = answer;
  const { outcome, error } = endOf(answer, limits);
  return {
    ...unmeasured,
    outcome,
    cold: logged?.cold ?? first,
    startedAtMs,
    durationMs: outcome === 'timeout' ? (logged?.limitMs ?? limits.timeoutMs) : (logged?.durationMs ?? null),
    initMs: logged?.initMs ?? logged?.restoreMs ?? null,
    roundTripMs,
    peakRssMb: logged?.peakMb ?? null,
    error,
  };
}

/** What is known of the call of a version besides its measurement. */
export function reportOf({ logged }: Answer, ran: Deployed, requestId: string | undefined): CallReport {
  return {
    requestId: requestId ?? null,
    version: ran.version,
    memoryMb: logged?.memoryMb ?? ran.memoryMb,
    architecture: ran.architecture,
    billedMs: logged?.billedMs ?? null,
    restoreMs: logged?.restoreMs ?? null,
  };
}

type End = { outcome: Outcome; error: InvocationError | null };

function endOf({ functionError, payload, logged }: Answer, { memoryMb }: Pick<Call, 'memoryMb' | 'timeoutMs'>): End {
  if (functionError === null) return { outcome: 'ok', error: null };
  const error = readError(payload, 'Runtime.Unknown');
  // The log knows more of a sandbox that died (how much memory it used); the answer, of an error that was raised.
  if (logged !== null && ['oom', 'timeout', 'crashed', 'init-error'].includes(logged.outcome)) {
    return { outcome: logged.outcome, error };
  }
  const failures: Failure[] = [];
  const fact = textFact(error.message);
  if (fact?.kind === 'failure') failures.push(fact.failure);
  const report = { memoryMb, peakMb: logged?.peakMb ?? null, status: 'error', errorType: error.type };
  return { outcome: outcomeOf(report, failures).outcome, error };
}

/** Errors of Invoke that say that the function was not reached, as there was no room for it. */
const throttles = new Set([
  'TooManyRequestsException',
  'EC2ThrottledException',
  'ENILimitReachedException',
  'ThrottlingException',
]);
/** Errors of Invoke on the service's side. Whether the function ran is not known. */
const outages = new Set([
  'ServiceException',
  'EC2AccessDeniedException',
  'EC2UnexpectedException',
  'EFSIOException',
  'EFSMountConnectivityException',
  'EFSMountTimeoutException',
  'InternalServerError',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'ResourceNotReadyException',
  'SnapStartNotReadyException',
  'SnapStartException',
  'SnapStartTimeoutException',
  'TimeoutError',
]);

const SdkError = z.object({
  name: z.string(),
  message: z._default(z.string(), ''),
  Reason: z.optional(z.string()),
  code: z.optional(z.string()),
  $metadata: z.optional(z.object({ httpStatusCode: z.optional(z.number()) })),
});

/**
 * What an error of Invoke says about the attempt: `throttled`, or `unavailable` when the service or the network failed.
 * Null for what would be the same at the next attempt (no permission, no such function, an event that is too large).
 */
export function refusalOf(error: unknown): End | null {
  const parsed = SdkError.safeParse(error);
  if (!parsed.success) return null;
  const { name, message, Reason: reason, code } = parsed.data;
  const status = parsed.data.$metadata?.httpStatusCode;
  const told = boundedError(name, reason === undefined ? message : `${message} (${reason})`);
  if (throttles.has(name) || status === 429) return { outcome: 'throttled', error: told };
  const lost = code !== undefined && /^E[A-Z]+$/.test(code);
  return outages.has(name) || (status !== undefined && status >= 500) || lost ? { outcome: 'unavailable', error: told } : null;
}

/** The response of a function as JSON text; null when it failed. */
export function responseOf({ functionError, payload }: Answer): string | null {
  if (functionError !== null) return null;
  return payload === '' ? null : payload;
}
