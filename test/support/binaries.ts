import type { Architecture } from '../../src/protocol/functions.ts';

const elfMachines = { x86_64: 62, arm64: 183 };
const peMachines = { x86_64: 0x8664, arm64: 0xaa64 };
const machProcessors = { x86_64: 0x01000007, arm64: 0x0100000c };

/** The beginning of an ELF file for an architecture, or for another processor by its number. */
export function elf(machine: Architecture | number): Uint8Array {
  const bytes = Buffer.alloc(64);
  bytes.write('\x7FELF', 'latin1');
  bytes[4] = 2;
  bytes[5] = 1;
  bytes.writeUInt16LE(typeof machine === 'number' ? machine : elfMachines[machine], 18);
  return bytes;
}

export function pe(architecture: Architecture): Uint8Array {
  const bytes = Buffer.alloc(256);
  bytes.write('MZ', 'latin1');
  bytes.writeUInt32LE(128, 60);
  bytes.write('PE\0\0', 128, 'latin1');
  bytes.writeUInt16LE(peMachines[architecture], 132);
  return bytes;
}

/** One part, or a file for several. */
export function machO(...architectures: Architecture[]): Uint8Array {
  const bytes = Buffer.alloc(256);
  const [only, other] = architectures;
  if (only !== undefined && other === undefined) {
    bytes.writeUInt32BE(0xcffaedfe, 0);
    bytes.writeUInt32LE(machProcessors[only], 4);
    return bytes;
  }
  bytes.writeUInt32BE(0xcafebabe, 0);
  bytes.writeUInt32BE(architectures.length, 4);
  architectures.forEach((architecture, index) => bytes.writeUInt32BE(machProcessors[architecture], 8 + 20 * index));
  return bytes;
}
