import type { Architecture } from '../../../protocol/functions.ts';
import { type Binary, readBinary } from './binary.ts';
import { wheelPlatforms } from './wheel.ts';

/** A file in which a package says what it was built for. */
export type NativeFile = {
  /** Relative to what was looked through, with `/`. */
  path: string;
  system: 'linux' | 'macos' | 'windows' | 'other';
  /** Those of Lambda that it runs on; empty: neither. */
  architectures: Architecture[];
};

const systems: Record<Binary['format'], NativeFile['system']> = { elf: 'linux', 'mach-o': 'macos', pe: 'windows' };

const library = /\.(?:node|so|dylib|dll|exe|pyd)$|\.so\.[\d.]+$/i;
const wheel = /\.dist-info\/WHEEL$/;

/** Whether a file may be native by its name: a library, a program without an ending, or what a wheel says of itself. */
export function mayBeNative(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    library.test(name) ||
    wheel.test(path) ||
    (!name.includes('.') && !/^(?:LICENSE|README|Makefile|NOTICE|RECORD|METADATA|INSTALLER|REQUESTED|py\.typed)$/i.test(name))
  );
}

/** What a file was built for, by its first bytes; several for a wheel with several tags, none for what is not native. */
export function nativeFiles(path: string, head: Uint8Array): NativeFile[] {
  if (wheel.test(path)) {
    return wheelPlatforms(new TextDecoder().decode(head)).map(({ system, architecture }) => ({
      path,
      system,
      architectures: architecture === null ? [] : [architecture],
    }));
  }
  const binary = readBinary(head);
  return binary === null ? [] : [{ path, system: systems[binary.format], architectures: binary.architectures }];
}

/**
 * Those of the files that keep code from running on an architecture of Lambda: built for Linux and another processor, while
 * nothing of the same name is there for this one (`@img/sharp-linux-x64` beside `@img/sharp-linux-arm64`). Files for other
 * systems are never loaded there.
 */
export function blocking(files: readonly NativeFile[], architecture: Architecture): NativeFile[] {
  const linux = files.filter(({ system }) => system === 'linux');
  const served = new Set(
    linux.filter(({ architectures }) => architectures.includes(architecture)).map(({ path }) => family(path)),
  );
  return linux.filter(({ path, architectures }) => !architectures.includes(architecture) && !served.has(family(path)));
}

/** A path without what names a processor in it. */
function family(path: string): string {
  return path.toLowerCase().replaceAll(/x86[_-]64|amd64|x64|aarch64|arm64/g, '*');
}
