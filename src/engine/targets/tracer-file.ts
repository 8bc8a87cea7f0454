import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { PassThrough, pipeline } from 'node:stream';
import type { Architecture } from '../../protocol/functions.ts';
import { assetPath } from '../assets.ts';

export function tracerPath(architecture: Architecture): string {
  return assetPath(`native/reef-tracer-${architecture}`);
}

/** Why there is no tracer for containers of an architecture; null when there is. */
export function whyNoTracer(architecture: Architecture): string | null {
  return existsSync(tracerPath(architecture)) ? null : `this build of Reef has no tracer for ${architecture}`;
}

/** The tracer as an archive that holds one program, `name`. */
export async function tracerArchive(architecture: Architecture, name: string): Promise<NodeJS.ReadableStream> {
  const { default: tar } = await import('tar-fs');
  const file = tracerPath(architecture);
  const pack = tar.pack(dirname(file), {
    entries: [basename(file)],
    map: (header) => ({ ...header, name, uid: 0, gid: 0, mode: 0o755 }),
  });
  // An error of the archive ends the stream that the engine reads, which tells it.
  return pipeline(pack, new PassThrough(), () => {});
}
