import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { isNotFound, type DockerEngine } from '../engine.ts';
import { ignoreGone, ownLabels } from '../labels.ts';
import type { Probe } from './probe.ts';
import { tracerArchive, tracerPath, whyNoTracer } from '../../tracer-file.ts';
import { runWatched, type StartWatcher } from './watcher.ts';

const root = '/sys/fs/cgroup';
const mounted = '/cgroup';
const program = 'tracer';

/** A container of Reef's own beside the traced one, which sees the machine's groups and changes nothing. */
export function sidecarProbe(samplesPerS = 1000): Probe {
  const periodUs = Math.round(1e6 / samplesPerS);
  return {
    kind: 'sidecar',
    samplesPerS,
    error: `A spike shorter than ${periodUs / 1000} ms shows in the kernel's peak only.`,
    whyNot: ({ architecture }) => Promise.resolve(whyNoTracer(architecture)),
    run: (engine, ...rest) => runWatched('sidecar', mounted, sidecar(engine, periodUs), engine, ...rest),
  };
}

/** An image with the tracer and nothing else, made when it is not there; its name tells one tracer from another. */
export async function tracerImage({ docker, architecture }: DockerEngine): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(tracerPath(architecture)))
    .digest('hex');
  const image = `reef/tracer:${hash.slice(0, 12)}`;
  try {
    await docker.getImage(image).inspect();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const [repo = '', tag = ''] = image.split(':');
    const stream = await docker.importImage(await tracerArchive(architecture, program), { repo, tag });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (failure) => (failure === null ? resolve() : reject(failure)));
    });
  }
  return image;
}

function sidecar(engine: DockerEngine, periodUs: number): StartWatcher {
  return async (folders, onBytes) => {
    const { docker } = engine;
    const container = await docker.createContainer(sidecarOptions(await tracerImage(engine), folders, periodUs));
    const stop = (): Promise<void> => ignoreGone(container.remove({ force: true, v: true }));
    try {
      const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true });
      const frames = new PassThrough();
      frames.on('data', onBytes);
      (container.modem as Docker['modem']).demuxStream(stream, frames, new PassThrough());
      stream.on('error', () => {});
      const ended = new Promise<void>((resolve) => {
        stream.on('end', resolve).on('close', resolve);
      });
      await container.start();
      return { input: stream as unknown as PassThrough, ended, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  };
}

function sidecarOptions(image: string, folders: readonly string[], periodUs: number): Docker.ContainerCreateOptions {
  return {
    Image: image,
    Entrypoint: [`/${program}`, 'watch', String(periodUs), '1', ...folders],
    Cmd: [],
    Labels: ownLabels(),
    OpenStdin: true,
    StdinOnce: true,
    HostConfig: {
      Mounts: [{ Type: 'bind', Source: root, Target: mounted, ReadOnly: true }],
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}
