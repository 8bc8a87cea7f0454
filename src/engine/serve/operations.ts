import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { FunctionInfo } from '../../protocol/functions.ts';
import { answer } from './answers.ts';
import { eventOf, failure, type InvokeRequest, isInvocationType, type Named, type Reply, type ServedCall } from './api.ts';
import type { Ending, EventQueue } from './event-queue.ts';
import { streamResponse } from './response-stream.ts';

export type NewCall = { requestId: string; payload: string; onChunk?: (chunk: Uint8Array) => void };

/** What the endpoint can do. */
export type Operations = {
  /** By name or id; undefined when there is none. Throws where a name is not unique. */
  functionOf: (name: string) => FunctionInfo | undefined;
  /** One call; null when too many are under way. `onChunk` hears what the function streams. */
  call: (fn: FunctionInfo, made: NewCall, signal: AbortSignal) => Promise<ServedCall | null>;
  events: EventQueue;
};

/** Does something with the function of a request, which knows no version but `$LATEST`. */
export async function withFunction(
  { functionOf }: Operations,
  { functionName: name, qualifier }: Named,
  work: (fn: FunctionInfo) => Promise<Reply | null>,
): Promise<Reply | null> {
  const fn = functionOf(name);
  if (fn !== undefined && (qualifier === null || qualifier === '$LATEST')) return work(fn);
  const what = qualifier === null ? name : `${name}:${qualifier}`;
  return failure(404, 'ResourceNotFoundException', `Function not found: ${what}`);
}

/** A request of Invoke, and where a streamed answer goes. */
type Asked = { fn: FunctionInfo; request: InvokeRequest; body: string; response: ServerResponse };

export async function invoke(
  options: Operations,
  { fn, request, body, response }: Asked,
  signal: AbortSignal,
): Promise<Reply | null> {
  const { type, wantsTail, streams } = request;
  if (!isInvocationType(type) || (streams && type === 'Event'))
    return failure(400, 'InvalidParameterValueException', `There is no invocation type ${type} here.`);
  if (type === 'DryRun') return empty(204);
  const payload = eventOf(body);
  if (payload === null) return failure(400, 'InvalidRequestContentException', 'Could not parse request body into json.');
  const requestId = randomUUID();
  if (type === 'Event') {
    const attempt = (eventSignal: AbortSignal) => options.call(fn, { requestId, payload }, eventSignal);
    options.events.add(fn.name, async (eventSignal) => endingOf(await attempt(eventSignal)));
    return { ...empty(202), headers: { 'x-amzn-requestid': requestId } };
  }
  if (streams) {
    const call = (onChunk: (chunk: Uint8Array) => void) => options.call(fn, { requestId, payload, onChunk }, signal);
    return (await streamResponse(response, call, { requestId, language: fn.language, wantsTail })) ? null : tooMany();
  }
  const call = await options.call(fn, { requestId, payload }, signal);
  return call === null ? tooMany() : answer(call, fn.language, wantsTail);
}

function tooMany(): Reply {
  const reason = { Reason: 'ConcurrentInvocationLimitExceeded' };
  return failure(429, 'TooManyRequestsException', 'Rate Exceeded.', reason);
}

function endingOf(call: ServedCall | null): Ending {
  if (call === null) return { state: 'throttled' };
  const { outcome, error } = call.measurement;
  return outcome === 'ok' ? { state: 'done' } : { state: 'failed', why: `${error?.type ?? outcome}: ${error?.message ?? ''}` };
}

function empty(status: number): Reply {
  return { status, headers: {}, body: '' };
}
