import type { ServerResponse } from 'node:http';
import type { FunctionInfo } from '../../protocol/functions.ts';
import { errorBody, tail } from './answers.ts';
import type { ServedCall } from './api.ts';

/** Makes a call; `onChunk` hears what the function streams as it comes. Null when too many are under way. */
type MakeCall = (onChunk: (chunk: Uint8Array) => void) => Promise<ServedCall | null>;

type Wish = { requestId: string; language: FunctionInfo['language']; wantsTail: boolean };

/**
 * Answers InvokeWithResponseStream in the event stream format of AWS: a `PayloadChunk` for each part of the response as the
 * function writes it (one for the whole, where the function does not stream), then `InvokeComplete` with the error, if any, and
 * the tail of the log. Returns false when nothing was sent, as there was no room for the call.
 */
export async function streamResponse(response: ServerResponse, call: MakeCall, wish: Wish): Promise<boolean> {
  const send = await messages(response, wish.requestId);
  const made = await call((chunk) => send('PayloadChunk', 'application/octet-stream', chunk));
  if (made === null) return false;
  const failed = made.measurement.outcome !== 'ok';
  if (!failed && made.response !== null && made.response !== '') {
    send('PayloadChunk', 'application/octet-stream', Buffer.from(made.response));
  }
  const complete = {
    ...(failed && { ErrorCode: 'Unhandled', ErrorDetails: errorBody(made, wish.language) }),
    ...(wish.wantsTail && { LogResult: tail(made) }),
  };
  send('InvokeComplete', 'application/json', Buffer.from(JSON.stringify(complete)));
  response.end();
  return true;
}

/** Sends one event; the first one begins the answer. */
async function messages(
  response: ServerResponse,
  requestId: string,
): Promise<(type: string, contentType: string, body: Uint8Array) => void> {
  const { EventStreamCodec } = await import('@smithy/core/event-streams');
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    (text) => Buffer.from(text, 'utf8'),
  );
  return (type, contentType, body) => {
    if (!response.headersSent) {
      response.writeHead(200, {
        'content-type': 'application/vnd.amazon.eventstream',
        'x-amzn-requestid': requestId,
        'x-amz-executed-version': '$LATEST',
      });
    }
    const header = (value: string) => ({ type: 'string', value }) as const;
    const headers = { ':message-type': header('event'), ':event-type': header(type), ':content-type': header(contentType) };
    response.write(codec.encode({ headers, body }));
  };
}
