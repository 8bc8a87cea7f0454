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

/** Where a Runtime API listens, and under which name its sandboxes reach it. */
export type Reach = {
  bindAddress: string;
  hostName: string;
  /** Whether a connection from that address may be a sandbox's; without it, all are taken. */
  allows?: (remoteAddress: string) => boolean;
};

const loopback: Reach = { bindAddress: '127.0.0.1', hostName: '127.0.0.1' };

/**
 * One Lambda Runtime API for all sandboxes of a target, by default on the loopback interface only.
 * A sandbox is known by a secret first segment of its path; for clients that take host and port alone there is
 * `startOwnRuntimeApi`.
 */
export async function startRuntimeApi(reach: Reach = loopback): Promise<RuntimeApiServer> {
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

  const { port, close: closeServer } = await listen(onRequest, reach);

  function close(): Promise<void> {
    sessions.clear();
    return closeServer();
  }

  return {
    admit(session) {
      const token = randomBytes(16).toString('hex');
      sessions.set(token, session);
      return { address: `${reach.hostName}:${port}/${token}`, dismiss: () => sessions.delete(token) };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A Runtime API for one sandbox: the clients in the official images take only host and port from its address. */
export async function startOwnRuntimeApi(
  session: RuntimeSession,
  reach: Reach,
): Promise<{ address: string; close: () => Promise<void> }> {
  const { port, close } = await listen((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    session.handle(path, request, response).catch(() => response.destroy());
  }, reach);
  return { address: `${reach.hostName}:${port}`, close };
}

async function listen(
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
  { bindAddress, allows }: Reach,
): Promise<{ port: number; close: () => Promise<void> }> {
  // No time limits: a sandbox waits for work as long as it takes, on one connection.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, noDelay: true }, onRequest);
  server.timeout = 0;
  server.on('connection', (socket) => {
    if (allows?.(socket.remoteAddress ?? '') === false) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `The Lambda Runtime API could not listen on ${bindAddress}: ${cause.message}`;
      reject(new ReefError('sandbox-failed', message, { cause }));
    });
    server.listen(0, bindAddress, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
