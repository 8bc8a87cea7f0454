import { PassThrough, pipeline } from 'node:stream';

/**
 * A folder as a tar stream: owned by root and readable by everyone, so that a function, which is another user, can read
 * and not change it. `wanted` gets absolute paths.
 */
export async function archiveOf(folder: string, wanted: (path: string) => boolean = () => true): Promise<NodeJS.ReadableStream> {
  const { default: tar } = await import('tar-fs');
  const pack = tar.pack(folder, {
    ignore: (path) => !wanted(path),
    map: (header) => ({ ...header, uid: 0, gid: 0, mode: header.type === 'directory' ? 0o755 : header.mode | 0o444 }),
  });
  // An error of the archive ends the stream that the engine reads, which tells it.
  return pipeline(pack, new PassThrough(), () => {});
}
