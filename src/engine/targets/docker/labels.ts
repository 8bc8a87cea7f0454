import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import type { Log } from '../../studies/ports.ts';
import { isProcessAlive } from '../../system/process.ts';

const key = { engine: 'dev.reef.engine', pid: 'dev.reef.pid', host: 'dev.reef.host', function: 'dev.reef.function' } as const;

/** Tells this process from an earlier one that had the same id. */
const thisEngine = randomBytes(8).toString('hex');

/** Labels of everything that this process makes in the engine. */
export function ownLabels(functionName?: string): Record<string, string> {
  return {
    [key.engine]: thisEngine,
    [key.pid]: String(process.pid),
    [key.host]: hostname(),
    ...(functionName !== undefined && { [key.function]: functionName }),
  };
}

/** Whether labels are those of a process of this machine that has ended. Another machine's are left alone. */
export function isOrphan(labels: Readonly<Record<string, string>>, isAlive = isProcessAlive): boolean {
  if (labels[key.host] !== hostname() || labels[key.engine] === thisEngine) return false;
  const pid = Number(labels[key.pid]);
  return pid === process.pid || !isAlive(pid);
}

/** Removes containers and networks that a crashed process of Reef left in the engine. */
export async function removeOrphans(docker: Docker, log: Log): Promise<void> {
  const filters = { label: [`${key.host}=${hostname()}`] };
  const containers = (await docker.listContainers({ all: true, filters })).filter(({ Labels }) => isOrphan(Labels));
  for (const { Id } of containers) await ignoreGone(docker.getContainer(Id).remove({ force: true, v: true }));
  const networks = (await docker.listNetworks({ filters })).filter(({ Labels }) => isOrphan(Labels ?? {}));
  for (const { Id } of networks) await ignoreGone(docker.getNetwork(Id).remove());
  const count = containers.length + networks.length;
  if (count > 0)
    log.log('warn', `${count} container(s) and network(s) of an earlier process of Reef were left in Docker: removed.`);
}

/** Someone else may remove the same thing at the same time. */
export async function ignoreGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const { statusCode } = error as { statusCode?: number };
    // 404: gone; 409: being removed already.
    if (statusCode !== 404 && statusCode !== 409) throw error;
  }
}
