import { existsSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../../src/engine/assets.ts';
import { freePort } from '../free-port.ts';
import { findProgram, killTree, runCommand, spawnInGroup } from '../../../src/engine/system/process.ts';

/** The emulator of AWS that the tests run against, in a virtual environment that git ignores. */
const environment = join(packageRoot(), '.cache/moto');
const bin = join(environment, process.platform === 'win32' ? 'Scripts' : 'bin');
const server = join(bin, 'moto_server');
/** Is there once all is installed; scripts/prepare.sh writes it too. */
const ready = join(environment, 'ready');
const lock = `${environment}.lock`;

/** Why these tests cannot run here; null when they can. Installs the emulator where it is missing. */
export async function whyNoMoto(): Promise<string | null> {
  await mkdir(dirname(environment), { recursive: true });
  // Test files run at the same time: one of them installs, the others wait.
  while (!existsSync(ready)) {
    if (await takesLock()) {
      try {
        const why = existsSync(ready) ? null : await install();
        if (why !== null) return why;
      } finally {
        await rmdir(lock);
      }
    } else await sleep(200);
  }
  return null;
}

async function takesLock(): Promise<boolean> {
  return mkdir(lock).then(
    () => true,
    () => false,
  );
}

async function install(): Promise<string | null> {
  const python = findProgram(['python3', 'python']);
  if (python === null) return 'there is no Python 3 in the PATH';
  for (const [program, args] of [
    [python, ['-m', 'venv', environment]],
    [join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', 'moto[server]']],
  ] as const) {
    const { exitCode, stderr } = await runCommand(program, args, { timeoutMs: 600_000 });
    if (exitCode !== 0) return `moto could not be installed: ${stderr.trim().split('\n').at(-1) ?? ''}`;
  }
  await writeFile(ready, '');
  return null;
}

export type Moto = AsyncDisposable & { url: string };

/** Starts a moto server of its own on a free port of loopback. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawnInGroup(server, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, ...testCredentials, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
  });
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
  });
  for (;;) {
    const answered = await fetch(`${url}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) break;
    if (child.exitCode !== null) throw new Error(`moto_server ended with ${child.exitCode}`);
    await sleep(50);
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      if (child.pid !== undefined) killTree(child.pid);
      await ended;
    },
  };
}

/** What the SDK signs with; the emulator takes any. */
export const testCredentials = {
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing',
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
};
