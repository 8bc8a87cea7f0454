import { randomBytes } from 'node:crypto';
import { BlockList, connect, createServer, isIPv4 } from 'node:net';
import type Docker from 'dockerode';
import { ReefError } from '../../../protocol/errors.ts';
import type { Reach } from '../../runtime/api-server.ts';
import type { Log } from '../../studies/ports.ts';
import { ignoreGone, ownLabels } from './labels.ts';

export type SandboxNetwork = {
  name: string;
  /** How containers reach this process. */
  reach: Reach;
  /** Entries for the containers' hosts file. */
  extraHosts: string[];
  /** Whether the engine shares this machine's kernel and files, so that folders can be mounted. */
  isLocal: boolean;
  remove(): Promise<void>;
};

/**
 * A bridge network for the sandboxes of one target, and the narrowest address on which they can reach this process:
 * 1. an engine of this kernel: the bridge's gateway, which no other machine can reach;
 * 2. an engine in a VM of this machine (Docker Desktop, Colima): loopback, which the VM forwards as `host.docker.internal`;
 * 3. an engine elsewhere (DOCKER_HOST with a host name): this machine's address on the way to it.
 */
export async function createSandboxNetwork(docker: Docker, log: Log): Promise<SandboxNetwork> {
  const name = `reef-${randomBytes(6).toString('hex')}`;
  const network = await docker.createNetwork({ Name: name, Driver: 'bridge', Labels: ownLabels() }).catch((cause: unknown) => {
    throw new ReefError(
      'sandbox-failed',
      'Docker could not create a network for the sandboxes: "docker network prune" may help.',
      {
        cause,
      },
    );
  });
  const remove = (): Promise<void> => ignoreGone(network.remove());
  try {
    const place = await placeOf(bridgeOf(await network.inspect()));
    log.log('debug', `Containers reach the Runtime API at ${place.reach.hostName} (listening on ${place.reach.bindAddress}).`);
    return { name, ...place, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function placeOf(bridge: Bridge | null): Promise<Pick<SandboxNetwork, 'reach' | 'extraHosts' | 'isLocal'>> {
  const host = remoteHost(process.env['DOCKER_HOST']);
  if (host === null && bridge !== null && (await isOwnAddress(bridge.gateway))) {
    const { gateway } = bridge;
    const reach = { bindAddress: gateway, hostName: gateway, allows: containersOn(bridge) };
    return { reach, extraHosts: [], isLocal: true };
  }
  if (host === null) {
    const hostName = 'host.docker.internal';
    return { reach: { bindAddress: '127.0.0.1', hostName }, extraHosts: [`${hostName}:host-gateway`], isLocal: false };
  }
  const address = await addressTowards(host);
  return { reach: { bindAddress: address, hostName: address }, extraHosts: [], isLocal: false };
}

type Bridge = { gateway: string; subnet: string };

/** Of the network's IPv4 part. */
function bridgeOf({ IPAM }: Docker.NetworkInspectInfo): Bridge | null {
  for (const { Gateway = '', Subnet = '' } of IPAM?.Config ?? []) {
    const gateway = Gateway.replace(/\/\d+$/, '');
    if (isIPv4(gateway) && Subnet.includes('/')) return { gateway, subnet: Subnet };
  }
  return null;
}

/**
 * Tells the containers of this network from the rest: those of other networks, which reach the gateway too, and the programs
 * of this machine, whose address here is the gateway itself.
 */
export function containersOn({ gateway, subnet }: Bridge): (address: string) => boolean {
  const [network = '', prefix = ''] = subnet.split('/');
  const own = new BlockList();
  own.addSubnet(network, Number(prefix), 'ipv4');
  return (address) => isIPv4(address) && address !== gateway && own.check(address);
}

/** Tried, not looked up: a bridge without containers is down, and the system's list leaves out what is down. */
function isOwnAddress(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(0, address, () => server.close(() => resolve(true)));
  });
}

/** Host and port of an engine on another machine; null for a socket, a pipe, or a port of this machine. */
export function remoteHost(dockerHost: string | undefined): { host: string; port: number } | null {
  const [, scheme = '', host = '', port] =
    /^(tcp|https?|ssh):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?/.exec(dockerHost ?? '') ?? [];
  if (host === '' || /^(localhost|127\.|\[::1\])/.test(host)) return null;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? (scheme === 'ssh' ? 22 : 2375)) };
}

function addressTowards({ host, port }: { host: string; port: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: 5_000 });
    const fail = (cause?: Error): void => {
      socket.destroy();
      reject(new ReefError('sandbox-failed', `The Docker engine's machine ${host} does not answer on port ${port}.`, { cause }));
    };
    socket.on('error', fail);
    socket.on('timeout', () => fail());
    socket.on('connect', () => {
      const address = socket.localAddress;
      socket.destroy();
      if (address !== undefined) resolve(address);
    });
  });
}
