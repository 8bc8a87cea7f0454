import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RuntimeApiServer, startRuntimeApi } from '../../../src/engine/runtime/api-server.ts';
import { type Answer, RuntimeSession } from '../../../src/engine/runtime/session.ts';
import type { InvocationError } from '../../../src/protocol/samples.ts';

let api: RuntimeApiServer;
beforeAll(async () => {
  api = await startRuntimeApi();
});
afterAll(() => api.close());

type Seen = { ready: number; initErrors: InvocationError[]; answers: Answer[] };

function admit(): { seen: Seen; session: RuntimeSession; url: string; dismiss: () => void } {
  const seen: Seen = { ready: 0, initErrors: [], answers: [] };
  const session = new RuntimeSession({
    ready: () => (seen.ready += 1),
    initError: (error) => seen.initErrors.push(error),
    loaded: () => {},
  });
  const { address, dismiss } = api.admit(session);
  return { seen, session, dismiss, url: `http://${address}/2018-06-01/runtime` };
}

function dispatch(session: RuntimeSession, seen: Seen, requestId: string, payload = '{"a":1}'): void {
  const job = { requestId, payload, timeoutMs: 3_000, functionArn: 'arn:fn', traceId: 'Root=1' };
  session.dispatch(job, (answer) => seen.answers.push(answer));
}

const post = (url: string, body: string, headers: Record<string, string> = {}) => fetch(url, { method: 'POST', body, headers });

describe('the Runtime API', () => {
  it('hands over work that is there, and work that comes while the sandbox waits', async () => {
    const { seen, session, url } = admit();
    dispatch(session, seen, 'first');
    expect(session.handedOver).toBe(false);
    const first = await fetch(`${url}/invocation/next`);
    expect(session.handedOver).toBe(true);
    expect(await first.text()).toBe('{"a":1}');
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': 'first',
      'lambda-runtime-invoked-function-arn': 'arn:fn',
      'lambda-runtime-trace-id': 'Root=1',
    });
    expect(Number(first.headers.get('lambda-runtime-deadline-ms')) - Date.now()).toBeLessThanOrEqual(3_000);
    expect((await post(`${url}/invocation/first/response`, '"one"')).status).toBe(202);

    const waiting = fetch(`${url}/invocation/next`);
    await sleep(30);
    dispatch(session, seen, 'second', '"✓"');
    expect(await (await waiting).text()).toBe('"✓"');
    await post(`${url}/invocation/second/response`, '"two"', { 'Reef-Measurement': '{"durationMs":2}' });
    expect(seen.ready).toBe(1);
    expect(seen.answers).toMatchObject([
      { body: '"one"', error: null, measured: { durationMs: null } },
      { body: '"two"', error: null, measured: { durationMs: 2 } },
    ]);
  });

  it('takes errors of a call and of init', async () => {
    const { seen, session, url } = admit();
    const body = JSON.stringify({ errorType: 'MyError', errorMessage: 'no', stackTrace: ['line'] });
    expect((await post(`${url}/init/error`, body)).status).toBe(202);
    expect(seen.initErrors).toEqual([{ type: 'MyError', message: 'no', stack: ['line'] }]);
    dispatch(session, seen, 'id');
    await fetch(`${url}/invocation/next`);
    expect((await post(`${url}/invocation/id/error`, 'oops', { 'Lambda-Runtime-Function-Error-Type': 'T' })).status).toBe(202);
    expect(seen.answers).toMatchObject([{ body: null, error: { type: 'T', message: '', stack: [] } }]);
    expect((await post(`${url}/init/error`, body)).status).toBe(403);
  });

  it('refuses answers to what it did not ask', async () => {
    const { seen, session, url } = admit();
    const early = await post(`${url}/invocation/none/response`, '1');
    expect(early.status).toBe(400);
    expect(await early.json()).toEqual({ errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
    dispatch(session, seen, 'id');
    await fetch(`${url}/invocation/next`);
    expect((await post(`${url}/invocation/other/response`, '1')).status).toBe(400);
    expect((await post(`${url}/invocation/id/response`, '1')).status).toBe(202);
    const again = await post(`${url}/invocation/id/response`, '2');
    expect(again.status).toBe(403);
    expect(await again.json()).toMatchObject({ errorType: 'InvalidStateTransition' });
    expect(seen.answers).toHaveLength(1);
  });

  it('refuses to hand over twice', async () => {
    const { seen, session, url } = admit();
    dispatch(session, seen, 'id');
    await fetch(`${url}/invocation/next`);
    expect((await fetch(`${url}/invocation/next`)).status).toBe(403);
  });

  it('refuses a response above 6 MB, and the call has failed', async () => {
    const { seen, session, url } = admit();
    dispatch(session, seen, 'id');
    await fetch(`${url}/invocation/next`);
    const refused = await post(`${url}/invocation/id/response`, 'x'.repeat(6 * 2 ** 20 + 101));
    expect(refused.status).toBe(413);
    expect(seen.answers[0]?.error).toEqual({
      type: 'Function.ResponseSizeTooLarge',
      message: 'Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes).',
      stack: [],
    });
  });

  it('knows nobody without the secret of a sandbox, nor after its end', async () => {
    const { url, dismiss } = admit();
    expect((await fetch(`${url}/unknown`)).status).toBe(404);
    const other = url.replace(/\/[0-9a-f]{32}\//, `/${'0'.repeat(32)}/`);
    expect((await fetch(`${other}/invocation/next`)).status).toBe(404);
    expect((await fetch(url.replace(/\/[0-9a-f]{32}\//, '/'))).status).toBe(404);
    dismiss();
    expect((await fetch(`${url}/invocation/next`)).status).toBe(404);
  });

  it('keeps work for a sandbox whose connection broke while it waited', async () => {
    const { seen, session, url } = admit();
    const controller = new AbortController();
    const broken = fetch(`${url}/invocation/next`, { signal: controller.signal }).catch(() => 'broken');
    await sleep(50);
    controller.abort();
    expect(await broken).toBe('broken');
    await sleep(50);
    dispatch(session, seen, 'id');
    expect(session.handedOver).toBe(false);
    expect((await fetch(`${url}/invocation/next`)).headers.get('lambda-runtime-aws-request-id')).toBe('id');
  });
});
