/** Response streaming: `awslambda.streamifyResponse` and `awslambda.HttpResponseStream`, as AWS's runtime provides them. */
import { errorBody } from './node-errors.mjs';
import { require } from './node-require.mjs';

const { Writable } = require('node:stream');

export const streamingMarker = Symbol.for('aws.lambda.runtime.handler.streaming');

const httpIntegration = 'application/vnd.awslambda.http-integration-response';

globalThis.awslambda = {
  streamifyResponse(handler) {
    handler[streamingMarker] = 'response';
    return handler;
  },
  HttpResponseStream: {
    /** Sends status code, headers and cookies as JSON and eight zero bytes before the first byte of the body. */
    from(stream, prelude) {
      stream.setContentType(httpIntegration);
      stream._onBeforeFirstWrite = (write) => {
        write(JSON.stringify(prelude));
        write(Buffer.alloc(8));
      };
      return stream;
    },
  },
};

/** Opens the request at the first byte, so that a handler that fails before it is an ordinary error. */
class ResponseStream extends Writable {
  constructor(open) {
    super({ decodeStrings: true });
    this.open = open;
    this.contentType = 'application/octet-stream';
  }

  setContentType(contentType) {
    if (this.sent) throw new Error('Cannot set content-type, too late.');
    this.contentType = contentType;
  }

  begin() {
    if (this.sent !== undefined) return this.sent;
    this.sent = this.open(this.contentType);
    this._onBeforeFirstWrite?.((chunk) => this.sent.request.write(chunk));
    return this.sent;
  }

  _write(chunk, _encoding, callback) {
    this.begin().request.write(chunk, () => callback());
  }
}

export async function callStreaming(handler, event, context, { requestId, meter, client }) {
  const stream = new ResponseStream((contentType) => client.openStream(requestId, contentType));
  const finished = new Promise((resolve, reject) => {
    stream.on('finish', resolve);
    stream.on('error', reject);
  });
  // An error of the stream may come before anybody waits for it.
  finished.catch(() => {});
  const trailers = {};
  // A handler that leaves its stream open has no more to say once nothing is left to happen.
  const onEmpty = () => stream.end();
  process.on('beforeExit', onEmpty);
  try {
    await handler(event, stream, context);
    await finished;
  } catch (value) {
    if (stream.sent === undefined) return { error: { value } };
    const { type, body } = errorBody(value);
    trailers['Lambda-Runtime-Function-Error-Type'] = type;
    trailers['Lambda-Runtime-Function-Error-Body'] = Buffer.from(body).toString('base64');
  } finally {
    process.removeListener('beforeExit', onEmpty);
  }
  const { request, accepted } = stream.begin();
  request.addTrailers({ ...trailers, 'Reef-Measurement': meter.stop() });
  request.socket?.ref();
  request.end();
  await accepted;
  return { stream: true };
}
