import * as z from 'zod/mini';
import { type InvocationError, Measurement, unmeasured } from '../../protocol/samples.ts';

/** What goes over the Lambda Runtime API, and what Reef's shims add to it. */

export const runtimePath = '/2018-06-01/runtime';

/** Private to Reef's shims: the files that the sandbox loaded, as a JSON array of absolute paths. */
export const loadedPath = '/reef/loaded';

export const header = {
  requestId: 'lambda-runtime-aws-request-id',
  deadlineMs: 'lambda-runtime-deadline-ms',
  functionArn: 'lambda-runtime-invoked-function-arn',
  traceId: 'lambda-runtime-trace-id',
  errorType: 'lambda-runtime-function-error-type',
  errorBody: 'lambda-runtime-function-error-body',
  responseMode: 'lambda-runtime-function-response-mode',
  /** JSON by `ShimMeasurement`; a trailer when the response is streamed. Official clients do not send it. */
  measurement: 'reef-measurement',
} as const;

/** Largest event, bytes. Source: AWS Lambda quotas. */
export const maxEventBytes = 6 * 1024 * 1024;
/** Largest response, bytes: 6 MB and room for an envelope. Source: the AWS runtime interface emulator. */
export const maxResponseBytes = 6 * 1024 * 1024 + 100;
/** Largest streamed response, bytes. Source: AWS Lambda quotas. */
export const maxStreamedBytes = 200 * 1024 * 1024;

/** The part of a measurement that a shim takes; what it leaves out was not measured. */
export const ShimMeasurement = z.pick(Measurement, {
  durationMs: true,
  cpuUserMs: true,
  cpuSystemMs: true,
  runQueueMs: true,
  peakRssMb: true,
  minorFaults: true,
  majorFaults: true,
  voluntarySwitches: true,
  involuntarySwitches: true,
  gcMs: true,
  eventLoopUtilization: true,
});
export type ShimMeasurement = z.infer<typeof ShimMeasurement>;

export const nothingMeasured: ShimMeasurement = ShimMeasurement.parse(unmeasured);

/** The shim's measurement, or nothing measured when the header is missing or not what a shim sends. */
export function readMeasurement(text: string | undefined): ShimMeasurement {
  if (text === undefined) return nothingMeasured;
  const fields = z.safeParse(z.record(z.string(), z.unknown()), parseJson(text));
  const parsed = z.safeParse(ShimMeasurement, { ...unmeasured, ...fields.data });
  return parsed.success ? parsed.data : nothingMeasured;
}

/** Node runtimes send `trace`, the others `stackTrace`, whose elements are lines or (Ruby, old Python) something else. */
const ErrorBody = z.object({
  errorType: z._default(z.string(), ''),
  errorMessage: z._default(z.string(), ''),
  stackTrace: z.optional(z.array(z.unknown())),
  trace: z.optional(z.array(z.unknown())),
});

/** What a runtime reported as wrong, bounded so that it can be stored. */
export function readError(body: string, typeHeader: string | undefined): InvocationError {
  const parsed = ErrorBody.safeParse(parseJson(body));
  const { errorType, errorMessage, stackTrace, trace } = parsed.success ? parsed.data : { errorType: '', errorMessage: '' };
  const stack = (stackTrace ?? trace ?? []).filter((line) => typeof line === 'string');
  return boundedError(errorType || typeHeader || 'Runtime.Unknown', errorMessage, stack);
}

export function boundedError(type: string, message: string, stack: readonly string[] = []): InvocationError {
  return {
    type: type.slice(0, 200),
    message: message.slice(0, 4_000),
    stack: stack.slice(0, 50).map((line) => line.slice(0, 1_000)),
  };
}

export const LoadedFiles = z.array(z.string());

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
