import { quantile } from '../../../numerics/statistics.ts';
import type { DockerEngine } from '../engine.ts';
import { ignoreGone, ownLabels } from '../labels.ts';
import { tracerImage } from './sidecar.ts';

const changes = 50;
const mb = 2 ** 20;

/** How long this engine takes to change a container's limit, ms, 99th percentile of some: what a limit profile looks ahead. */
export async function actuationDelayMs(engine: DockerEngine): Promise<number> {
  const { docker } = engine;
  // It waits for a group that never comes.
  const Entrypoint = ['/tracer', 'watch', '1000', '1', '/nowhere', '-'];
  const HostConfig = { NetworkMode: 'none', Memory: 32 * mb, MemorySwap: 32 * mb };
  const Image = await tracerImage(engine);
  const container = await docker.createContainer({
    Image,
    Entrypoint,
    Cmd: [],
    OpenStdin: true,
    Labels: ownLabels(),
    HostConfig,
  });
  try {
    await container.start();
    const tookMs: number[] = [];
    for (let i = 0; i < changes; i++) {
      const Memory = (16 + (i % 16)) * mb;
      const fromMs = performance.now();
      await container.update({ Memory, MemorySwap: Memory });
      tookMs.push(performance.now() - fromMs);
    }
    return quantile(tookMs, 0.99);
  } finally {
    await ignoreGone(container.remove({ force: true, v: true }));
  }
}
