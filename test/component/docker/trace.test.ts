import { setTimeout as sleep } from 'node:timers/promises';
import type { Container } from 'dockerode';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { figuresOf } from '../../../src/engine/studies/tracing/figures.ts';
import { bytesInMb, largest, type Trace } from '../../../src/engine/studies/tracing/trace.ts';
import { safeSizeMb } from '../../../src/engine/studies/tracing/safe-size.ts';
import { connectEngine, type DockerEngine } from '../../../src/engine/targets/docker/engine.ts';
import { actuationDelayMs } from '../../../src/engine/targets/docker/trace/actuation.ts';
import { type Change, LimitFollower, type LimitPlan } from '../../../src/engine/targets/docker/trace/apply-limits.ts';
import { findSafeSize } from '../../../src/engine/targets/docker/trace/find-safe-size.ts';
import { hostFilesProbe } from '../../../src/engine/targets/docker/trace/host-files.ts';
import { type Probe, ProbeFailed, type TracedRun } from '../../../src/engine/targets/docker/trace/probe.ts';
import type { Reading } from '../../../src/engine/targets/target.ts';
import type { TraceRequest } from '../../../src/engine/targets/docker/trace/request.ts';
import { sidecarProbe, tracerImage } from '../../../src/engine/targets/docker/trace/sidecar.ts';
import { oneShotProbe, streamProbe } from '../../../src/engine/targets/docker/trace/statistics.ts';
import { traceContainer } from '../../../src/engine/targets/docker/trace/trace-container.ts';
import { wrapperProbe } from '../../../src/engine/targets/docker/trace/wrapper.ts';
import { docker, engineProxy, images, never, useBaseImages, whyNoEngine } from '../../support/docker.ts';
import { plateau, python } from './trace-programs.ts';

useBaseImages();

type Seen = TracedRun & { stdout: string; stderr: string };

async function run(probe: Probe, request: Partial<TraceRequest>, timeCapMs = 20_000, signal = never): Promise<Seen> {
  const engine = await connectEngine();
  expect(await probe.whyNot(engine)).toBeNull();
  const out = { stdout: '', stderr: '' };
  const traced = await probe.run(
    engine,
    { image: images.python, args: [], ...request },
    { onStdout: (bytes) => void (out.stdout += bytes.toString()), onStderr: (bytes) => void (out.stderr += bytes.toString()) },
    { signal, timeCapMs },
  );
  return { ...traced, ...out };
}

const wrapped = (request: Partial<TraceRequest>, timeCapMs?: number): Promise<Seen> => run(wrapperProbe(), request, timeCapMs);

describe.skipIf(whyNoEngine !== null)('the tracer as the first process of a container', () => {
  it('sees memory from the first moment, and passes output and exit code on', async () => {
    const { trace, stdout, stderr } = await wrapped({
      args: python('import sys', 'print("out")', 'print("é" * 100_000, file=sys.stderr)', 'sys.exit(3)'),
    });
    expect(stdout).toBe('out\n');
    expect(stderr).toBe(`${'é'.repeat(100_000)}\n`);
    expect(trace.ending).toEqual({ exitCode: 3, signal: null, isOom: false });
    const figures = figuresOf(trace);
    // It takes less than 1 ms (npm run bench -- tracing); here it is only to be before the program.
    expect(figures.firstSampleMs).toBeLessThan(50);
    expect(figures.samples).toBeGreaterThan(5);
    expect(figures.cpuMs).toBeGreaterThan(0);
    expect(trace.lost).toBe(0);
  });

  it('sees a short spike of 8 MB', async () => {
    const { trace } = await wrapped({ args: plateau(8, 100, 15) });
    const anonymous = largest(trace.anonymous) ?? 0;
    const usage = largest(trace.usage) ?? 0;
    expect(usage).toBeGreaterThan(8 * bytesInMb);
    expect(anonymous).toBeGreaterThan(8 * bytesInMb);
    expect(usage).toBeGreaterThan(0.9 * (trace.kernelPeakBytes ?? 0));
  });

  it('tells page cache from memory of the program', async () => {
    const size = 64 * bytesInMb;
    const { trace } = await wrapped({
      args: python(
        'import os, time',
        'with open("/big", "wb") as f:',
        `  [f.write(bytes(1 << 20)) for _ in range(64)]`,
        'time.sleep(0.05)',
      ),
    });
    expect(largest(trace.usage)).toBeGreaterThan(size);
    expect(largest(trace.file)).toBeGreaterThan(size * 0.9);
    expect(largest(trace.anonymous)).toBeLessThan(16 * bytesInMb);
  });

  it('tells the limit, and that the kernel ended the program for want of memory', async () => {
    const { trace, run } = await wrapped({ memoryMb: 32, args: python('b = bytearray(100 << 20)') });
    expect(largest(trace.limit)).toBe(32 * bytesInMb);
    expect(trace.ending).toEqual({ exitCode: null, signal: 9, isOom: true });
    expect(run).toMatchObject({ exitCode: 137, isOomKilled: true });
  });

  it('passes signals on', async () => {
    const lines = ['import signal, sys, time', 'signal.signal(15, lambda *_: sys.exit(5))', 'print("ready", flush=True)'];
    const name = `reef-test-signal-${process.pid}`;
    const probe = wrapperProbe();
    const engine = await connectEngine();
    const onStdout = (): void => void docker().getContainer(name).kill({ signal: 'SIGTERM' });
    const request = { image: images.python, name, args: python(...lines, 'time.sleep(30)') };
    const { trace } = await probe.run(engine, request, { onStdout }, { signal: never, timeCapMs: 20_000 });
    expect(trace.ending.exitCode).toBe(5);
  });

  it('runs in an image without a shell, on a file system that is read-only, as any user', async () => {
    const image = await tracerImage(await connectEngine());
    const { trace, stderr } = await wrapped({ image, args: ['/tracer', 'nonsense'], readOnly: true, user: '1234:1234' });
    expect(stderr).toMatch(/^tracer: run\|watch/);
    expect(trace.ending.exitCode).toBe(125);
    expect(trace.usage.timeMs.length).toBeGreaterThan(0);
  });

  it('gives the program its environment, folder and arguments as they are', async () => {
    const args = python('import os, sys', 'print(os.environ["A"], os.getcwd(), os.getpid() > 1, sys.argv[1:])');
    const { stdout } = await wrapped({ args: [...args, '$HOME; "x"', ''], env: ['A=b c'], workdir: '/usr' });
    expect(stdout).toBe(`b c /usr True ['$HOME; "x"', '']\n`);
  });

  it('ends a program that does not end', async () => {
    const { trace, run } = await wrapped({ args: python('while True: pass') }, 500);
    expect(run.cut).toBe('time-cap');
    expect(trace.ending.exitCode).toBeNull();
    expect(trace.usage.timeMs.at(-1)).toBeGreaterThan(300);
  });

  it('ends when it is cancelled', async () => {
    const signal = AbortSignal.timeout(500);
    expect((await run(wrapperProbe(), { args: python('while True: pass') }, 20_000, signal)).run.cut).toBe('cancelled');
  });
});

describe.skipIf(whyNoEngine !== null)('a container that cannot be traced', () => {
  it.for<[string, Partial<TraceRequest>, RegExp]>([
    [
      'no image',
      { image: 'reef-test/nowhere:1' },
      /The image reef-test\/nowhere:1 is not in the Docker engine: build or pull it/,
    ],
    ['no such program', { args: ['nonsense'] }, /could not start "nonsense" \(no such file or directory\): name a program/],
    ['no program at all', { args: [] }, /names no program to run: give one after "--"/],
    [
      'a limit that no engine takes',
      { args: ['true'], memoryMb: 2 },
      /Docker could not create a container .*[Mm]inimum memory limit/,
    ],
    [
      'no such folder',
      { args: ['true'], mounts: [{ source: '/nowhere', target: '/x', readOnly: true }] },
      /Docker could not create/,
    ],
  ])('says why in one sentence: %s', async ([, request, sentence]) => {
    await expect(wrapped(request)).rejects.toMatchObject({ message: expect.stringMatching(sentence) });
  });

  it('tells a program that was killed from outside from one without memory', async () => {
    const name = `reef-test-killed-${process.pid}`;
    const kill = (): void => void docker().getContainer(name).kill({ signal: 'SIGKILL' });
    const request = { image: images.python, name, memoryMb: 64, args: python('print(1, flush=True)', 'while True: pass') };
    const { trace } = await wrapperProbe().run(
      await connectEngine(),
      request,
      { onStdout: kill },
      { signal: never, timeCapMs: 20_000 },
    );
    expect(trace.ending).toEqual({ exitCode: null, signal: 9, isOom: false });
  });

  it('tells that the limit is below what the runtime itself needs', async () => {
    // It is killed for want of memory, or reads its own files again and again until the time cap ends it.
    const { trace } = await wrapped({ image: images.node, memoryMb: 8, args: ['node', '-e', '1'] }, 2_000);
    expect(trace.ending).toMatchObject({ exitCode: null, signal: 9 });
    expect(largest(trace.usage)).toBeGreaterThan(7 * bytesInMb);
  });

  it('says so when its name is in use', async () => {
    const name = `reef-test-name-${process.pid}`;
    const other = await docker().createContainer({ Image: images.python, name, Cmd: ['true'] });
    onTestFinished(() => other.remove());
    await expect(wrapped({ name, args: ['true'] })).rejects.toThrow(/Docker could not create a container .* already in use/);
  });

  it('says so when someone removes it', async () => {
    const name = `reef-test-removed-${process.pid}`;
    const running = wrapped({ name, args: python('while True: pass') }).catch((error: unknown) => error);
    const container = docker().getContainer(name);
    while (
      !(await container.inspect().then(
        ({ State }) => State.Running,
        () => false,
      ))
    )
      await sleep(20);
    await container.remove({ force: true, v: true });
    expect(await running).toMatchObject({ message: `Someone removed the container of ${images.python} while it was traced.` });
  });

  it('says so when the engine goes away', async () => {
    const { host, stop } = await engineProxy('127.0.0.1');
    const { default: Docker } = await import('dockerode');
    const port = new URL(host).port;
    const away: DockerEngine = { ...(await connectEngine()), docker: new Docker({ host: '127.0.0.1', port }) };
    const name = `reef-test-gone-${process.pid}`;
    onTestFinished(() => docker().getContainer(name).remove({ force: true, v: true }));
    const request = { image: images.python, name, args: python('print(1, flush=True)', 'while True: pass') };
    const running = wrapperProbe().run(away, request, { onStdout: stop }, { signal: never, timeCapMs: 20_000 });
    await expect(running).rejects.toThrow(/^The Docker engine stopped answering \(/);
  });
});

describe.skipIf(whyNoEngine !== null)('probes outside of the container', () => {
  it.for([sidecarProbe(), hostFilesProbe()])('see it from its start to its end: $kind', async (probe) => {
    const { trace } = await run(probe, { args: plateau(20, 200, 30), memoryMb: 64, readOnly: true });
    expect(largest(trace.usage)).toBeGreaterThan(20 * bytesInMb);
    expect(largest(trace.anonymous)).toBeGreaterThan(20 * bytesInMb);
    expect(largest(trace.limit)).toBe(64 * bytesInMb);
    expect(trace.usage.timeMs[0]).toBeGreaterThanOrEqual(0);
    expect(trace.usage.timeMs.length).toBeGreaterThan(5);
    expect(trace.ending).toEqual({ exitCode: 0, signal: null, isOom: false });
  });

  it('tell that the kernel ended the program', async () => {
    const { trace } = await run(hostFilesProbe(), { args: python('b = bytearray(100 << 20)'), memoryMb: 32 });
    expect(trace.ending).toEqual({ exitCode: null, signal: 9, isOom: true });
  });

  it('leave no sidecar behind', async () => {
    await run(sidecarProbe(), { args: ['python3', '--version'] });
    const left = await docker().listContainers({ all: true, filters: { label: [`dev.reef.pid=${process.pid}`] } });
    expect(left).toEqual([]);
  });

  it('see what the engine’s own statistics show', async () => {
    const { trace } = await run(streamProbe, { args: plateau(20, 2_500, 0) });
    expect(largest(trace.usage)).toBeGreaterThan(20 * bytesInMb);
    expect(largest(trace.anonymous)).toBeGreaterThan(20 * bytesInMb);
    expect(trace.usage.timeMs.length).toBeLessThan(5);
  });
});

describe.skipIf(whyNoEngine !== null)('limits that follow the use of a container', () => {
  /** Runs a plateau of 60 MB under limits that change over time. */
  async function followed(plan: Partial<LimitPlan> & Pick<LimitPlan, 'steps'>): Promise<{ changes: Change[]; trace: Trace }> {
    const engine = await connectEngine();
    const follower = new LimitFollower({ staticMb: 128, dryRun: false, ...plan });
    const request = { image: images.python, args: plateau(60, 600, 300), memoryMb: 128 };
    const hooks = {
      started: (container: Container) => follower.start(container),
      onReading: (reading: Reading) => follower.onReading(reading),
    };
    const { trace } = await wrapperProbe().run(engine, request, hooks, { signal: never, timeCapMs: 20_000 });
    return { trace, changes: await follower.stop() };
  }

  it('are set while it runs, and seen by the tracer', async () => {
    const { trace, changes } = await followed({ steps: [{ atMs: 50, limitMb: 100 }] });
    expect(trace.ending).toEqual({ exitCode: 0, signal: null, isOom: false });
    expect(changes).toMatchObject([{ wantedMb: 100, setMb: 100, reason: 'plan', refusal: null }]);
    expect([...new Set(trace.limit.values)]).toEqual([128 * bytesInMb, 100 * bytesInMb]);
  });

  it('are not set in a dry run', async () => {
    const { trace, changes } = await followed({ steps: [{ atMs: 50, limitMb: 100 }], dryRun: true });
    expect(changes).toMatchObject([{ setMb: 100, reason: 'plan' }]);
    expect(largest(trace.limit)).toBe(128 * bytesInMb);
  });

  it('are never set below what is in use', async () => {
    const follower = new LimitFollower({ staticMb: 128, dryRun: false, steps: [{ atMs: 200, limitMb: 20 }] });
    let container: Container | undefined;
    const hooks = {
      started: (one: Container) => void (container = one),
      // Printed once the memory is in use.
      onStdout: () => container && follower.start(container),
      onReading: (reading: Reading) => follower.onReading(reading),
    };
    const args = python('import time', 'b = bytearray(60 << 20)', 'print(1, flush=True)', 'time.sleep(1)');
    const request = { image: images.python, args, memoryMb: 128 };
    const { trace } = await wrapperProbe().run(await connectEngine(), request, hooks, { signal: never, timeCapMs: 20_000 });
    const [change] = await follower.stop();
    expect(trace.ending.isOom).toBe(false);
    expect(change).toMatchObject({ wantedMb: 20, reason: 'plan' });
    expect(change?.setMb ?? 128).toBeGreaterThan(60);
  });

  it('look ahead as long as this engine takes to change them', async () => {
    const delayMs = await actuationDelayMs(await connectEngine());
    expect(delayMs).toBeGreaterThan(0);
    expect(delayMs).toBeLessThan(10_000);
  });
});

describe.skipIf(whyNoEngine !== null)('the safe size of a program', () => {
  const request = { image: images.python, args: python('b = bytearray(40 << 20)') };
  const search = { leastMb: 8, mostMb: 128, stepMb: 8, guessMb: 44, confirmations: 2 };

  it('is found by running it under one limit after the other', async () => {
    const trials = await findSafeSize(await connectEngine(), request, search, { signal: never, timeCapMs: 20_000 });
    expect(safeSizeMb(trials)).toBeGreaterThan(40);
    expect(safeSizeMb(trials)).toBeLessThan(64);
    expect(trials.some(({ passed }) => !passed)).toBe(true);
    for (const { passed, durationMs } of trials) expect(durationMs !== null).toBe(passed);
  });

  it('is not known when the search is cancelled before', async () => {
    const limits = { signal: AbortSignal.abort(), timeCapMs: 20_000 };
    expect(await findSafeSize(await connectEngine(), request, search, limits)).toEqual([]);
  });
});

describe.skipIf(whyNoEngine !== null)('the choice of a probe', () => {
  const blind: Probe = { ...wrapperProbe(), run: () => Promise.reject(new ProbeFailed('it is dark')) };
  const absent: Probe = { ...sidecarProbe(), whyNot: () => Promise.resolve('there is none') };
  const request = { image: images.python, args: ['python3', '--version'] };
  const limits = { signal: never, timeCapMs: 20_000 };

  it('is the first, which says what it can see', async () => {
    const { probe, passed, trace } = await traceContainer(await connectEngine(), request, {}, limits);
    expect(probe).toMatchObject({ kind: 'wrapper', samplesPerS: 1000 });
    expect(passed).toEqual([]);
    expect(trace.probe).toBe('wrapper');
  });

  it('passes over what does not work here, and says why', async () => {
    const probes = [blind, absent, hostFilesProbe()];
    const { probe, passed } = await traceContainer(await connectEngine(), request, {}, { ...limits, probes });
    expect(probe.kind).toBe('host-files');
    expect(passed).toEqual([
      { kind: 'wrapper', why: 'it is dark' },
      { kind: 'sidecar', why: 'there is none' },
    ]);
    const none = traceContainer(await connectEngine(), request, {}, { ...limits, probes: [blind, absent] });
    await expect(none).rejects.toThrow('could not be read here (wrapper: it is dark; sidecar: there is none)');
  });

  it('asks whether the engine answers at once', async () => {
    const engine = await connectEngine();
    const { ApiVersion } = await docker().version();
    const why = await oneShotProbe.whyNot(engine);
    expect(why === null).toBe(Number(ApiVersion) >= 1.44);
  });
});

afterAll(async () => {
  if (whyNoEngine === null)
    await docker()
      .getImage(await tracerImage(await connectEngine()))
      .remove();
});
