/** Keeps the npm package code-server (VS Code in a browser) in an ignored folder, installed when first needed. */
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { findProgram, isProcessAlive, runCommand } from '../src/engine/system/process.ts';
import { runStep } from './step.ts';

export const codeServerVersion = '4.139.1';

const cache = join(import.meta.dirname, '../.cache');
const home = join(cache, 'code-server');
const partial = join(cache, 'code-server.partial');
const lock = join(cache, 'code-server.lock');
const installLog = join(cache, 'code-server-install.log');
/** The script that Node runs. */
export const codeServerEntry = join(home, 'node_modules/code-server/out/node/entry.js');

/** The installation appears under its name only when it is whole, so its presence in the right version is enough. */
export async function isCodeServerInstalled(): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(home, 'node_modules/code-server/package.json'), 'utf8')) as unknown;
    return z.object({ version: z.string() }).parse(manifest).version === codeServerVersion && existsSync(codeServerEntry);
  } catch {
    return false;
  }
}

/** Why code-server cannot be installed here, in words; null when it can (or is installed). */
export async function whyNoCodeServer(): Promise<string | null> {
  if (await isCodeServerInstalled()) return null;
  if (process.platform === 'win32') return 'code-server does not run on Windows';
  const tools = ['python3', 'make', 'c++', 'pkg-config'].filter((tool) => findProgram([tool]) === null);
  if (tools.length > 0) return `code-server is compiled when installed, and that needs: ${tools.join(', ')}`;
  if (process.platform === 'darwin') return null;
  const libraries: string[] = [];
  for (const library of ['krb5-gssapi', 'x11', 'xkbfile', 'libsecret-1']) {
    if ((await runCommand('pkg-config', ['--exists', library])).exitCode !== 0) libraries.push(library);
  }
  return libraries.length > 0
    ? `code-server is compiled when installed, and that needs the libraries: ${libraries.join(', ')}`
    : null;
}

/** Installs code-server unless it is there; two calls at once, from any process, install it once. */
export async function ensureCodeServer(): Promise<void> {
  if (await isCodeServerInstalled()) return;
  await mkdir(cache, { recursive: true });
  await withLock(async () => {
    if (await isCodeServerInstalled()) return;
    console.log(`Installing code-server ${codeServerVersion} into .cache (once; about two minutes, log: ${installLog})`);
    await install();
  });
}

async function install(): Promise<void> {
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial);
  await writeFile(
    join(partial, 'package.json'),
    JSON.stringify({ private: true, dependencies: { 'code-server': codeServerVersion } }),
  );
  const output = openSync(installLog, 'w');
  const progress = setInterval(() => console.log('… still installing code-server'), 30_000);
  try {
    const npm = npmCommand();
    const code = await runStep(npm.program, [...npm.args, 'install', '--no-audit', '--no-fund'], {
      cwd: partial,
      env: npm.env,
      output,
    });
    if (code !== 0) throw new Error(`code-server could not be installed (npm ended with ${code}): read ${installLog}`);
  } finally {
    clearInterval(progress);
    closeSync(output);
  }
  await rm(home, { recursive: true, force: true });
  await rename(partial, home);
}

/** npm on this very Node, as code-server's install insists on the version that it will run on. */
function npmCommand(): { program: string; args: string[]; env: NodeJS.ProcessEnv } {
  const nodeFolder = join(process.execPath, '..');
  // The settings of an npm that runs us must not reach this one: they would point it at the repository.
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) && name !== 'INIT_CWD');
  const env = { ...Object.fromEntries(inherited), PATH: `${nodeFolder}${delimiter}${process.env['PATH'] ?? ''}` };
  const npmScript = process.env['npm_execpath'];
  return npmScript === undefined ? { program: 'npm', args: [], env } : { program: process.execPath, args: [npmScript], env };
}

async function withLock(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      await waitForOwner();
    }
  }
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function waitForOwner(): Promise<void> {
  const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
  // A lock that is being written has no owner yet: look again before calling it abandoned.
  if (owner === 0 || isProcessAlive(owner)) await sleep(500);
  else await rm(lock, { force: true });
}
