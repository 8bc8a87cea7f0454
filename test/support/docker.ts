import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type Docker from 'dockerode';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { makeBaseImage } from '../../src/engine/targets/docker/base-image.ts';
import { connectEngine } from '../../src/engine/targets/docker/engine.ts';
import { createDockerTarget, type DockerTargetOptions } from '../../src/engine/targets/docker/target.ts';
import type { Attempt, Sandbox, Target } from '../../src/engine/targets/target.ts';
import { type FunctionInfo, Language } from '../../src/protocol/functions.ts';
import { handlers, never } from '../component/process/support.ts';

export { functionOf, handlers, never, send } from '../component/process/support.ts';

const engine = await connectEngine().catch((error: unknown) => error as Error);

/** Why these tests cannot run here; null when they can. */
export const whyNoEngine = engine instanceof Error ? engine.message : null;
if (whyNoEngine !== null) {
  console.log(`Skipped: ${whyNoEngine} On Debian, as root, scripts/prepare.sh installs and starts one.`);
}

export function docker(): Docker {
  if (engine instanceof Error) throw engine;
  return engine.docker;
}

export const images = { node: 'reef/base-node:local', python: 'reef/base-python:local' };

/** Makes the images that the tests run in: no registry is needed. */
export function useBaseImages(): void {
  beforeAll(async () => {
    if (whyNoEngine !== null) return;
    for (const language of Language.options) {
      await makeBaseImage(language, { nodePath: process.execPath, pythonPath: '' }, never);
    }
  });
}

const quiet = { log: () => {} };

let shared: Target | undefined;
afterAll(() => shared?.[Symbol.asyncDispose]());

/** The target that the tests of a file share, or one of its own where options differ. */
export function openTarget(more: Partial<DockerTargetOptions> = {}): Target {
  if (Object.keys(more).length === 0) {
    shared ??= createDockerTarget({ folder: handlers, images, log: quiet });
    return shared;
  }
  const target = createDockerTarget({ folder: handlers, images, log: quiet, ...more });
  onTestFinished(() => target[Symbol.asyncDispose]());
  return target;
}

export async function openSandbox(
  fn: FunctionInfo,
  { memoryMb = 1769, ...more }: Partial<DockerTargetOptions> & { memoryMb?: number } = {},
): Promise<Sandbox> {
  const sandbox = await openTarget(more).open({ function: fn, memoryMb, architecture: 'x86_64' }, never);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

export function parsed(attempt: Attempt): Record<string, unknown> {
  return JSON.parse(attempt.response ?? 'null') as Record<string, unknown>;
}

/** Containers of Reef's that a process with this id made. */
export async function containersOf(pid: number): Promise<Docker.ContainerInfo[]> {
  return docker().listContainers({ all: true, filters: { label: [`dev.reef.pid=${pid}`] } });
}

export async function networksOf(pid: number): Promise<Docker.NetworkInspectInfo[]> {
  return docker().listNetworks({ filters: { label: [`dev.reef.pid=${pid}`] } });
}

/** The engine by way of a port of this machine: what a remote engine is, and one that can go away. */
export async function engineProxy(address: string): Promise<{ host: string; stop: () => void }> {
  const open = new Set<Socket>();
  const proxy = createServer((socket) => {
    open.add(socket);
    const engine = connect('/var/run/docker.sock');
    socket
      .on('error', () => engine.destroy())
      .on('close', () => engine.destroy())
      .pipe(engine)
      .on('error', () => socket.destroy())
      .pipe(socket);
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, address, resolve);
  });
  const stop = (): void => {
    proxy.close();
    for (const socket of open) socket.destroy();
  };
  onTestFinished(stop);
  return { host: `tcp://${address}:${(proxy.address() as AddressInfo).port}`, stop };
}
