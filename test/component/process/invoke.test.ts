import { describe, expect, it } from 'vitest';
import { needsPython } from '../../support/python.ts';
import { callOnce, functionOf, openSandbox, openTarget, never, send } from './support.ts';

describe('a Node handler', () => {
  it.for([
    ['basic.js', 'sync', '[1,"two",{"three":3}]'],
    ['basic.js', 'empty', 'null'],
    ['basic.js', 'nested.deep.handler', '"nested"'],
    ['src/a.js', 'b.handler', '"nested"'],
    ['callback.js', 'answers', '{"got":{"value":21}}'],
    ['callback.js', 'never', 'null'],
    ['callback.js', 'succeeds', '"by context"'],
    ['callback.js', 'promiseOfThree', '"promise"'],
    ['esm.mjs', 'handler', '42'],
  ] as const)('answers as on Lambda: %s %s', async ([file, symbol, response]) => {
    const attempt = await callOnce('node', file, symbol, { value: 21 });
    expect(attempt.measurement).toMatchObject({ outcome: 'ok', error: null });
    expect(attempt.response).toBe(response);
  });

  it('waits for the event loop after a callback, unless told not to', async () => {
    const waits = await callOnce('node', 'callback.js', 'waitsForLoop');
    expect(waits.response).toBe('"waited"');
    expect(waits.measurement.durationMs).toBeGreaterThan(140);
    const not = await callOnce('node', 'callback.js', 'doesNotWait');
    expect(not.response).toBe('"at once"');
    expect(not.measurement.durationMs).toBeLessThan(4_000);
  });

  it('may be TypeScript, with imports as TypeScript writes them', async () => {
    const event = { width: 3, height: 4 };
    expect((await callOnce('node', 'typed.ts', 'handler', event)).response).toBe('{"area":12,"triple":9}');
    expect((await callOnce('node', 'typed.ts', 'withEnum')).response).toBe('"red"');
    expect((await callOnce('node', 'typed-common.cts', 'handler', event)).response).toBe('12');
  });

  it('sees the context of Lambda', async () => {
    const { response } = await callOnce('node', 'esm.mjs', 'context', {}, { timeoutS: 7 });
    const context = JSON.parse(response ?? '') as Record<string, unknown>;
    expect(context).toMatchObject({
      functionName: 'fn',
      functionVersion: '$LATEST',
      memoryLimitInMB: '512',
      logGroupName: '/aws/lambda/fn',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:012345678912:function:fn',
    });
    expect(context['awsRequestId']).toMatch(/^[0-9a-f-]{36}$/);
    expect(context['remaining']).toBeLessThanOrEqual(7_000);
    expect(context['remaining']).toBeGreaterThan(0);
  });
});

describe('a Python handler', () => {
  it.for([
    ['basic.py', 'empty', 'null'],
    ['basic.py', 'number', '1.5'],
    ['pkg/mod.py', 'handler', '"in a package"'],
  ] as const)('answers as on Lambda: %s %s', async ([file, symbol, response]) => {
    const attempt = await callOnce('python', file, symbol);
    expect(attempt.measurement).toMatchObject({ outcome: 'ok', error: null });
    expect(attempt.response).toBe(response);
  });

  it('sees the context of Lambda', async () => {
    const { response } = await callOnce('python', 'basic.py', 'context', {}, { timeoutS: 7 });
    const context = JSON.parse(response ?? '') as Record<string, unknown>;
    expect(context).toMatchObject({ function_name: 'fn', memory_limit_in_mb: '512', log_group_name: '/aws/lambda/fn' });
    expect(context['remaining']).toBeLessThanOrEqual(7_000);
  });

  it('leaves no bytecode in the workspace', async () => {
    const { existsSync } = await import('node:fs');
    await callOnce('python', 'pkg/mod.py', 'handler');
    expect(existsSync(`${import.meta.dirname}/../../fixtures/handlers/python/pkg/__pycache__`)).toBe(false);
  });
});

describe('response streaming', () => {
  it('gives the streamed body as it came', async () => {
    const { response, measurement } = await callOnce('node', 'streaming.mjs', 'plain');
    expect(response).toBe('one,two,three');
    expect(measurement).toMatchObject({ outcome: 'ok', error: null });
    expect(measurement.durationMs).toBeGreaterThan(10);
  });

  it('puts the prelude of an HTTP response before the body', async () => {
    const { response } = await callOnce('node', 'streaming.mjs', 'http');
    expect(response).toBe(`{"statusCode":201,"headers":{"x-a":"b"}}${'\0'.repeat(8)}body`);
  });

  it('reports an error before and after the first byte', async () => {
    const before = await callOnce('node', 'streaming.mjs', 'failsBefore');
    expect(before.measurement).toMatchObject({
      outcome: 'error',
      error: { type: 'RangeError', message: 'before the first byte' },
    });
    const midway = await callOnce('node', 'streaming.mjs', 'failsMidway');
    expect(midway.measurement).toMatchObject({ outcome: 'error', error: { type: 'RangeError', message: 'midway' } });
    expect(midway.response).toBe('some');
  });

  it('ends a stream that the handler leaves open', async () => {
    expect((await callOnce('node', 'streaming.mjs', 'leavesOpen')).response).toBe('left open');
  });
});

describe('what goes in and comes out', () => {
  const texts = ['héllo ✓ 日本 🐟', 'quotes " and \\ and \n lines', '\u2028\u0000', 'a\ud83d'];

  it('is byte for byte what JSON.stringify gives', async () => {
    const sandbox = await openSandbox(functionOf('node', 'basic.js', 'echo'));
    for (const event of [null, true, 'text', 1.5e-7, [1, [2]], { b: 1, a: texts }]) {
      expect((await send(sandbox, event)).response).toBe(JSON.stringify(event));
    }
  });

  it('has the same meaning through Python', async () => {
    const sandbox = await openSandbox(functionOf('python', 'basic.py', 'echo'));
    for (const event of [null, true, 'text', [1, [2]], { b: 1, a: texts }]) {
      expect(JSON.parse((await send(sandbox, event)).response ?? '')).toEqual(event);
    }
  });

  it.for(['node', 'python'] as const)('may be 5 MB large each way: %s', async (language) => {
    const text = '✓'.repeat((5 * 2 ** 20) / 3 - 10);
    const sandbox = await openSandbox(functionOf(language, language === 'node' ? 'basic.js' : 'basic.py', 'echo'));
    const attempt = await send(sandbox, language === 'node' ? text : text.slice(0, text.length / 2));
    expect(attempt.measurement.outcome).toBe('ok');
    expect(JSON.parse(attempt.response ?? '')).toBe(language === 'node' ? text : text.slice(0, text.length / 2));
  });

  it('is refused above 6 MB', async () => {
    const sandbox = await openSandbox(functionOf('node', 'work.js', 'allocates'));
    await expect(send(sandbox, 'x'.repeat(6 * 2 ** 20))).rejects.toMatchObject({ code: 'invalid-event' });
    const big = await callOnce('node', 'basic.js', 'big');
    expect(big.measurement).toMatchObject({ outcome: 'error', error: { type: 'Function.ResponseSizeTooLarge' } });
  });
});

describe('the environment of a sandbox', () => {
  it.for(['node', 'python'] as const)('holds what Lambda sets, the function’s own, and little of ours: %s', async (language) => {
    process.env['REEF_TEST_SECRET'] = 'private';
    process.env['AWS_PROFILE'] = 'local';
    const file = language === 'node' ? 'esm.mjs' : 'basic.py';
    const { response } = await callOnce(
      language,
      file,
      'environment',
      {},
      { environment: { TABLE: 'orders', AWS_LAMBDA_FUNCTION_NAME: 'no' } },
    );
    delete process.env['REEF_TEST_SECRET'];
    delete process.env['AWS_PROFILE'];
    const env = JSON.parse(response ?? '') as Record<string, string>;
    expect(env).toMatchObject({
      TABLE: 'orders',
      AWS_LAMBDA_FUNCTION_NAME: 'fn',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_REGION: 'us-east-1',
      AWS_PROFILE: 'local',
      PATH: process.env['PATH'],
    });
    expect(env['_X_AMZN_TRACE_ID']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0$/);
    expect(env['REEF_TEST_SECRET']).toBeUndefined();
    expect(env['VITEST']).toBeUndefined();
  });
});

describe('a sandbox', () => {
  it.for(['node', 'python'] as const)('is cold once and warm then: %s', async (language) => {
    const sandbox = await openSandbox(functionOf(language, language === 'node' ? 'basic.js' : 'basic.py', 'empty'));
    const attempts = [await send(sandbox), await send(sandbox), await send(sandbox)];
    expect(attempts.map(({ measurement }) => measurement.cold)).toEqual([true, false, false]);
    expect(attempts.map(({ sandboxSequence }) => sandboxSequence)).toEqual([0, 1, 2]);
    expect(attempts[0]?.measurement.initMs).toBeGreaterThan(5);
    expect(attempts[1]?.measurement.initMs).toBeNull();
    expect(attempts[0]?.measurement.durationMs).toBeLessThan(attempts[0]?.measurement.initMs ?? 0);
    for (const { measurement } of attempts) expect(measurement.roundTripMs).toBeGreaterThan(measurement.durationMs ?? Infinity);
  });

  it('takes one call at a time, and none once closed', async () => {
    const sandbox = await openSandbox(functionOf('node', 'work.js', 'sleeps'));
    const first = send(sandbox, { ms: 200 });
    await expect(send(sandbox)).rejects.toMatchObject({ code: 'sandbox-failed' });
    await first;
    await sandbox.close();
    await expect(send(sandbox)).rejects.toMatchObject({ code: 'sandbox-failed' });
  });

  it('runs beside others at the same time', async () => {
    const target = openTarget();
    needsPython();
    const open = (language: 'node' | 'python', file: string) =>
      target.open({ function: functionOf(language, file, 'sleeps'), memoryMb: null, architecture: 'x86_64' }, never);
    const sandboxes = await Promise.all([open('node', 'work.js'), open('python', 'work.py'), open('node', 'work.js')]);
    await Promise.all(sandboxes.map((sandbox) => send(sandbox, { ms: 1 })));
    const attempts = await Promise.all(sandboxes.map((sandbox) => send(sandbox, { ms: 400 })));
    expect(attempts.map(({ measurement }) => measurement.outcome)).toEqual(['ok', 'ok', 'ok']);
    expect(new Set(attempts.map(({ sandboxId }) => sandboxId)).size).toBe(3);
    // Each began before the first had ended.
    const starts = attempts.map(({ measurement }) => measurement.startedAtMs);
    expect(Math.max(...starts)).toBeLessThan(Math.min(...starts) + 400);
  });
});
