import type Docker from 'dockerode';
import { messageOf, ReefError } from '../../../protocol/errors.ts';
import type { Architecture } from '../../../protocol/functions.ts';

export type DockerEngine = {
  docker: Docker;
  cores: number;
  memoryBytes: number;
  architecture: Architecture;
  /** What this engine cannot enforce, a sentence each. */
  warnings: string[];
};

/** The part of `GET /info` that counts here. */
type Info = {
  NCPU: number;
  MemTotal: number;
  Architecture: string;
  OSType: string;
  MemoryLimit: boolean;
  SwapLimit: boolean;
  CpuCfsQuota: boolean;
};

/**
 * Connects to the engine that DOCKER_HOST names, else to the local socket.
 * @throws ReefError `sandbox-failed` when none answers, or it cannot enforce a size
 */
export async function connectEngine(): Promise<DockerEngine> {
  const { default: DockerClient } = await import('dockerode');
  let docker: Docker;
  let info: Info;
  try {
    // The client reads DOCKER_HOST itself, and throws at once when that is no address.
    docker = new DockerClient();
    info = (await docker.info()) as Info;
  } catch (cause) {
    throw new ReefError('sandbox-failed', whyUnreachable(cause), { cause });
  }
  if (info.OSType !== 'linux') {
    throw new ReefError('sandbox-failed', `The Docker engine runs ${info.OSType} containers: switch it to Linux containers.`);
  }
  if (!info.MemoryLimit || !info.CpuCfsQuota) {
    const what = info.MemoryLimit ? 'the CPU' : 'memory';
    throw new ReefError('sandbox-failed', `The Docker engine cannot limit ${what} (docker info says why): use another engine.`);
  }
  return {
    docker,
    cores: info.NCPU,
    memoryBytes: info.MemTotal,
    architecture: /^(aarch64|arm64)$/.test(info.Architecture) ? 'arm64' : 'x86_64',
    warnings: info.SwapLimit ? [] : ['The Docker engine cannot limit swap: a function may use more memory than its size.'],
  };
}

function whyUnreachable(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') {
    return 'The Docker engine refuses this user: add the user to the group "docker", or name another engine with DOCKER_HOST.';
  }
  const host = process.env['DOCKER_HOST'];
  const where = host === undefined || host === '' ? '' : ` at ${withoutPassword(host)}`;
  return `No Docker engine is running${where} (${code ?? messageOf(cause)}): start Docker, or name an engine with DOCKER_HOST.`;
}

/**
 * What a request that failed says for people: `otherwise`, or that the engine went away meanwhile, when nothing answered.
 */
export function engineFailure(cause: unknown, otherwise: string): ReefError {
  const { statusCode, code } = cause as { statusCode?: number; code?: string };
  if (statusCode !== undefined || code === undefined) return new ReefError('sandbox-failed', otherwise, { cause });
  const what = `The Docker engine does not answer any more (${code})`;
  return new ReefError('sandbox-failed', `${what}: start Docker and run this again; what was measured is kept.`, { cause });
}

function withoutPassword(host: string): string {
  return host.replace(/\/\/[^@/]*@/, '//');
}

/** Whether the engine says that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode === 404;
}
