import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { runCommand } from '../../system/process.ts';
import { isCancelled } from '../../../protocol/errors.ts';
import { pruneFolder } from '../prune.ts';
import { installFailure } from './install-errors.ts';
import { exportArguments, installArguments, type Installer, type Wanted } from './installer.ts';
import { packageFailed } from '../package-failed.ts';
import type { Requirements } from './requirements.ts';

export type Install = Wanted & {
  requirements: Requirements;
  installer: Installer;
  /** Folder (absolute) where installed packages are kept. */
  kept: string;
};

/** Downloads of large packages take their time. */
const timeoutMs = 20 * 60_000;
const mostKept = 4;

/**
 * Installs what a function asks for, and returns the folder (absolute). What was installed for the same requirements and
 * platform before is there already.
 * @throws ReefError `package-failed`, `cancelled`
 */
export async function installRequirements(
  install: Install,
  signal: AbortSignal,
  onStep: (step: string) => void,
): Promise<string> {
  const { requirements, installer, runtime, platform, kept } = install;
  const key = createHash('sha256')
    .update(JSON.stringify([runtime, platform, requirements.decidedBy]))
    .digest('hex');
  const folder = join(kept, key.slice(0, 32));
  if ((await stat(folder).catch(() => null)) !== null) {
    const now = new Date();
    await utimes(folder, now, now); // What was used last is kept longest.
    return folder;
  }
  await mkdir(kept, { recursive: true });
  const unfinished = await mkdtemp(join(kept, 'unfinished-'));
  try {
    onStep(`Installing the packages of ${basename(requirements.file)} with ${installer.name}`);
    await run(install, await listOf(install, unfinished, signal), join(unfinished, 'packages'), signal);
    await rename(join(unfinished, 'packages'), folder).catch(async (error: unknown) => {
      // Another process may have installed the same meanwhile.
      if ((await stat(folder).catch(() => null)) === null) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  await pruneFolder(kept, mostKept);
  return folder;
}

/** The list that the installer reads; of a lock, one that is written from it. */
async function listOf({ requirements, installer }: Install, folder: string, signal: AbortSignal): Promise<string> {
  const { kind, file } = requirements;
  if (kind === 'requirements') return file;
  if (installer.name !== 'uv')
    throw packageFailed(`${basename(file)} is read by uv, which is not on the PATH: install uv, or write a requirements.txt`);
  if (kind === 'project') return file;
  const list = join(folder, 'requirements.txt');
  const { exitCode, stderr } = await runCommand(installer.program, exportArguments(dirname(file), list), { timeoutMs, signal });
  if (exitCode !== 0) throw packageFailed(`uv cannot read ${file}: ${stderr.trim().split('\n').at(-1) ?? ''}`, new Error(stderr));
  return list;
}

async function run(install: Install, list: string, folder: string, signal: AbortSignal): Promise<void> {
  const { installer } = install;
  await mkdir(folder);
  const args = installArguments(installer, list, folder, install);
  const { exitCode, stdout, stderr } = await runCommand(installer.program, args, { cwd: dirname(list), timeoutMs, signal }).catch(
    (error: unknown) => {
      throw isCancelled(error) ? error : packageFailed(`${installer.name} could not install the packages`, error);
    },
  );
  if (exitCode !== 0) throw installFailure(installer, `${stdout}\n${stderr}`, install);
}
