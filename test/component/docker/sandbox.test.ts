import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  containersOf,
  functionOf,
  handlers,
  never,
  networksOf,
  openSandbox,
  openTarget,
  parsed,
  send,
  useBaseImages,
  whyNoEngine,
} from '../../support/docker.ts';

useBaseImages();

describe.skipIf(whyNoEngine !== null)('a size in Docker', () => {
  it('is enforced: memory without swap, CPU by credits, nothing to write but /tmp, no privileges', async () => {
    const sandbox = await openSandbox(functionOf('node', 'container.js', 'limits'), { memoryMb: 512 });
    const seen = parsed(await send(sandbox));
    expect(seen).toMatchObject({
      memoryBytes: 512 * 2 ** 20,
      processes: 1024,
      periodUs: 20_000,
      quotaUs: Math.round((20_000 * 512) / 1769),
      firstProcess: false,
      capabilities: '0000000000000000',
      noNewPrivileges: '1',
      writes: { root: false, code: false, shim: false, temporary: true },
      memorySize: '512',
      taskRoot: '/var/task/node',
    });
    expect(seen['user']).not.toBe(0);
    expect(seen['path']).not.toBe(process.env['PATH']);
  });

  it('gives no more cores than the engine has, and says so', async () => {
    const said: string[] = [];
    const log = { log: (_level: string, message: string) => void said.push(message) };
    const target = openTarget({ log });
    const fn = functionOf('node', 'container.js', 'limits');
    const { sizes, maxSandboxes, basis, notes } = await target.describe(fn, never);
    expect(basis).toBe('measured');
    expect(sizes?.minMb).toBe(128);
    const isCapped = 1769 * maxSandboxes < (sizes?.maxMb ?? 0);
    expect(notes?.some((note) => note.startsWith('The Docker engine has'))).toBe(isCapped);
    const memoryMb = Math.ceil(1769 * maxSandboxes) + 64;
    await using sandbox = await target.open({ function: fn, memoryMb, architecture: 'x86_64' }, never);
    expect(parsed(await send(sandbox))).toMatchObject({ quotaUs: 20_000 * maxSandboxes });
    expect(said.join('\n')).toMatch(/the Docker engine has \d+: larger sizes get no more/);
  });

  it.for([
    ['node', 'faults.js', 'fillsBuffers', /^The function used more than the 256 MB of its size\.$/],
    ['node', 'faults.js', 'fillsHeap', /heap is full|256 MB of its size/],
    ['python', 'faults.py', 'fills_memory', /^The function used more than the 256 MB of its size\.$/],
  ] as const)('ends a function that uses more: %s %s %s', async ([language, file, symbol, message]) => {
    const sandbox = await openSandbox(functionOf(language, file, symbol, { timeoutS: 60 }), { memoryMb: 256 });
    const { measurement } = await send(sandbox);
    expect(measurement).toMatchObject({ outcome: 'oom', durationMs: null, error: { type: 'Runtime.OutOfMemory' } });
    expect(measurement.error?.message).toMatch(message);
  });
});

describe.skipIf(whyNoEngine !== null)('a sandbox in Docker', () => {
  it.for([
    ['node', 'work.js', 'allocates'],
    ['python', 'work.py', 'allocates'],
  ] as const)('stays warm, measures, and is gone when closed: %s', async ([language, file, symbol]) => {
    const sandbox = await openSandbox(functionOf(language, file, symbol));
    const first = await send(sandbox, { mb: 64 });
    expect(first.measurement).toMatchObject({ outcome: 'ok', cold: true, error: null });
    expect(first.measurement.initMs).toBeGreaterThan(0);
    expect(first.measurement.peakRssMb).toBeGreaterThan(64);
    const second = await send(sandbox, { mb: 1 });
    expect(second).toMatchObject({ sandboxSequence: 1, sandboxId: first.sandboxId });
    expect(second.measurement).toMatchObject({ outcome: 'ok', cold: false, initMs: null });
    expect(second.measurement.cpuUserMs).not.toBeNull();
    expect(await containersOf(process.pid)).toHaveLength(1);
    await sandbox.close();
    expect(await containersOf(process.pid)).toHaveLength(0);
  });

  it('runs TypeScript and ES modules', async () => {
    for (const [file, symbol] of [
      ['typed.ts', 'handler'],
      ['esm.mjs', 'handler'],
    ] as const) {
      const { measurement } = await send(await openSandbox(functionOf('node', file, symbol)), { n: 2 });
      expect(measurement.error).toBeNull();
    }
  });

  it('runs beside others at the same time', async () => {
    const opened = [0, 1, 2].map(() => openSandbox(functionOf('node', 'work.js', 'sleeps')));
    const sandboxes = await Promise.all(opened);
    const attempts = await Promise.all(sandboxes.map((sandbox) => send(sandbox, { ms: 50 })));
    expect(attempts.map(({ measurement }) => measurement.outcome)).toEqual(['ok', 'ok', 'ok']);
    expect(new Set(attempts.map(({ sandboxId }) => sandboxId)).size).toBe(3);
  });

  it('shows what the function printed by the time of its answer', async () => {
    const sandbox = await openSandbox(functionOf('python', 'output.py', 'lines'));
    await send(sandbox);
    const streams = new Set(sandbox.logs().map(({ stream }) => stream));
    expect(streams).toEqual(new Set(['stdout', 'stderr']));
  });

  it('starts anew when a file that it loaded has changed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reef-docker-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await cp(join(handlers, 'node'), join(folder, 'node'), { recursive: true });
    const file = join(folder, 'node', 'changes.js');
    await writeFile(file, 'exports.handler = async () => "before";');
    const sandbox = await openSandbox(functionOf('node', 'changes.js', 'handler'), { folder });
    expect((await send(sandbox)).response).toBe('"before"');
    await writeFile(file, 'exports.handler = async () => "afterwards";');
    const next = await send(sandbox);
    expect(next).toMatchObject({ response: '"afterwards"', measurement: { cold: true } });
  });

  it('leaves neither containers nor a network when its target is closed', async () => {
    const before = await networksOf(process.pid);
    const target = openTarget({ initLimitMs: 20_000 });
    const sandbox = await target.open(
      { function: functionOf('node', 'basic.js', 'empty'), memoryMb: 512, architecture: 'x86_64' },
      never,
    );
    await send(sandbox);
    expect(await networksOf(process.pid)).toHaveLength(before.length + 1);
    await target[Symbol.asyncDispose]();
    expect(await networksOf(process.pid)).toHaveLength(before.length);
    expect(await containersOf(process.pid)).toHaveLength(0);
  });
});

describe.skipIf(whyNoEngine !== null)('a function that fails in Docker', () => {
  it.for([
    ['node', 'faults.js', 'exits', 'crashed', /exit status 3/],
    ['node', 'faults.js', 'segfaults', 'crashed', /SIGSEGV/],
    ['node', 'faults.js', 'killsItself', 'oom', /SIGKILL/],
    ['node', 'faults.js', 'throws', 'error', /went wrong/],
    ['node', 'throws-on-load.js', 'handler', 'init-error', /while loading/],
    ['node', 'exits-on-load.js', 'handler', 'init-error', /exit status 7/],
    ['python', 'faults.py', 'exits_hard', 'crashed', /exit status 4/],
    ['python', 'missing_module.py', 'handler', 'init-error', /No module named/],
  ] as const)('is told by how it ended: %s %s %s', async ([language, file, symbol, outcome, message]) => {
    const { measurement } = await send(await openSandbox(functionOf(language, file, symbol)));
    expect(measurement.error?.message).toMatch(message);
    expect(measurement.outcome).toBe(outcome);
  });

  it('is stopped at its timeout, and the next call starts anew', async () => {
    const sandbox = await openSandbox(functionOf('node', 'faults.js', 'spins', { timeoutS: 0.5 }));
    const { measurement } = await send(sandbox);
    expect(measurement).toMatchObject({ outcome: 'timeout', durationMs: 500 });
    expect(await containersOf(process.pid)).toHaveLength(0);
    expect((await send(sandbox)).measurement).toMatchObject({ outcome: 'timeout', cold: true });
  });

  it('ends at the limit of init', async () => {
    const sandbox = await openSandbox(functionOf('node', 'never-inits.js', 'handler'), { initLimitMs: 900 });
    expect((await send(sandbox)).measurement).toMatchObject({ outcome: 'init-error', error: { type: 'Sandbox.Timedout' } });
  });

  it.for([
    ['during init', 'node', 'never-inits.js', 'handler', 700],
    ['during the handler', 'python', 'faults.py', 'spins', 1_200],
    ['while the container is made', 'node', 'basic.js', 'empty', 1],
  ] as const)('can be cancelled %s', async ([, language, file, symbol, afterMs]) => {
    const sandbox = await openSandbox(functionOf(language, file, symbol));
    const controller = new AbortController();
    const running = send(sandbox, {}, controller.signal);
    void sleep(afterMs).then(() => controller.abort());
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(await containersOf(process.pid)).toHaveLength(0);
  });

  it('leaves nothing when it is closed while its container is made', async () => {
    const sandbox = await openSandbox(functionOf('node', 'basic.js', 'empty'));
    const running = send(sandbox);
    await Promise.all([expect(running).rejects.toMatchObject({ code: 'cancelled' }), sandbox.close()]);
    expect(await containersOf(process.pid)).toHaveLength(0);
  });
});
