import type { Measurement } from '../../protocol/samples.ts';
import { qualifiedName } from '../functions/qualified-name.ts';
import { parseJson } from '../runtime/wire.ts';

/** The Invoke API of AWS Lambda, as far as requests and answers go. Source: its API reference. */

export type InvocationType = 'RequestResponse' | 'Event' | 'DryRun';

export type InvokeRequest = {
  functionName: string;
  /** A version or alias; null: `$LATEST`. */
  qualifier: string | null;
  type: string;
  wantsTail: boolean;
  /** InvokeWithResponseStream: the response is wanted as it comes. */
  streams: boolean;
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

const invokeRoute = /^\/2015-03-31\/functions\/([^/?]+)\/invocations\/?(?:\?(.*))?$/;
const streamRoute = /^\/2021-11-15\/functions\/([^/?]+)\/response-streaming-invocations\/?(?:\?(.*))?$/;
const functionRoute = /^\/2015-03-31\/functions\/([^/?]+)(\/configuration)?\/?(?:\?(.*))?$/;

/** A function of a request. */
export type Named = Pick<InvokeRequest, 'functionName' | 'qualifier'>;

/** Null when the path is not Invoke's. A function may be named by its name, its ARN, or `account:function:name`. */
export function parseInvoke(url: string, header: (name: string) => string | undefined): InvokeRequest | null {
  const streamed = streamRoute.exec(url);
  const [, encoded, query] = streamed ?? invokeRoute.exec(url) ?? [];
  if (encoded === undefined) return null;
  return {
    ...namedBy(encoded, query),
    type: header('x-amz-invocation-type') ?? 'RequestResponse',
    wantsTail: header('x-amz-log-type') === 'Tail',
    streams: streamed !== null,
  };
}

/** GetFunction, or GetFunctionConfiguration: what the waiters of the SDKs ask. Null when the path is neither's. */
export function parseGetFunction(url: string): (Named & { whole: boolean }) | null {
  const [, encoded, configuration, query] = functionRoute.exec(url) ?? [];
  return encoded === undefined ? null : { ...namedBy(encoded, query), whole: configuration === undefined };
}

function namedBy(encoded: string, query: string | undefined): Named {
  const { name, qualifier } = qualifiedName(decoded(encoded));
  return { functionName: name, qualifier: new URLSearchParams(query ?? '').get('Qualifier') ?? qualifier };
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

/** The event as Lambda takes it: nothing at all is `{}`. Null when it is not JSON. */
export function eventOf(body: string): string | null {
  if (body.trim() === '') return '{}';
  return parseJson(body) === undefined ? null : body;
}
