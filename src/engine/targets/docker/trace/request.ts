import type Docker from 'dockerode';
import { ReefError } from '../../../../protocol/errors.ts';
import { isNotFound } from '../engine.ts';
import { ownLabels } from '../labels.ts';

/** A program in an image, to be run once from start to end. */
export type TraceRequest = {
  image: string;
  /** Arguments after the image's own entry point; empty for the image's own. */
  args: readonly string[];
  entrypoint?: readonly string[];
  env?: readonly string[];
  workdir?: string;
  user?: string;
  /** Container name, where the user wants one. */
  name?: string;
  memoryMb?: number;
  /** Cores, of which fractions may be had. */
  cpus?: number;
  readOnly?: boolean;
  network?: string;
  mounts?: readonly { source: string; target: string; readOnly: boolean }[];
};

/** Entry point and arguments that an image would be started with. */
export type Entry = { program: string[]; healthChecked: boolean };

/** @throws ReefError `runtime-not-found` without the image, `sandbox-failed` when nothing says what to run */
export async function entryOf(docker: Docker, { image, args, entrypoint }: TraceRequest): Promise<Entry> {
  const { Config } = await docker
    .getImage(image)
    .inspect()
    .catch((cause: unknown) => {
      if (!isNotFound(cause)) throw cause;
      const sentence = `The image ${image} is not in the Docker engine: build or pull it, or name another one.`;
      throw new ReefError('runtime-not-found', sentence, { cause });
    });
  const own = Config.Entrypoint ?? [];
  const start = entrypoint ?? (Array.isArray(own) ? own : [own]);
  // As with docker run: an entry point of one's own leaves the image's arguments out.
  const rest = args.length > 0 || entrypoint !== undefined ? args : (Config.Cmd ?? []);
  const program = [...start, ...rest];
  if (program.length > 0) return { program, healthChecked: 'Healthcheck' in Config };
  throw new ReefError('sandbox-failed', `The image ${image} names no program to run: give one after "--".`);
}

/** What the engine is asked for; the entry point is the program as a whole. */
export function createOptions(request: TraceRequest, { program, healthChecked }: Entry): Docker.ContainerCreateOptions {
  const { memoryMb, cpus, mounts = [] } = request;
  const bytes = memoryMb === undefined ? undefined : Math.round(memoryMb * 2 ** 20);
  return {
    Image: request.image,
    Entrypoint: program,
    Cmd: [],
    Labels: ownLabels(),
    ...(request.name !== undefined && { name: request.name }),
    ...(request.env !== undefined && { Env: [...request.env] }),
    ...(request.workdir !== undefined && { WorkingDir: request.workdir }),
    ...(request.user !== undefined && { User: request.user }),
    // A health check would be a program of the engine's in the same memory.
    ...(healthChecked && { Healthcheck: { Test: ['NONE'] } }),
    HostConfig: {
      ...(bytes !== undefined && { Memory: bytes, MemorySwap: bytes }),
      ...(cpus !== undefined && { NanoCpus: Math.round(cpus * 1e9) }),
      ...(request.network !== undefined && { NetworkMode: request.network }),
      ReadonlyRootfs: request.readOnly ?? false,
      Mounts: mounts.map(({ source, target, readOnly }) => ({
        Type: 'bind' as const,
        Source: source,
        Target: target,
        ReadOnly: readOnly,
      })),
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}
