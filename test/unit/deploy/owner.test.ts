import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ownerOf, plainOrigin } from '../../../src/engine/deploy/owner.ts';
import { runCommand } from '../../../src/engine/system/process.ts';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'reef-owner-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function git(cwd: string, ...args: string[]): Promise<void> {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@localhost'];
  const { exitCode, stderr } = await runCommand('git', [...identity, ...args], { cwd });
  expect(exitCode, stderr).toBe(0);
}

describe('the owner of deployments', () => {
  it('is the same in each clone, however it was cloned, and another for another folder of it', async () => {
    const [one, two] = [await folder(), await folder()];
    for (const [place, origin] of [
      [one, 'https://me:token@git.example.com/team/shop.git'],
      [two, 'git@git.example.com:team/shop'],
    ] as const) {
      await git(place, 'init', '--quiet');
      await git(place, 'remote', 'add', 'origin', origin);
      await mkdir(join(place, 'api'));
    }
    const owner = await ownerOf(one);
    expect(owner).toMatch(/^[0-9a-f]{16}$/);
    expect(await ownerOf(two)).toBe(owner);
    expect(await ownerOf(join(one, 'api'))).not.toBe(owner);
    expect(await ownerOf(join(one, 'api'))).toBe(await ownerOf(join(two, 'api')));
  });

  it('without an origin is told by the first commit, and stays with the next', async () => {
    const [place, clones] = [await folder(), await folder()];
    await git(place, 'init', '--quiet');
    await git(place, 'commit', '--quiet', '--allow-empty', '-m', 'first');
    const owner = await ownerOf(place);
    await git(place, 'commit', '--quiet', '--allow-empty', '-m', 'second');
    expect(await ownerOf(place)).toBe(owner);
    await git(clones, 'clone', '--quiet', place, 'copy');
    await git(join(clones, 'copy'), 'remote', 'remove', 'origin');
    expect(await ownerOf(join(clones, 'copy'))).toBe(owner);
  });

  it('without git is told by the folder of this machine', async () => {
    const [one, two] = [await folder(), await folder()];
    expect(await ownerOf(one)).toBe(await ownerOf(one));
    expect(await ownerOf(one)).not.toBe(await ownerOf(two));
  });

  it.each([
    ['https://git.example.com/a/b.git', 'git.example.com/a/b'],
    ['https://user:secret@Git.example.com:8443/a/b/', 'git.example.com/a/b'],
    ['git@git.example.com:a/b.git', 'git.example.com/a/b'],
    ['ssh://git@git.example.com:22/a/b', 'git.example.com/a/b'],
    ['git.example.com:a/b', 'git.example.com/a/b'],
    ['/srv/git/shop.git', '/srv/git/shop.git'],
    ['C:\\git\\shop', 'C:\\git\\shop'],
  ])('an origin is taken without how it is reached: %s', (origin, plain) => {
    expect(plainOrigin(origin)).toBe(plain);
  });
});
