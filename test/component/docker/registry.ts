import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { archiveOf } from '../../../src/engine/targets/docker/archive.ts';

/**
 * A registry on this machine that holds one image of one layer (a file of noise) and sends that layer in 30 pieces, one
 * every `everyMs`; endless, it never sends the last.
 */
export async function startRegistry({
  everyMs,
  isEndless,
}: {
  everyMs: number;
  isEndless: boolean;
}): Promise<{ image: string; absent: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-registry-'));
  await writeFile(join(folder, 'noise'), randomBytes(2 ** 20));
  const tar = await buffer(await archiveOf(folder));
  await rm(folder, { recursive: true });
  const layer = gzipSync(tar);
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    }),
  );
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
  const part = (kind: string, bytes: Buffer) => ({ mediaType: kind, size: bytes.length, digest: digestOf(bytes) });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: part('application/vnd.docker.container.image.v1+json', config),
      layers: [part('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)],
    }),
  );

  async function sendSlowly(response: ServerResponse): Promise<void> {
    const pieces = 30;
    const size = Math.ceil(layer.length / pieces);
    response.writeHead(200, { 'content-length': layer.length });
    for (let i = 0; i < pieces && !response.destroyed; i++) {
      if (isEndless && i === pieces - 1) return;
      response.write(layer.subarray(i * size, (i + 1) * size));
      await sleep(everyMs);
    }
    response.end();
  }

  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/v2/') response.end('{}');
    else if (path.startsWith('/v2/slow/manifests/')) {
      const headers = {
        'content-type': mediaType,
        'docker-content-digest': digestOf(manifest),
        'content-length': manifest.length,
      };
      response.writeHead(200, headers).end(manifest);
    } else if (path === `/v2/slow/blobs/${digestOf(config)}`) response.end(config);
    else if (path === `/v2/slow/blobs/${digestOf(layer)}`) void sendSlowly(response);
    else
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"unknown"}]}');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { image: `${name}/slow:latest`, absent: `${name}/absent:latest` };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
