import type { Measurement } from '../../protocol/samples.ts';
import { qualifiedName } from '../functions/qualified-name.ts';
import { billedMs } from '../pricing/bill.ts';
import { parseJson } from '../runtime/wire.ts';
import { reportLines } from './report-lines.ts';

/** The Invoke API of AWS Lambda, as far as requests and answers go. Source: its API reference. */

export type InvocationType = 'RequestResponse' | 'Event' | 'DryRun';

export type InvokeRequest = {
  functionName: string;
  /** A version or alias; null: `$LATEST`. */
  qualifier: string | null;
  type: string;
  wantsTail: boolean;
};

export type Reply = { status: number; headers: Record<string, string>; body: string };

/** One call that was made. */
export type ServedCall = {
  requestId: string;
  memoryMb: number;
  measurement: Measurement;
  response: string | null;
  /** What the function printed during the call. */
  output: readonly string[];
};

/** The tail of the log that comes with an answer, bytes. */
const tailBytes = 4_096;

const route = /^\/2015-03-31\/functions\/([^/?]+)\/invocations\/?(?:\?(.*))?$/;

/** Null when the path is not Invoke's. A function may be named by its name, its ARN, or `account:function:name`. */
export function parseInvoke(url: string, header: (name: string) => string | undefined): InvokeRequest | null {
  const [, encoded, query] = route.exec(url) ?? [];
  if (encoded === undefined) return null;
  const { name, qualifier } = qualifiedName(decoded(encoded));
  return {
    functionName: name,
    qualifier: new URLSearchParams(query ?? '').get('Qualifier') ?? qualifier,
    type: header('x-amz-invocation-type') ?? 'RequestResponse',
    wantsTail: header('x-amz-log-type') === 'Tail',
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function isInvocationType(text: string): text is InvocationType {
  return text === 'RequestResponse' || text === 'Event' || text === 'DryRun';
}

/** An error of the service, in the form from which the AWS SDKs make their exceptions. */
export function failure(status: number, type: string, message: string, more: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
    body: JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message, message, ...more }),
  };
}

/** What a call of the function is answered with: its response, or its error as a function error. */
export function answer(call: ServedCall, language: 'node' | 'python' | null, wantsTail: boolean): Reply {
  const { requestId, measurement, response } = call;
  const failed = measurement.outcome !== 'ok';
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amz-executed-version': '$LATEST',
      ...(failed && { 'x-amz-function-error': 'Unhandled' }),
      ...(wantsTail && { 'x-amz-log-result': tail(call) }),
    },
    body: failed ? errorBody(call, language) : (response ?? 'null'),
  };
}

function tail({ requestId, memoryMb, measurement, output }: ServedCall): string {
  const { outcome, initMs, peakRssMb, error } = measurement;
  const durationMs = measurement.durationMs ?? measurement.roundTripMs ?? 0;
  const lines = reportLines({
    requestId,
    version: '$LATEST',
    memoryMb,
    durationMs,
    billedMs: billedMs({ durationMs, initMs }),
    usedMb: peakRssMb === null ? null : Math.ceil(peakRssMb),
    initMs,
    status: outcome === 'ok' ? 'success' : outcome === 'timeout' ? 'timeout' : 'error',
    errorType: outcome === 'ok' || outcome === 'error' ? null : (error?.type ?? null),
    output,
  });
  return Buffer.from(`${lines.join('\n')}\n`)
    .subarray(-tailBytes)
    .toString('base64');
}

/** As the runtime's own client spells it; what ended the runtime itself names the request. */
function errorBody({ requestId, measurement }: ServedCall, language: 'node' | 'python' | null): string {
  const { error, outcome } = measurement;
  const type = error?.type ?? 'Runtime.Unknown';
  const message = error?.message ?? '';
  if (outcome !== 'error') return JSON.stringify({ errorType: type, errorMessage: `RequestId: ${requestId} Error: ${message}` });
  const stack = error?.stack ?? [];
  return JSON.stringify(
    language === 'python'
      ? { errorMessage: message, errorType: type, requestId, stackTrace: stack }
      : { errorType: type, errorMessage: message, trace: stack },
  );
}

/** The event as Lambda takes it: nothing at all is `{}`. Null when it is not JSON. */
export function eventOf(body: string): string | null {
  if (body.trim() === '') return '{}';
  return parseJson(body) === undefined ? null : body;
}
