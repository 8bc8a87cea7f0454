import { unzipSync } from 'fflate';
import { messageOf, ReefError } from '../../../protocol/errors.ts';
import { headerBytes } from './binary.ts';
import { mayBeNative, type NativeFile, nativeFiles } from './native-files.ts';

/** The native files in a zip archive; only what may be one is unpacked. @throws ReefError `invalid-settings` when it is no archive */
export function scanArchive(zip: Uint8Array): NativeFile[] {
  try {
    const unpacked = unzipSync(zip, { filter: ({ name }) => !name.endsWith('/') && mayBeNative(name) });
    const files = Object.entries(unpacked).flatMap(([path, bytes]) => nativeFiles(path, bytes.subarray(0, headerBytes)));
    return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  } catch (cause) {
    throw new ReefError('invalid-settings', `The package is no zip archive that can be read: ${messageOf(cause)}.`, { cause });
  }
}
