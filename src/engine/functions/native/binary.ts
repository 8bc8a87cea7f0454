import type { Architecture } from '../../../protocol/functions.ts';

/** What an executable or library was built for, by its first bytes. */
export type Binary = {
  format: 'elf' | 'mach-o' | 'pe';
  /** Of those that Lambda has; empty for any other processor. A Mach-O file may hold several. */
  architectures: Architecture[];
};

/** As many bytes tell what a file was built for. */
export const headerBytes = 4096;

/** Reads the header of a file; null when it is no binary of a known format. Source: the formats' own specifications. */
export function readBinary(bytes: Uint8Array): Binary | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return elf(view) ?? pe(view) ?? machO(view);
  } catch (error) {
    // It ends within its header.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** ELF: `e_machine` at 18, in the byte order that byte 5 tells. */
function elf(view: DataView): Binary | null {
  if (view.getUint32(0) !== 0x7f454c46) return null;
  const machine = view.getUint16(18, view.getUint8(5) === 1);
  return { format: 'elf', architectures: known(machine, { 62: 'x86_64', 183: 'arm64' }) };
}

/** PE: `MZ`, at 60 the place of `PE\0\0`, and behind that the machine. */
function pe(view: DataView): Binary | null {
  if (view.getUint16(0) !== 0x4d5a) return null;
  const at = view.getUint32(60, true);
  if (view.getUint32(at) !== 0x50450000) return null;
  return { format: 'pe', architectures: known(view.getUint16(at + 4, true), { 0x8664: 'x86_64', 0xaa64: 'arm64' }) };
}

const machProcessors = { 0x01000007: 'x86_64', 0x0100000c: 'arm64' } as const;
/** More parts has no file; a class file of Java begins with the same four bytes, and then its version. */
const mostParts = 16;

/** Mach-O: the processor behind the magic number, or a table of parts (big endian) in a file for several. */
function machO(view: DataView): Binary | null {
  const magic = view.getUint32(0);
  if (magic === 0xcffaedfe || magic === 0xcefaedfe) {
    return { format: 'mach-o', architectures: known(view.getUint32(4, true), machProcessors) };
  }
  const parts = magic === 0xcafebabe ? view.getUint32(4) : 0;
  if (parts === 0 || parts > mostParts) return null;
  const architectures = Array.from({ length: parts }, (_part, index) => known(view.getUint32(8 + 20 * index), machProcessors));
  return { format: 'mach-o', architectures: architectures.flat() };
}

function known(processor: number, names: Readonly<Record<number, Architecture>>): Architecture[] {
  const name = names[processor];
  return name === undefined ? [] : [name];
}
