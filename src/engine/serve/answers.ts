import { effectiveMemoryMb, effectiveTimeoutS, type FunctionInfo } from '../../protocol/functions.ts';
import { billedMs } from '../pricing/bill.ts';
import type { Reply, ServedCall } from './api.ts';
import { reportLines } from './report-lines.ts';

/** The tail of the log that comes with an answer, bytes. */
const tailBytes = 4_096;

/** A function as GetFunctionConfiguration describes it: it is ready as it stands. */
export function describeFunction(fn: FunctionInfo, whole: boolean): Reply {
  const configuration = {
    FunctionName: fn.name,
    FunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${fn.name}`,
    Runtime: fn.runtime,
    Handler: fn.handler,
    MemorySize: effectiveMemoryMb(fn),
    Timeout: effectiveTimeoutS(fn),
    PackageType: fn.packageType === 'image' ? 'Image' : 'Zip',
    Architectures: [fn.architecture ?? 'x86_64'],
    Version: '$LATEST',
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
  const body = JSON.stringify(whole ? { Configuration: configuration } : configuration);
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

/** What a call of the function is answered with: its response, or its error as a function error. */
export function answer(call: ServedCall, language: FunctionInfo['language'], wantsTail: boolean): Reply {
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

/** The last 4 KB of the log of a call, in base64. */
export function tail({ requestId, memoryMb, measurement, output }: ServedCall): string {
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
export function errorBody({ requestId, measurement }: ServedCall, language: FunctionInfo['language']): string {
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
