import { describe, expect, it, onTestFinished } from 'vitest';
import { startOwnRuntimeApi } from '../../../src/engine/runtime/api-server.ts';
import { RuntimeSession } from '../../../src/engine/runtime/session.ts';
import { createSandboxNetwork } from '../../../src/engine/targets/docker/network.ts';
import { docker, images, useBaseImages, whyNoEngine } from '../../support/docker.ts';

useBaseImages();

const quiet = { log: () => {} };

/** What a container of that network gets from an address: a status, or that nobody talks to it. */
async function answerTo(network: string, address: string): Promise<number> {
  const code = `fetch("http://${address}/none").then(({ status }) => process.exit(status / 4), () => process.exit(1))`;
  const container = await docker().createContainer({
    Image: images.node,
    Entrypoint: ['node', '-e', code],
    HostConfig: { NetworkMode: network },
  });
  onTestFinished(() => container.remove({ force: true }));
  await container.start();
  const { StatusCode } = (await container.wait()) as { StatusCode: number };
  return StatusCode;
}

describe.skipIf(whyNoEngine !== null)('a Runtime API without a secret address', () => {
  it('answers the containers of its own network, neither those of others nor programs of this machine', async () => {
    const network = await createSandboxNetwork(docker(), quiet);
    onTestFinished(() => network.remove());
    const session = new RuntimeSession({ ready: () => {}, initError: () => {}, loaded: () => {} });
    const { address, close } = await startOwnRuntimeApi(session, network.reach);
    onTestFinished(close);
    expect(await answerTo(network.name, address)).toBe(404 / 4);
    expect(await answerTo('bridge', address)).toBe(1);
    await expect(fetch(`http://${address}/none`)).rejects.toThrow('fetch failed');
  });
});
