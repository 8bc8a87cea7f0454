/** The Lambda Runtime API as a client sees it: one kept connection, one request at a time. */
import { require } from './node-require.mjs';

const http = require('node:http');

const runtime = '/2018-06-01/runtime';

export function createClient(address) {
  const [, hostname, port, prefix] = /^([^:/]+):(\d+)(\/.*)?$/.exec(address);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1, noDelay: true });

  function open(method, path, headers) {
    return http.request({ agent, hostname, port, method, path: `${prefix ?? ''}${path}`, headers });
  }

  function send(method, path, headers, body) {
    return new Promise((resolve, reject) => {
      const request = open(
        method,
        path,
        body === undefined ? headers : { ...headers, 'Content-Length': Buffer.byteLength(body) },
      );
      request.on('error', reject);
      request.on('response', (response) => readAll(response).then(resolve, reject));
      request.end(body);
    });
  }

  return {
    async next() {
      const { headers, text } = await send('GET', `${runtime}/invocation/next`, {});
      return {
        requestId: headers['lambda-runtime-aws-request-id'],
        deadlineMs: Number(headers['lambda-runtime-deadline-ms']),
        functionArn: headers['lambda-runtime-invoked-function-arn'],
        traceId: headers['lambda-runtime-trace-id'],
        payload: text,
      };
    },
    response: (id, body, measured) =>
      send(
        'POST',
        `${runtime}/invocation/${id}/response`,
        { 'Content-Type': 'application/json', 'Reef-Measurement': measured },
        body,
      ),
    error: (id, { type, body }, measured) => {
      const headers = {
        'Content-Type': 'application/json',
        'Lambda-Runtime-Function-Error-Type': type,
        'Reef-Measurement': measured,
      };
      return send('POST', `${runtime}/invocation/${id}/error`, headers, body);
    },
    initError: ({ type, body }) =>
      send(
        'POST',
        `${runtime}/init/error`,
        { 'Content-Type': 'application/json', 'Lambda-Runtime-Function-Error-Type': type },
        body,
      ),
    loaded: (files) => send('POST', '/reef/loaded', {}, JSON.stringify(files)),
    /** A response sent while the handler still writes it; what went wrong and what was measured follow as trailers. */
    openStream(id, contentType) {
      const request = open('POST', `${runtime}/invocation/${id}/response`, {
        'Content-Type': contentType,
        'Transfer-Encoding': 'chunked',
        'Lambda-Runtime-Function-Response-Mode': 'streaming',
        Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body, Reef-Measurement',
      });
      // An open request must not keep the event loop from being seen as empty.
      request.on('socket', (socket) => socket.unref());
      const accepted = new Promise((resolve, reject) => {
        request.on('error', reject);
        request.on('response', (response) => readAll(response).then(resolve, reject));
      });
      return { request, accepted };
    },
  };
}

function readAll(response) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    response.on('data', (chunk) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => resolve({ headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }));
  });
}
