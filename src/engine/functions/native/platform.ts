import { readFile } from 'node:fs/promises';
import type { Architecture } from '../../../protocol/functions.ts';
import { versionOfRuntime } from '../runtimes.ts';
import { readBinary } from './binary.ts';
import { cLibraryOf } from './c-library.ts';

/** What runs a function: Linux with glibc, of some version, on some processor. */
export type Platform = { architecture: Architecture; glibcMinor: number };

/** Versions of glibc: Amazon Linux 2 has 2.26, Amazon Linux 2023 has 2.34. */
const amazonLinux2 = 26;
const amazonLinux2023 = 34;

/** Source: "Lambda runtimes" in the AWS Lambda developer guide: Node.js from 20 and Python from 3.12 are on Amazon Linux 2023. */
export function platformOf(runtime: string, architecture: Architecture): Platform {
  const [major = 0, minor = 0] = versionOfRuntime(runtime).split('.').map(Number);
  const isNew = runtime.startsWith('python') ? minor >= 12 : major >= 20;
  return { architecture, glibcMinor: isNew ? amazonLinux2023 : amazonLinux2 };
}

const systems = { 'mach-o': 'macOS', pe: 'Windows' } as const;

/** Why a binary file does not run on a platform, as the end of a sentence; null when it does, or is no binary. */
export async function whyNotOn(file: string, { architecture, glibcMinor }: Platform): Promise<string | null> {
  const bytes = await readFile(file);
  const binary = readBinary(bytes);
  if (binary === null) return null;
  if (binary.format !== 'elf') return `is a binary of ${systems[binary.format]}`;
  if (!binary.architectures.includes(architecture)) return `is a binary for ${binary.architectures[0] ?? 'another processor'}`;
  const library = cLibraryOf(bytes);
  if (library.kind === 'musl') return 'is linked to musl, the C library of Alpine';
  if (library.glibcMinor !== null && library.glibcMinor > glibcMinor)
    return `needs glibc 2.${library.glibcMinor}, and the runtime has 2.${glibcMinor}`;
  return null;
}
