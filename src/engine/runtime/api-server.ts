import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ReefError } from '../../protocol/errors.ts';
import { reply, type RuntimeSession } from './session.ts';

export interface RuntimeApiServer extends AsyncDisposable {
  /** Lets a sandbox in; gives what its `AWS_LAMBDA_RUNTIME_API` must be: an address that nobody else can guess. */
  admit(session: RuntimeSession): { address: string; dismiss: () => void };
  close(): Promise<void>;
}

/**
 * One Lambda Runtime API for all sandboxes on this machine, on the loopback interface only.
 * A sandbox is known by a secret first segment of its path. A client that takes host and port alone from its address
 * (those in the official images) needs a listener of its own that calls `session.handle` for whatever comes in.
 */
export async function startRuntimeApi(): Promise<RuntimeApiServer> {
  const sessions = new Map<string, RuntimeSession>();

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    const [, token = '', path = ''] = /^\/([^/]*)(\/[^?]*)/.exec(request.url ?? '') ?? [];
    const session = sessions.get(token);
    if (session === undefined) {
      request.resume();
      reply(response, 404, { errorType: 'NotFound', errorMessage: 'No such sandbox.' });
    } else {
      session.handle(path, request, response).catch(() => response.destroy());
    }
  }

  // No time limits: a sandbox waits for work as long as it takes, on one connection.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, noDelay: true }, onRequest);
  server.timeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `The Lambda Runtime API could not listen on the loopback interface: ${cause.message}`;
      reject(new ReefError('sandbox-failed', message, { cause }));
    });
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  function close(): Promise<void> {
    sessions.clear();
    server.closeAllConnections();
    return new Promise((resolve) => {
      server.close(() => resolve());
    });
  }

  return {
    admit(session) {
      const token = randomBytes(16).toString('hex');
      sessions.set(token, session);
      return { address: `127.0.0.1:${port}/${token}`, dismiss: () => sessions.delete(token) };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
