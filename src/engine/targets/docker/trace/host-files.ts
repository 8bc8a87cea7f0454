import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { release } from 'node:os';
import { killTree, spawnInGroup } from '../../../system/process.ts';
import type { DockerEngine } from '../engine.ts';
import type { Probe } from './probe.ts';
import { tracerPath, whyNoTracer } from '../../tracer-file.ts';
import { runWatched, type StartWatcher } from './watcher.ts';

const root = '/sys/fs/cgroup';

/** Reads the container's group in the files of this machine. */
export function hostFilesProbe(samplesPerS = 1000): Probe {
  const periodUs = Math.round(1e6 / samplesPerS);
  return {
    kind: 'host-files',
    samplesPerS,
    error: `A spike shorter than ${periodUs / 1000} ms shows in the kernel's peak only.`,
    whyNot,
    run: (engine, ...rest) =>
      runWatched('host-files', root, spawnWatcher(tracerPath(engine.architecture), periodUs), engine, ...rest),
  };
}

async function whyNot({ docker, architecture }: DockerEngine): Promise<string | null> {
  if (process.platform !== 'linux' || !existsSync(root)) return 'this machine has no control groups';
  const own = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  const { KernelVersion } = (await docker.info()) as { KernelVersion: string };
  if (own !== architecture || KernelVersion !== release()) return 'the engine runs on another kernel than this machine';
  return whyNoTracer(architecture);
}

function spawnWatcher(program: string, periodUs: number): StartWatcher {
  return async (folders, onBytes) => {
    const child = spawnInGroup(program, ['watch', String(periodUs), '1', ...folders], { stdio: ['pipe', 'pipe', 'ignore'] });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    await once(child, 'spawn');
    const { stdin, stdout, pid } = child;
    if (stdin === null || stdout === null || pid === undefined) throw new Error('The tracer has no streams');
    stdout.on('data', onBytes);
    // It may end before it is told to.
    stdin.on('error', () => {});
    const stop = async (): Promise<void> => {
      if (child.exitCode === null && child.signalCode === null) killTree(pid);
      await closed;
    };
    return { input: stdin, ended: closed, stop };
  };
}
