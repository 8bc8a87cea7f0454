import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { gitFirstCommit, gitOrigin, gitPrefix } from '../system/git.ts';

const digits = 16;

/**
 * Tells what one workspace has deployed from what others have, and nothing about its user: a hash of where its repository comes
 * from and its folder there, which every clone has; without an origin of its first commit; without git of this machine's folder.
 */
export async function ownerOf(folder: string): Promise<string> {
  const prefix = await gitPrefix(folder);
  const repository = prefix === null ? null : await repositoryOf(folder);
  const parts = repository === null ? [hostname(), await realpath(folder)] : [repository, prefix];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, digits);
}

async function repositoryOf(folder: string): Promise<string | null> {
  const origin = await gitOrigin(folder);
  return origin === null || origin === '' ? gitFirstCommit(folder) : plainOrigin(origin);
}

/** The same for all ways to clone a repository: `https://user@host/a/b.git`, `git@host:a/b`, `ssh://git@host:22/a/b/`. */
export function plainOrigin(origin: string): string {
  const [, host = '', path = ''] =
    /^[a-z+]+:\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/(.*)$/i.exec(origin) ?? /^(?:[^@/]*@)?([^/:]{2,}):(.*)$/.exec(origin) ?? [];
  if (host === '') return origin;
  return `${host.toLowerCase()}/${path
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')}`;
}
