import { PassThrough, pipeline } from 'node:stream';
import type { Headers } from 'tar-fs';

/** Owned by root and readable by everyone, so that a function, which is another user, can read and not change it. */
function readOnly(header: Headers): Headers {
  return { ...header, uid: 0, gid: 0, mode: header.type === 'directory' ? 0o755 : header.mode | 0o444 };
}

/** A folder as a tar stream. `wanted` gets absolute paths; `change` says how each entry is kept. */
export async function archiveOf(
  folder: string,
  wanted: (path: string) => boolean = () => true,
  change: (header: Headers) => Headers = readOnly,
): Promise<NodeJS.ReadableStream> {
  const { default: tar } = await import('tar-fs');
  const pack = tar.pack(folder, { ignore: (path) => !wanted(path), map: change });
  // An error of the archive ends the stream that the engine reads, which tells it.
  return pipeline(pack, new PassThrough(), () => {});
}
