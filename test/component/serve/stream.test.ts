import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamCompleteEvent,
  waitUntilFunctionActive,
  waitUntilFunctionActiveV2,
  waitUntilFunctionExists,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLogs } from '../../../src/engine/exchange/logs/read-logs.ts';
import { type Served, served, templateOf } from './support.ts';

const timeoutsS = {
  Gated: 20,
  Before: 20,
  Midway: 20,
  Late: 1,
  Exits: 20,
  Http: 20,
  Large: 20,
  Silent: 20,
  Buffered: 20,
  Throws: 20,
};
const app = `
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
const streamed = awslambda.streamifyResponse;

export const gated = streamed(async ({ file }, stream) => {
  stream.setContentType('text/plain');
  stream.write('one ✓');
  while (!existsSync(file)) await sleep(5);
  stream.write('two');
  stream.end();
});
export const before = streamed(async () => { throw new RangeError('before the first byte'); });
export const midway = streamed(async (event, stream) => {
  stream.write('some');
  await sleep(20);
  throw new RangeError('midway');
});
export const late = streamed(async (event, stream) => {
  stream.write('some');
  await sleep(60_000);
});
export const exits = streamed(async (event, stream) => {
  await new Promise((resolve) => stream.write('some', resolve));
  await sleep(50);
  process.exit(3);
});
export const http = streamed(async (event, stream) => {
  const response = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'x-a': 'b' } });
  response.write('body');
  response.end();
});
export const large = streamed(async ({ bytes }, stream) => {
  const block = Buffer.alloc(65_536, Buffer.from([0, 255, 10, 195]));
  for (let sent = 0; sent < bytes; sent += block.length) {
    if (!stream.write(block)) await new Promise((resolve) => stream.once('drain', resolve));
  }
  stream.end();
});
export const silent = streamed(async (event, stream) => stream.end());
export const buffered = async (event) => { console.log('hello'); return event; };
export const throws = async () => { throw new RangeError('too far'); };
`;

let here: Served;

beforeAll(async () => {
  here = await served({ 'template.yaml': templateOf(timeoutsS), 'app.mjs': app }, { concurrency: 2 });
});
afterAll(() => here[Symbol.asyncDispose]());

type Streamed = { chunks: Buffer[]; text: string; complete: InvokeWithResponseStreamCompleteEvent; requestId: string };

/** Calls by the SDK of AWS; `onChunk` hears each part when it comes. */
async function streamed(
  name: string,
  event: unknown = {},
  more: { LogType?: 'Tail' } = {},
  onChunk: (text: string) => Promise<void> = async () => {},
): Promise<Streamed> {
  const output = await here.lambda.send(
    new InvokeWithResponseStreamCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)), ...more }),
  );
  expect(output).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
  const chunks: Buffer[] = [];
  const completed: InvokeWithResponseStreamCompleteEvent[] = [];
  for await (const { PayloadChunk, InvokeComplete } of output.EventStream ?? []) {
    if (InvokeComplete !== undefined) completed.push(InvokeComplete);
    if (PayloadChunk?.Payload === undefined) continue;
    chunks.push(Buffer.from(PayloadChunk.Payload));
    await onChunk(Buffer.from(PayloadChunk.Payload).toString());
  }
  // It is the last event, and there is one.
  expect(completed).toHaveLength(1);
  const requestId = output.$metadata.requestId ?? '';
  return { chunks, text: Buffer.concat(chunks).toString(), complete: completed[0] ?? {}, requestId };
}

const errorOf = ({ complete }: Streamed) => ({
  code: complete.ErrorCode,
  details: JSON.parse(complete.ErrorDetails ?? 'null') as unknown,
});

describe('InvokeWithResponseStream', () => {
  it('gives each part when the function writes it', async () => {
    const file = join(here.folder, 'go');
    // The function ends only once its first part has arrived here.
    const { text, chunks, complete } = await streamed('Gated', { file }, {}, (part) =>
      part === 'one ✓' ? writeFile(file, '') : Promise.resolve(),
    );
    expect(text).toBe('one ✓two');
    expect(chunks.length).toBeGreaterThanOrEqual(2);
    expect(complete).toEqual({});
  });

  it('gives the whole response of a function that does not stream, and the tail of its log', async () => {
    const { chunks, complete, requestId } = await streamed('Buffered', { n: [1, 'ü'] }, { LogType: 'Tail' });
    expect(chunks.map(String)).toEqual(['{"n":[1,"ü"]}']);
    const tail = Buffer.from(complete.LogResult ?? '', 'base64').toString();
    expect(tail).toContain('hello');
    expect(readLogs(tail).calls).toMatchObject([{ requestId, outcome: 'ok', memoryMb: 256 }]);
  });

  it.for([
    ['Before', '', { errorType: 'RangeError', errorMessage: 'before the first byte' }],
    ['Midway', 'some', { errorType: 'RangeError', errorMessage: 'midway' }],
    ['Throws', '', { errorType: 'RangeError', errorMessage: 'too far', trace: expect.any(Array) }],
    [
      'Late',
      'some',
      { errorType: 'Sandbox.Timedout', errorMessage: expect.stringContaining('Task timed out after 1.00 seconds') },
    ],
    ['Exits', 'some', { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 3') }],
  ] as const)('ends with the error of the function: %s', async ([name, text, details]) => {
    const result = await streamed(name, {}, { LogType: 'Tail' });
    expect(result.text).toBe(text);
    expect(errorOf(result)).toMatchObject({ code: 'Unhandled', details });
    expect(readLogs(Buffer.from(result.complete.LogResult ?? '', 'base64').toString()).calls).toHaveLength(1);
    // The next call is a new one.
    expect((await streamed('Buffered', 1)).text).toBe('1');
  });

  it('passes bytes on as they are, many of them', async () => {
    const bytes = 8 * 2 ** 20;
    const { chunks, complete } = await streamed('Large', { bytes });
    const expected = createHash('sha256').update(Buffer.alloc(bytes, Buffer.from([0, 255, 10, 195])));
    expect(createHash('sha256').update(Buffer.concat(chunks)).digest('hex')).toBe(expected.digest('hex'));
    expect(complete).toEqual({});
    expect((await streamed('Silent')).chunks).toEqual([]);
  });

  it('has the prelude of an HTTP response first', async () => {
    const { text } = await streamed('Http');
    expect(text).toBe(`{"statusCode":201,"headers":{"x-a":"b"}}${'\0'.repeat(8)}body`);
  });

  it('refuses what Lambda refuses', async () => {
    const send = (FunctionName: string, more: object = {}) =>
      here.lambda.send(new InvokeWithResponseStreamCommand({ FunctionName, ...more }));
    await expect(send('Nobody')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(send('Buffered', { Payload: Buffer.from('{') })).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
    await expect(send('Buffered', { InvocationType: 'Event' })).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    const large = Buffer.from(JSON.stringify('x'.repeat(7 * 2 ** 20)));
    await expect(send('Buffered', { Payload: large })).rejects.toMatchObject({ name: 'RequestTooLargeException' });
    const url = `${here.url}/2021-11-15/functions/Buffered/response-streaming-invocations`;
    expect((await fetch(url, { method: 'POST', body: '{}', headers: { origin: 'https://example.org' } })).status).toBe(403);
  });

  it('is throttled beyond the limit, before anything is sent', async () => {
    const file = join(here.folder, 'release');
    let begun = 0;
    const busy = [1, 2].map(() => streamed('Gated', { file }, {}, async () => void (begun += 1)));
    await expect.poll(() => begun).toBe(2);
    const command = new InvokeWithResponseStreamCommand({ FunctionName: 'Buffered' });
    await expect(here.lambda.send(command)).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await writeFile(file, '');
    expect((await Promise.all(busy)).map(({ text }) => text)).toEqual(['one ✓two', 'one ✓two']);
  });

  it('leaves a call of the same function by Invoke whole', async () => {
    const file = join(here.folder, 'go');
    await writeFile(file, '');
    const { Payload } = await here.lambda.send(
      new InvokeCommand({ FunctionName: 'Gated', Payload: Buffer.from(JSON.stringify({ file })) }),
    );
    expect(Buffer.from(Payload ?? []).toString()).toBe('one ✓two');
  });
});

describe('what the waiters of the SDK ask', () => {
  it('is answered: a function is ready as it stands', async () => {
    const waiting = { client: here.lambda, maxWaitTime: 60 };
    for (const wait of [waitUntilFunctionActive, waitUntilFunctionActiveV2, waitUntilFunctionExists]) {
      expect(await wait(waiting, { FunctionName: 'Buffered' })).toMatchObject({ state: 'SUCCESS' });
    }
    const url = `${here.url}/2015-03-31/functions/Buffered/configuration`;
    expect(await (await fetch(url)).json()).toMatchObject({
      FunctionName: 'Buffered',
      MemorySize: 256,
      Timeout: 20,
      State: 'Active',
    });
    expect((await fetch(`${here.url}/2015-03-31/functions/Nobody`)).status).toBe(404);
    expect((await fetch(`${here.url}/2015-03-31/functions/Buffered?Qualifier=7`)).status).toBe(404);
    expect((await fetch(`${here.url}/2015-03-31/functions/`)).status).toBe(404);
  });
});
