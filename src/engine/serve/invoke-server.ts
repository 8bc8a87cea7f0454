import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isCancelled, messageOf, ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';
import { readBody } from '../runtime/body.ts';
import { maxEventBytes } from '../runtime/wire.ts';
import {
  answer,
  eventOf,
  failure,
  isInvocationType,
  type InvokeRequest,
  parseInvoke,
  type Reply,
  type ServedCall,
} from './api.ts';
import type { Ending, EventQueue } from './event-queue.ts';

/** Largest event of an asynchronous call, bytes. Source: AWS Lambda quotas. */
const maxAsyncBytes = 1024 * 1024;

export type InvokeServerOptions = {
  port: number;
  /** By name or id; undefined when there is none. Throws where a name is not unique. */
  functionOf: (name: string) => FunctionInfo | undefined;
  /** One call; null when too many are under way. */
  call: (fn: FunctionInfo, requestId: string, payload: string, signal: AbortSignal) => Promise<ServedCall | null>;
  events: EventQueue;
};

export type InvokeServer = { url: string; close: () => Promise<void> };

/** The Invoke API on the loopback interface. Requests of web pages are refused: any page could make calls otherwise. */
export async function startInvokeServer(options: InvokeServerOptions): Promise<InvokeServer> {
  const closing = new AbortController();
  const server = createServer((request, response) => {
    // A caller that goes away does not end the call, in the cloud neither.
    reply(options, request, closing.signal)
      .catch((error: unknown) => unexpected(error))
      .then((sent) => send(response, sent))
      .catch(() => response.destroy());
  });
  // A function may take 15 minutes.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new ReefError('sandbox-failed', `Port ${options.port} cannot be used: name another with --port: ${cause.message}`, {
          cause,
        }),
      );
    });
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      closing.abort();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function reply(options: InvokeServerOptions, message: IncomingMessage, signal: AbortSignal): Promise<Reply> {
  const { text, bytes } = await readBody(message, maxEventBytes);
  if (isFromPage(message)) return failure(403, 'AccessDeniedException', 'Calls of web pages are refused.');
  const header = (name: string): string | undefined => {
    const value = message.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const request = message.method === 'POST' ? parseInvoke(message.url ?? '', header) : null;
  if (request === null) {
    return failure(
      404,
      'UnknownOperationException',
      'This endpoint serves Invoke only: POST /2015-03-31/functions/NAME/invocations.',
    );
  }
  const tooLarge = text === null || (request.type === 'Event' && bytes > maxAsyncBytes);
  if (tooLarge) {
    const limit = request.type === 'Event' ? maxAsyncBytes : maxEventBytes;
    return failure(413, 'RequestTooLargeException', `${bytes} byte payload is too large: at most ${limit} bytes.`);
  }
  return invoke(options, request, text, signal);
}

async function invoke(options: InvokeServerOptions, request: InvokeRequest, body: string, signal: AbortSignal): Promise<Reply> {
  const { functionName: name, qualifier, type, wantsTail } = request;
  const fn = options.functionOf(name);
  if (fn === undefined || (qualifier !== null && qualifier !== '$LATEST')) {
    const what = qualifier === null ? name : `${name}:${qualifier}`;
    return failure(404, 'ResourceNotFoundException', `Function not found: ${what}`);
  }
  if (!isInvocationType(type)) return failure(400, 'InvalidParameterValueException', `There is no invocation type ${type}.`);
  if (type === 'DryRun') return empty(204);
  const payload = eventOf(body);
  if (payload === null) return failure(400, 'InvalidRequestContentException', 'Could not parse request body into json.');
  const requestId = randomUUID();
  if (type === 'Event') {
    options.events.add(name, async (eventSignal) => endingOf(await options.call(fn, requestId, payload, eventSignal)));
    return { ...empty(202), headers: { 'x-amzn-requestid': requestId } };
  }
  const call = await options.call(fn, requestId, payload, signal);
  if (call !== null) return answer(call, fn.language, wantsTail);
  const reason = { Reason: 'ConcurrentInvocationLimitExceeded' };
  return failure(429, 'TooManyRequestsException', 'Rate Exceeded.', reason);
}

function endingOf(call: ServedCall | null): Ending {
  if (call === null) return { state: 'throttled' };
  const { outcome, error } = call.measurement;
  return outcome === 'ok' ? { state: 'done' } : { state: 'failed', why: `${error?.type ?? outcome}: ${error?.message ?? ''}` };
}

/** A browser names the page's origin in each POST; a name that leads to loopback by DNS alone is a page's too. */
function isFromPage({ headers }: IncomingMessage): boolean {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  return headers.origin !== undefined || !['127.0.0.1', 'localhost', '[::1]'].includes(host);
}

function unexpected(error: unknown): Reply {
  if (isCancelled(error)) return failure(500, 'ServiceException', 'The call was cancelled.');
  return failure(502, 'InvalidRuntimeException', messageOf(error));
}

function empty(status: number): Reply {
  return { status, headers: {}, body: '' };
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, ...(status !== 204 && { 'content-length': Buffer.byteLength(body) }) });
  response.end(body);
}
