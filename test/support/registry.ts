import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../src/engine/assets.ts';
import { findProgram, killTree, spawnInGroup } from '../../src/engine/system/process.ts';
import type { RegistryPlace } from './aws/deploy/registry.ts';
import { freePort } from './free-port.ts';

/** The registry of the Distribution project: scripts/prepare.sh puts Debian's into the cache. */
const program = findProgram([join(packageRoot(), '.cache/registry/usr/bin/docker-registry'), 'docker-registry', 'registry']);

/** Why these tests cannot run here; null when they can. */
export const whyNoRegistry = program === null ? 'there is no docker-registry: on Debian, scripts/prepare.sh gets it' : null;

/** What the emulator of AWS gives as a login to ECR, and its bcrypt hash. */
const login = { user: 'AWS', password: '123456789012-auth-token' };
const hash = '$2b$04$m8DqHyIB7rS1lYMg1nJ/1uipSXvBlxsWqD5.nT0uy8cubfV8/fa42';

/** Starts a real registry on loopback that asks for the login of the emulated ECR. */
export async function startRegistry(): Promise<RegistryPlace & AsyncDisposable> {
  if (program === null) throw new Error(whyNoRegistry ?? '');
  const folder = await mkdtemp(join(tmpdir(), 'reef-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  await writeFile(join(folder, 'users'), `${login.user}:${hash}\n`);
  const config = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: host },
    auth: { htpasswd: { realm: 'reef', path: join(folder, 'users') } },
  };
  // JSON is YAML too.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  const child = spawnInGroup(program, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
  });
  for (;;) {
    const isUp = await fetch(`http://${host}/v2/`).then(
      ({ status }) => status === 401,
      () => false,
    );
    if (isUp) break;
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
    await sleep(50);
  }
  return {
    host,
    ...login,
    async [Symbol.asyncDispose]() {
      if (child.pid !== undefined) killTree(child.pid);
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
