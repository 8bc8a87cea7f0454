import { existsSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatMemory } from '../format/format.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { Language } from '../../protocol/functions.ts';
import { findInstaller } from '../packaging/python/installer.ts';
import { createProgramFinder, type ProgramSettings } from '../runtime/programs.ts';
import { openStore } from '../store/sqlite.ts';
import { leftBehind } from '../targets/aws/journal.ts';
import { connectEngine } from '../targets/docker/engine.ts';
import { type Check, check } from './check.ts';

/** A store grows by about 1 MB for 5,000 attempts; images of Docker need more. */
const enoughDiskMb = 1_024;

export type Machine = { programs: ProgramSettings; storePath: string; journals: string };

/** What this machine has of what the local targets and the store need. Makes and changes nothing. */
export async function checkMachine({ programs, storePath, journals }: Machine): Promise<Check[]> {
  const programOf = createProgramFinder(programs);
  const runs = (language: Language, title: string): Promise<Check> =>
    check({ name: title, neededFor: `${title} functions on the target process` }, () => programOf(language));
  return Promise.all([
    runs('node', 'Node.js'),
    runs('python', 'Python'),
    check({ name: 'Packages of Python', neededFor: 'packing functions that have requirements' }, () => installer(programOf)),
    check({ name: 'Docker', neededFor: 'the target docker and images' }, dockerEngine),
    check({ name: 'Disk', neededFor: 'measurements' }, () => disk(storePath)),
    check({ name: 'Store', neededFor: 'measurements' }, () => store(storePath)),
    check({ name: 'Journal', neededFor: 'studies on aws' }, () => pending(journals)),
  ]);
}

async function installer(programOf: (language: Language) => Promise<string>): Promise<string> {
  const { name, version, program } = await findInstaller(programOf);
  return `${name} ${version}: ${program}`;
}

async function dockerEngine(): Promise<string | { warning: string }> {
  const { cores, memoryBytes, architecture, warnings } = await connectEngine();
  const [warning] = warnings;
  if (warning !== undefined) return { warning };
  return `An engine answers: ${cores} cores, ${formatMemory(Math.floor(memoryBytes / 2 ** 20))}, ${architecture}.`;
}

async function disk(storePath: string): Promise<string | { warning: string }> {
  const folder = nearestFolder(storePath);
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new ReefError('store-unavailable', `${folder} cannot be written to: allow it, or name another place with --store.`, {
      cause,
    });
  });
  const { bavail, bsize } = await statfs(folder);
  const freeMb = Math.floor((bavail * bsize) / 2 ** 20);
  const found = `${formatMemory(freeMb)} free at ${folder}`;
  return freeMb < enoughDiskMb ? { warning: `Only ${found}.` } : `${found}.`;
}

/** The folder itself, or the one in which it would be made. */
function nearestFolder(path: string): string {
  const folder = dirname(path);
  return existsSync(folder) || folder === path ? folder : nearestFolder(folder);
}

async function store(storePath: string): Promise<string> {
  if (!existsSync(storePath)) return `There is none yet; the first measurement makes it: ${storePath}`;
  openStore(storePath).close();
  return `It can be read: ${storePath}`;
}

async function pending(journals: string): Promise<string | { warning: string }> {
  const warning = leftBehind(journals);
  return warning === null ? 'No study has left anything changed.' : { warning };
}
