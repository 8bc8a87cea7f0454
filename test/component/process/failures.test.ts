import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { callOnce, functionOf, never, openSandbox, openTarget, send, waitUntilGone } from './support.ts';

describe('an init that fails', () => {
  it.for([
    ['node', 'syntax-error.js', 'handler', 'Runtime.UserCodeSyntaxError', /Unexpected token/],
    ['node', 'typed-broken.ts', 'handler', 'Runtime.UserCodeSyntaxError', /typed-broken\.ts/],
    ['node', 'missing-module.js', 'handler', 'Runtime.ImportModuleError', /Cannot find module 'no-such-package'/],
    ['node', 'throws-on-load.js', 'handler', 'RangeError', /while loading/],
    ['node', 'basic.js', 'absent', 'Runtime.HandlerNotFound', /basic\.absent is undefined or not exported/],
    ['node', 'faults.js', 'notAFunction', 'Runtime.HandlerNotFound', /is not a function/],
    ['node', 'exits-on-load.js', 'handler', 'Runtime.ExitError', /exit status 7/],
    ['python', 'syntax_error.py', 'handler', 'Runtime.UserCodeSyntaxError', /Syntax error in module 'syntax_error'/],
    ['python', 'missing_module.py', 'handler', 'Runtime.ImportModuleError', /No module named 'no_such_package'/],
    ['python', 'throws_on_load.py', 'handler', 'RuntimeError', /while loading/],
    ['python', 'basic.py', 'absent', 'Runtime.HandlerNotFound', /Handler 'absent' missing on module 'basic'/],
    ['python', 'faults.py', 'not_a_function', 'Runtime.HandlerNotFound', /is not a function/],
    ['python', 'exits_on_load.py', 'handler', 'Runtime.ExitError', /exit status 7/],
  ] as const)('is an init error of its kind: %s %s %s', async ([language, file, symbol, type, message]) => {
    const { measurement, response } = await callOnce(language, file, symbol);
    expect(measurement).toMatchObject({ outcome: 'init-error', cold: true, durationMs: null, error: { type } });
    expect(measurement.error?.message).toMatch(message);
    expect(response).toBeNull();
  });

  it('says where: the stack names the line of the syntax error', async () => {
    const node = await callOnce('node', 'syntax-error.js', 'handler');
    expect(node.measurement.error?.stack.join('\n')).toMatch(/syntax-error\.js:2/);
    const python = await callOnce('python', 'syntax_error.py', 'handler');
    expect(python.measurement.error?.stack.join('\n')).toMatch(/syntax_error\.py" Line 2/);
  });

  it.for([
    ['node', 'never-inits.js'],
    ['python', 'never_inits.py'],
  ] as const)('ends at the limit of init: %s', async ([language, file]) => {
    const { measurement } = await callOnce(language, file, 'handler', {}, {}, { initLimitMs: 600 });
    expect(measurement).toMatchObject({ outcome: 'init-error', error: { type: 'Sandbox.Timedout' } });
    expect(measurement.error?.message).toBe('Init did not end within 0.60 seconds.');
  });
});

describe('a handler that fails', () => {
  it.for([
    ['node', 'faults.js', 'throws', 'OwnError', 'went wrong: ✗'],
    ['node', 'faults.js', 'throwsSync', 'OwnError', 'at once'],
    ['node', 'callback.js', 'fails', 'TypeError', 'by callback'],
    ['node', 'faults.js', 'throwsNumber', 'number', '42'],
    ['node', 'faults.js', 'throwsNull', 'null', 'null'],
    ['node', 'faults.js', 'bigint', 'Runtime.MarshalError', /BigInt/],
    ['node', 'faults.js', 'circular', 'Runtime.MarshalError', /circular/],
    ['node', 'faults.js', 'neverSettles', 'Runtime.NodeJsExit', /never settled/],
    ['python', 'faults.py', 'throws', 'OwnError', 'went wrong: ✗'],
    ['python', 'faults.py', 'a_set', 'Runtime.MarshalError', /Object of type set is not JSON serializable/],
    ['python', 'faults.py', 'generator', 'Runtime.MarshalError', /Object of type generator/],
    ['python', 'faults.py', 'circular', 'Runtime.MarshalError', /Circular reference/],
  ] as const)('is an error and leaves the sandbox warm: %s %s %s', async ([language, file, symbol, type, message]) => {
    const sandbox = await openSandbox(functionOf(language, file, symbol));
    const first = await send(sandbox);
    expect(first.measurement).toMatchObject({ outcome: 'error', error: { type } });
    expect(first.measurement.error?.message).toMatch(message);
    expect(first.measurement.durationMs).not.toBeNull();
    expect(first.response).toBeNull();
    expect((await send(sandbox)).measurement.cold).toBe(false);
  });

  it('has its stack', async () => {
    const node = await callOnce('node', 'faults.js', 'throws');
    expect(node.measurement.error?.stack[0]).toBe('OwnError: went wrong: ✗');
    expect(node.measurement.error?.stack[1]).toMatch(/at exports\.throws .*faults\.js:9/);
    const python = await callOnce('python', 'faults.py', 'throws');
    expect(python.measurement.error?.stack).toHaveLength(1);
    expect(python.measurement.error?.stack[0]).toMatch(/faults\.py", line 17, in throws/);
  });

  it.for([
    ['node', 'faults.js', 'throwsLater', 'OwnError', 'uncaught'],
    ['node', 'faults.js', 'rejectsUnhandled', 'Runtime.UnhandledPromiseRejection', 'unhandled'],
    ['python', 'faults.py', 'raises_base', 'Fatal', 'not an Exception'],
  ] as const)(
    'is an error and ends the sandbox when nobody could catch it: %s %s',
    async ([language, file, symbol, type, message]) => {
      const sandbox = await openSandbox(functionOf(language, file, symbol));
      expect((await send(sandbox)).measurement).toMatchObject({ outcome: 'error', error: { type, message } });
      expect((await send(sandbox)).measurement).toMatchObject({ outcome: 'error', cold: true });
    },
  );
});

describe('a handler that never returns', () => {
  it.for([
    ['node', 'faults.js', 'spins'],
    ['node', 'faults.js', 'waits'],
    ['python', 'faults.py', 'spins'],
    ['python', 'faults.py', 'waits'],
  ] as const)('is stopped at its timeout, and the next call starts anew: %s %s %s', async ([language, file, symbol]) => {
    const sandbox = await openSandbox(functionOf(language, file, symbol, { timeoutS: 0.5 }));
    const first = await send(sandbox);
    expect(first.measurement).toMatchObject({ outcome: 'timeout', durationMs: 500, error: { type: 'Sandbox.Timedout' } });
    expect(first.measurement.error?.message).toBe('Task timed out after 0.50 seconds');
    expect(sandbox.logs().at(-1)).toMatchObject({ stream: 'reef', text: 'Task timed out after 0.50 seconds' });
    expect((await send(sandbox)).measurement).toMatchObject({ outcome: 'timeout', cold: true });
  });

  it('takes the processes that it started with it', async () => {
    const { lines, measurement } = await callOnce('node', 'faults.js', 'spawnsAndSpins', {}, { timeoutS: 2.5 });
    expect(measurement.outcome).toBe('timeout');
    const pid = Number(lines.find(({ text }) => text.startsWith('child '))?.text.slice(6));
    expect(pid).toBeGreaterThan(0);
    await waitUntilGone(pid);
  });
});

describe('a sandbox that dies in the middle', () => {
  it.for([
    ['node', 'faults.js', 'exits', 'crashed', /exit status 3/],
    ['node', 'faults.js', 'exitsZero', 'crashed', /exit status 0/],
    ['node', 'faults.js', 'segfaults', 'crashed', /SIGSEGV/],
    ['node', 'faults.js', 'killsItself', 'oom', /SIGKILL/],
    ['python', 'faults.py', 'exits', 'crashed', /exit status 3/],
    ['python', 'faults.py', 'exits_hard', 'crashed', /exit status 4/],
    ['python', 'faults.py', 'kills_itself', 'oom', /SIGKILL/],
  ] as const)('is told by how it ended: %s %s %s', async ([language, file, symbol, outcome, message]) => {
    const { measurement } = await callOnce(language, file, symbol);
    expect(measurement).toMatchObject({ outcome, durationMs: null });
    expect(measurement.error?.message).toMatch(message);
  });

  it('is a crash when it exits before its answer has left', async () => {
    const { measurement, response } = await callOnce('node', 'faults.js', 'exitsAfterAnswer');
    expect(measurement).toMatchObject({ outcome: 'crashed', error: { type: 'Runtime.ExitError' } });
    expect(response).toBeNull();
  });

  it('is no attempt when it died between two calls', async () => {
    const sandbox = await openSandbox(functionOf('node', 'faults.js', 'diesBetweenCalls'));
    const { response } = await send(sandbox, { die: true });
    await waitUntilGone(Number(response));
    const next = await send(sandbox);
    expect(next.measurement).toMatchObject({ outcome: 'ok', cold: true });
    expect(next.sandboxSequence).toBe(0);
  });
});

describe('a function that allocates until it is stopped', () => {
  it.for([
    ['node', 'faults.js', 'fillsHeap'],
    ['node', 'faults.js', 'fillsBuffers'],
    ['python', 'faults.py', 'fills_memory'],
  ] as const)('is out of memory: %s %s %s', async ([language, file, symbol]) => {
    const { measurement } = await callOnce(language, file, symbol, {}, {}, { memoryCapMb: 160 });
    expect(measurement).toMatchObject({ outcome: 'oom', error: { type: 'Runtime.OutOfMemory' } });
  });

  it('is out of memory when Python says so itself', async () => {
    const { measurement } = await callOnce('python', 'faults.py', 'memory_error');
    expect(measurement).toMatchObject({ outcome: 'oom', error: { type: 'MemoryError' } });
  });
});

describe('a cancelled call', () => {
  it.for([
    ['during init', 'node', 'never-inits.js', 'handler'],
    ['during the handler', 'node', 'faults.js', 'spins'],
    ['during the handler', 'python', 'faults.py', 'waits'],
  ] as const)('stops the sandbox at once: %s %s %s', async ([, language, file, symbol]) => {
    const sandbox = await openSandbox(functionOf(language, file, symbol));
    const controller = new AbortController();
    const running = send(sandbox, {}, controller.signal);
    await sleep(400);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('never starts after an abort', async () => {
    const sandbox = await openSandbox(functionOf('node', 'basic.js', 'empty'));
    await expect(send(sandbox, {}, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect((await send(sandbox)).measurement).toMatchObject({ outcome: 'ok', cold: true });
  });

  it('ends with the sandbox when that is closed', async () => {
    const sandbox = await openSandbox(functionOf('python', 'faults.py', 'spins'));
    const running = send(sandbox);
    await sleep(300);
    await Promise.all([expect(running).rejects.toMatchObject({ code: 'cancelled' }), sandbox.close()]);
  });
});

describe('a function that cannot be run at all', () => {
  it.for([
    ['unsupported-runtime', { language: null, runtime: 'java21' }, /fn has the runtime "java21"/],
    ['unsupported-runtime', { packageType: 'image' }, /container image/],
    ['handler-missing', { handlerFile: null }, /no handler file for "basic.handler"/],
    ['handler-missing', { handlerFile: 'node/gone.js' }, /no handler file/],
    ['handler-missing', { symbol: null }, /names no function/],
  ] as const)('is refused in one sentence: %s %o', async ([code, more, message]) => {
    const fn = functionOf('node', 'basic.js', 'handler', more);
    const target = openTarget();
    await expect(target.describe(fn, never)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as unknown });
    await expect(target.open({ function: fn, memoryMb: null, architecture: 'x86_64' }, never)).rejects.toMatchObject({ code });
  });

  it('is refused when its language is not on this machine', async () => {
    const target = openTarget({ pythonPath: '/nowhere/python3', nodePath: `${import.meta.dirname}/support.ts` });
    await expect(target.describe(functionOf('python', 'basic.py', 'handler'), never)).rejects.toMatchObject({
      code: 'runtime-not-found',
      message: 'Python was not found where reef.python.path says: /nowhere/python3',
    });
    await expect(target.describe(functionOf('node', 'basic.js', 'handler'), never)).rejects.toMatchObject({
      code: 'runtime-not-found',
    });
  });

  it.skipIf(process.platform === 'win32')('is refused when its language is too old', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reef-old-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const old = join(folder, 'python3');
    await writeFile(old, `#!/bin/sh\necho ${old}\necho 3.8\n`, { mode: 0o755 });
    const message = `Reef runs functions with Python 3.9 or later, and this is 3.8: set reef.python.path to a newer one than ${old}`;
    const describing = openTarget({ pythonPath: old }).describe(functionOf('python', 'basic.py', 'handler'), never);
    await expect(describing).rejects.toMatchObject({ code: 'runtime-not-found', message });
  });

  it('is described otherwise', async () => {
    const capabilities = await openTarget().describe(functionOf('node', 'basic.js', 'handler'), never);
    expect(capabilities).toMatchObject({ sizes: null, basis: 'predicted', billed: false });
    expect(capabilities.maxSandboxes).toBeGreaterThan(0);
  });
});
