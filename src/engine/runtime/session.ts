import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InvocationError } from '../../protocol/samples.ts';
import type { Mark } from '../../protocol/tracing.ts';
import { readBody } from './body.ts';
import {
  boundedError,
  header,
  LoadedFiles,
  loadedPath,
  maxResponseBytes,
  maxStreamedBytes,
  parseJson,
  readError,
  readMeasurement,
  runtimePath,
  type ShimMeasurement,
} from './wire.ts';

export type Job = {
  requestId: string;
  payload: string;
  timeoutMs: number;
  functionArn: string;
  traceId: string;
  /** Hears the parts of a streamed response as they come; the answer's body is then empty. */
  onChunk?: ((chunk: Uint8Array) => void) | undefined;
};

export type Answer = {
  /** What the handler returned, as it came; null when it failed before its response. */
  body: string | null;
  error: InvocationError | null;
  measured: ShimMeasurement;
  /** From hand-over until the answer was here as a whole, ms. */
  roundTripMs: number;
};

export type SessionEvents = {
  /** The first request for work: init is over. */
  ready(): void;
  initError(error: InvocationError): void;
  loaded(files: string[]): void;
};

type Pending = { job: Job; done: (answer: Answer) => void; handedOverMs: number | null };

const invocationRoute = new RegExp(`^${runtimePath}/invocation/([^/]+)/(response|error)$`);

/**
 * One sandbox's conversation with the Lambda Runtime API: it asks for work, gets one invocation at a time and answers it.
 * Knows nothing of processes or containers; what it is asked for by HTTP comes through `handle`.
 */
export class RuntimeSession {
  private readonly events: SessionEvents;
  private waiting: ServerResponse | undefined;
  private pending: Pending | undefined;
  private lastAnswered: string | undefined;
  private isReady = false;
  private onMark: (mark: Mark) => void = () => {};

  constructor(events: SessionEvents) {
    this.events = events;
  }

  /** Tells when the phases of the sandbox began and ended, from now on. */
  follow(onMark: (mark: Mark) => void): void {
    this.onMark = onMark;
  }

  /** Gives the sandbox a job, now or as soon as it asks; `done` is called at most once, and never when the sandbox dies. */
  dispatch(job: Job, done: (answer: Answer) => void): void {
    this.pending = { job, done, handedOverMs: null };
    this.handOver();
  }

  /** Whether the sandbox took the job that it was last given. */
  get handedOver(): boolean {
    return this.pending === undefined || this.pending.handedOverMs !== null;
  }

  /** Answers one request; `path` is what follows the sandbox's own address. */
  async handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && path === `${runtimePath}/invocation/next`) return this.next(response);
    if (request.method === 'POST') {
      const [, requestId, verb] = invocationRoute.exec(path) ?? [];
      if (requestId !== undefined && verb === 'response') return this.response(requestId, request, response);
      if (requestId !== undefined && verb === 'error') return this.error(requestId, request, response);
      if (path === `${runtimePath}/init/error`) return this.initError(request, response);
      if (path === loadedPath) return this.loaded(request, response);
    }
    request.resume();
    reply(response, 404, { errorType: 'NotFound', errorMessage: 'No such path in the Runtime API.' });
  }

  private next(response: ServerResponse): void {
    if (this.waiting !== undefined || (this.pending?.handedOverMs ?? null) !== null) {
      return refuseState(response, 'the sandbox has an invocation, or asks for one already');
    }
    this.waiting = response;
    response.on('close', () => {
      if (this.waiting === response) this.waiting = undefined;
    });
    if (!this.isReady) {
      this.isReady = true;
      this.onMark({ kind: 'ready', atMs: Date.now() });
      this.events.ready();
    }
    this.handOver();
  }

  private handOver(): void {
    const { waiting, pending } = this;
    if (waiting === undefined || pending === undefined || pending.handedOverMs !== null) return;
    this.waiting = undefined;
    const { job } = pending;
    const body = Buffer.from(job.payload);
    waiting.writeHead(200, {
      'content-type': 'application/json',
      'content-length': body.length,
      [header.requestId]: job.requestId,
      [header.deadlineMs]: String(Math.round(Date.now() + job.timeoutMs)),
      [header.functionArn]: job.functionArn,
      [header.traceId]: job.traceId,
    });
    pending.handedOverMs = performance.now();
    this.onMark({ kind: 'handed', atMs: Date.now(), requestId: job.requestId });
    waiting.end(body);
  }

  private async response(requestId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.refuses(requestId, request, response)) return;
    const streamed = request.headers[header.responseMode] === 'streaming';
    const limit = streamed ? maxStreamedBytes : maxResponseBytes;
    const { text, bytes } = await readBody(request, limit, streamed ? this.pending?.job.onChunk : undefined);
    const { trailers } = request;
    const measured = readMeasurement(measurementText(request));
    if (text === null) {
      const sizes = `(${bytes} bytes) exceeded maximum allowed payload size (${limit} bytes)`;
      reply(response, 413, { errorType: 'RequestEntityTooLarge', errorMessage: `Response payload size ${sizes}.` });
      const error = boundedError('Function.ResponseSizeTooLarge', `Response payload size ${sizes}.`);
      return this.answer(requestId, { body: null, error, measured });
    }
    const failed = trailers[header.errorType] !== undefined;
    const errorBody = Buffer.from(trailers[header.errorBody] ?? '', 'base64').toString('utf8');
    const error = failed ? readError(errorBody, trailers[header.errorType]) : null;
    accept(response);
    this.answer(requestId, { body: text, error, measured });
  }

  private async error(requestId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.refuses(requestId, request, response)) return;
    const { text } = await readBody(request, maxResponseBytes);
    accept(response);
    const error = readError(text ?? '', single(request.headers[header.errorType]));
    this.answer(requestId, { body: null, error, measured: readMeasurement(measurementText(request)) });
  }

  private async initError(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { text } = await readBody(request, maxResponseBytes);
    if (this.isReady) return refuseState(response, 'init is over');
    accept(response);
    this.events.initError(readError(text ?? '', single(request.headers[header.errorType])));
  }

  private async loaded(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { text } = await readBody(request, maxResponseBytes);
    accept(response);
    const files = LoadedFiles.safeParse(parseJson(text ?? ''));
    if (files.success) this.events.loaded(files.data);
  }

  /** Refuses an answer to anything but the invocation under way, as the real API does. */
  private refuses(requestId: string, request: IncomingMessage, response: ServerResponse): boolean {
    const { pending } = this;
    if (pending !== undefined && pending.handedOverMs !== null && pending.job.requestId === requestId) return false;
    request.resume();
    if (requestId === this.lastAnswered) refuseState(response, 'the invocation is answered already');
    else reply(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
    return true;
  }

  private answer(requestId: string, answer: Omit<Answer, 'roundTripMs'>): void {
    const { pending } = this;
    if (pending === undefined || pending.handedOverMs === null || pending.job.requestId !== requestId) return;
    this.pending = undefined;
    this.lastAnswered = requestId;
    this.onMark({ kind: 'answered', atMs: Date.now(), requestId });
    pending.done({ ...answer, roundTripMs: performance.now() - pending.handedOverMs });
  }
}

function measurementText(request: IncomingMessage): string | undefined {
  return request.trailers[header.measurement] ?? single(request.headers[header.measurement]);
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function accept(response: ServerResponse): void {
  reply(response, 202, { status: 'OK' });
}

function refuseState(response: ServerResponse, why: string): void {
  reply(response, 403, { errorType: 'InvalidStateTransition', errorMessage: `Transition is not allowed: ${why}.` });
}

export function reply(response: ServerResponse, status: number, body: Record<string, string>): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
