import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { archiveOf } from '../../../src/engine/targets/docker/archive.ts';
import { packageRoot } from '../../../src/engine/assets.ts';
import { findProgram, runCommand } from '../../../src/engine/system/process.ts';
import type { LogLine } from '../../../src/engine/targets/target.ts';
import { reef } from '../../support/cli.ts';
import { startRegistry } from './registry.ts';
import {
  containersOf,
  docker,
  engineProxy,
  functionOf,
  handlers,
  images,
  networksOf,
  never,
  openSandbox,
  openTarget,
  parsed,
  send,
  useBaseImages,
  whyNoEngine,
} from '../../support/docker.ts';

useBaseImages();

const dockerHost = process.env['DOCKER_HOST'];
afterEach(() => {
  if (dockerHost === undefined) delete process.env['DOCKER_HOST'];
  else process.env['DOCKER_HOST'] = dockerHost;
});

const fn = functionOf('node', 'basic.js', 'empty');

describe('without an engine', () => {
  it.for([
    ['unix:///nowhere/docker.sock', 'No Docker engine is running at unix:///nowhere/docker.sock (ENOENT)'],
    ['tcp://127.0.0.1:1', 'No Docker engine is running at tcp://127.0.0.1:1 (ECONNREFUSED)'],
  ] as const)('says so in one sentence: %s', async ([host, sentence]) => {
    process.env['DOCKER_HOST'] = host;
    const target = openTarget({ images: {} });
    const message = `${sentence}: start Docker, or name an engine with DOCKER_HOST.`;
    await expect(target.describe(fn, never)).rejects.toMatchObject({ code: 'sandbox-failed', message });
  });
});

describe.skipIf(whyNoEngine !== null)('an engine', () => {
  it('that is on another machine gets copies of the code, and reaches this one', async () => {
    const network = await docker().createNetwork({ Name: `reef-test-${process.pid}` });
    onTestFinished(() => network.remove());
    const { IPAM } = (await network.inspect()) as { IPAM: { Config: { Gateway: string }[] } };
    const address = IPAM.Config[0]?.Gateway ?? '';
    process.env['DOCKER_HOST'] = (await engineProxy(address)).host;
    const sandbox = await openSandbox(functionOf('node', 'container.js', 'limits'), { log: { log: () => {} } });
    const attempt = await send(sandbox);
    expect(attempt.measurement.error).toBeNull();
    expect(parsed(attempt)).toMatchObject({ writes: { root: false, code: false, shim: false, temporary: true } });
    const [container] = await containersOf(process.pid);
    expect(container?.Mounts.map(({ Type }) => Type)).toEqual(['volume', 'volume']);
    await sandbox.close();
  });

  it('is cleaned of what a killed process left, at the next start', async () => {
    const program = join(import.meta.dirname, 'engine-process.ts');
    const child = spawn(process.execPath, [program, handlers, JSON.stringify(fn)], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const { pid = 0 } = child;
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(await containersOf(pid)).toHaveLength(1);
    expect(await networksOf(pid)).toHaveLength(1);
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
    await openTarget({ initLimitMs: 10_000 }).describe(fn, never);
    expect(await containersOf(pid)).toHaveLength(0);
    expect(await networksOf(pid)).toHaveLength(0);
  });
});

describe.skipIf(whyNoEngine !== null)('an image', () => {
  it('is pulled with progress; one without the program says so', async () => {
    const { image } = await startRegistry({ everyMs: 100, isEndless: false });
    onTestFinished(() => docker().getImage(image).remove());
    const lines: string[] = [];
    const onOutput = (_fn: unknown, line: LogLine): void => void lines.push(line.text);
    const sandbox = await openSandbox(fn, { images: { '*': image }, onOutput });
    expect(lines).toContain(`Pulling ${image}: Docker does not have it yet.`);
    expect(lines.some((line) => /: \d+ of \d+ MB$/.test(line))).toBe(true);
    const { measurement } = await send(sandbox);
    expect(measurement.outcome).toBe('init-error');
    expect(measurement.error?.message).toMatch(/the image has no program "node", choose one that has it/);
  });

  it('can be given up while it is pulled', async () => {
    const { image } = await startRegistry({ everyMs: 1, isEndless: true });
    const controller = new AbortController();
    const onOutput = (): void => void setTimeout(() => controller.abort(), 500);
    const target = openTarget({ images: { '*': image }, onOutput });
    const opening = target.open({ function: fn, memoryMb: 512, architecture: 'x86_64' }, controller.signal);
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('that is nowhere is an error that says what to do', async () => {
    const { absent } = await startRegistry({ everyMs: 1, isEndless: false });
    await expect(openSandbox(fn, { images: { 'nodejs22.x': absent } })).rejects.toMatchObject({
      code: 'runtime-not-found',
      message: expect.stringMatching(
        /absent:latest is not in the Docker engine and could not be pulled .*name another one/,
      ) as unknown,
    });
  });

  it('of the function itself must be named', async () => {
    const own = { ...fn, packageType: 'image', language: null, runtime: null } as const;
    const expected = {
      code: 'unsupported-runtime',
      message: 'fn is a container image: name the image that was built for it (--image).',
    };
    await expect(openTarget().describe(own, never)).rejects.toMatchObject(expected);
  });

  it("of the function itself runs with AWS's own Python client", async () => {
    const image = await imageWithAwsClient();
    const own = { ...fn, packageType: 'image', language: null, runtime: null, handler: null, handlerFile: null } as const;
    const sandbox = await openSandbox(own, { images: { fn: image } });
    const first = await send(sandbox, { n: 20 });
    expect(first.measurement).toMatchObject({ outcome: 'ok', cold: true, error: null });
    expect(parsed(first)).toEqual({ twice: 40, memory: '1769' });
    expect(first.measurement.durationMs).toBe(first.measurement.roundTripMs);
    expect((await send(sandbox, { n: 1 })).measurement.cold).toBe(false);
    const failed = await send(sandbox, {});
    expect(failed.measurement).toMatchObject({ outcome: 'error', error: { type: 'KeyError' } });
  });
});

describe.skipIf(whyNoEngine !== null)('reef', () => {
  it('makes a base image and invokes in it', async () => {
    const made = await reef(['docker', 'base-image', 'node', '--json'], { env: withNode() });
    expect(made.stderr).toBe('');
    expect(JSON.parse(made.stdout)).toMatchObject([{ image: images.node, version: process.versions.node }]);
    const workspace = join(packageRoot(), 'examples');
    const store = join(await temporaryFolder(), 'samples.db');
    const args = [
      'invoke',
      'quote',
      '--workspace',
      workspace,
      '--store',
      store,
      '--target',
      'docker',
      '--image',
      images.node,
      '--json',
    ];
    const { stdout, exitCode } = await reef(args);
    expect(JSON.parse(stdout)).toMatchObject({ target: 'docker', outcome: 'ok', cold: true });
    expect(exitCode).toBe(0);
  });

  it('refuses what it cannot make an image of', async () => {
    expect((await reef(['docker', 'base-image', 'ruby'])).exitCode).toBe(2);
    expect((await reef(['docker'])).exitCode).toBe(2);
    expect((await reef(['invoke', 'x', '--image', 'y'])).stderr).toMatch(/--image goes with --target docker/);
  });
});

/** PATH with the Node that runs the tests in front. */
function withNode(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}` };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-docker-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** An image as a user would build it: a handler, and `awslambdaric` from PyPI as its entry point. */
async function imageWithAwsClient(): Promise<string> {
  const folder = await temporaryFolder();
  const python = findProgram(['python3']) ?? 'python3';
  const cache = join(packageRoot(), '.cache', 'awslambdaric');
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--cache-dir', cache];
  const client = await runCommand(python, [...install, '--target', join(folder, 'client'), 'awslambdaric==4.2.2'], {
    timeoutMs: 60_000,
  });
  expect(client.exitCode, client.stderr).toBe(0);
  await mkdir(join(folder, 'task'));
  const code = 'def handler(event, context):\n    return {"twice": event["n"] * 2, "memory": context.memory_limit_in_mb}\n';
  await writeFile(join(folder, 'task', 'app.py'), code);
  const steps = [
    `FROM ${images.python}`,
    'COPY client /opt/client',
    'COPY task /var/task',
    'ENV PYTHONPATH=/opt/client',
    'WORKDIR /var/task',
    'ENTRYPOINT ["python3", "-m", "awslambdaric"]',
    'CMD ["app.handler"]',
  ];
  await writeFile(join(folder, 'Dockerfile'), steps.join('\n'));
  const image = 'reef-test/aws-client:local';
  const built = await docker().buildImage(await archiveOf(folder), { t: image });
  await new Promise<void>((resolve, reject) => {
    docker().modem.followProgress(built, (error) => (error === null ? resolve() : reject(error)));
  });
  return image;
}
