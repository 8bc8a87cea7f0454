import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isCancelled, messageOf, ReefError } from '../../protocol/errors.ts';
import { readBody } from '../runtime/body.ts';
import { maxEventBytes } from '../runtime/wire.ts';
import { describeFunction } from './answers.ts';
import { failure, parseGetFunction, parseInvoke, type Reply } from './api.ts';
import { invoke, type Operations, withFunction } from './operations.ts';

/** Largest event of an asynchronous call, bytes. Source: AWS Lambda quotas. */
const maxAsyncBytes = 1024 * 1024;

export type InvokeServerOptions = Operations & { port: number };

export type InvokeServer = { url: string; close: () => Promise<void> };

/** The Invoke API on the loopback interface. Requests of web pages are refused: any page could make calls otherwise. */
export async function startInvokeServer(options: InvokeServerOptions): Promise<InvokeServer> {
  const closing = new AbortController();
  const server = createServer((request, response) => {
    // A caller that goes away does not end the call, in the cloud neither.
    reply(options, request, response, closing.signal)
      .catch((error: unknown) => unexpected(error))
      .then((sent) => sent !== null && send(response, sent))
      // A streamed answer that has begun can only be cut off.
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

/** Null when it was answered as a stream. */
async function reply(
  options: InvokeServerOptions,
  message: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<Reply | null> {
  const { text, bytes } = await readBody(message, maxEventBytes);
  if (isFromPage(message)) return failure(403, 'AccessDeniedException', 'Calls of web pages are refused.');
  const header = (name: string): string | undefined => {
    const value = message.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const { method, url = '' } = message;
  const asked = method === 'GET' ? parseGetFunction(url) : null;
  if (asked !== null) return withFunction(options, asked, async (fn) => describeFunction(fn, asked.whole));
  const request = method === 'POST' ? parseInvoke(url, header) : null;
  if (request === null) {
    const served = 'Invoke, InvokeWithResponseStream, GetFunction and GetFunctionConfiguration';
    return failure(404, 'UnknownOperationException', `This endpoint serves ${served} only.`);
  }
  const tooLarge = text === null || (request.type === 'Event' && bytes > maxAsyncBytes);
  if (tooLarge) {
    const limit = request.type === 'Event' ? maxAsyncBytes : maxEventBytes;
    return failure(413, 'RequestTooLargeException', `${bytes} byte payload is too large: at most ${limit} bytes.`);
  }
  return withFunction(options, request, (fn) => invoke(options, { fn, request, body: text, response }, signal));
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

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, ...(status !== 204 && { 'content-length': Buffer.byteLength(body) }) });
  response.end(body);
}
