import { connectEngine } from '../../../../src/engine/targets/docker/engine.ts';
import { ignoreGone } from '../../../../src/engine/targets/docker/labels.ts';
import { followStream } from '../../../../src/engine/targets/docker/stream.ts';
import { createDockerTarget } from '../../../../src/engine/targets/docker/target.ts';
import type { Sandbox, Target } from '../../../../src/engine/targets/target.ts';
import { functionInfo } from '../../functions.ts';
import type { RegistryPlace } from './registry.ts';

export type ImageFunction = {
  name: string;
  uri: string;
  memoryMb: number;
  timeoutS: number;
  environment: Record<string, string>;
};

/** Runs images as the service does: pulled from the registry by their digest, in a container of the function's size. */
export function createImages(registry: () => RegistryPlace | null) {
  const targets: Target[] = [];
  const pulled = new Set<string>();

  async function pull(uri: string): Promise<void> {
    const place = registry();
    if (place === null || pulled.has(uri)) return;
    const { docker } = await connectEngine();
    const authconfig = { username: place.user, password: place.password, serveraddress: place.host };
    const stream = await docker.pull(uri, { authconfig });
    await followStream(docker, stream, () => {}, new AbortController().signal);
    pulled.add(uri);
  }

  return {
    async open({ name, uri, memoryMb, timeoutS, environment }: ImageFunction): Promise<Sandbox> {
      await pull(uri);
      const target = createDockerTarget({ folder: process.cwd(), images: { [name]: uri }, log: { log: () => {} } });
      targets.push(target);
      const noCode = {
        packageType: 'image',
        runtime: null,
        language: null,
        handler: null,
        handlerFile: null,
        symbol: null,
      } as const;
      const fn = functionInfo({ name, ...noCode, timeoutS, environment });
      return target.open({ function: fn, memoryMb, architecture: 'x86_64' }, new AbortController().signal);
    },
    async [Symbol.asyncDispose]() {
      for (const target of targets) await target[Symbol.asyncDispose]();
      if (pulled.size === 0) return;
      const { docker } = await connectEngine();
      // It may be gone with its last other name.
      for (const uri of pulled) await ignoreGone(docker.getImage(uri).remove({ force: true }));
    },
  };
}
