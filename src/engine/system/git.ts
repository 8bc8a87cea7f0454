import { runCommand } from './process.ts';

/** Commit that a folder's git work tree stands at; null without git, without a repository, or before the first commit. */
export function gitCommit(folder: string): Promise<string | null> {
  return git(folder, ['rev-parse', '--verify', 'HEAD']);
}

/** Where a folder's repository was cloned from; null without one. */
export function gitOrigin(folder: string): Promise<string | null> {
  return git(folder, ['config', '--get', 'remote.origin.url']);
}

/** The first commit of a repository, the same in each clone; null also in a clone that has only the last commits. */
export async function gitFirstCommit(folder: string): Promise<string | null> {
  if ((await git(folder, ['rev-parse', '--is-shallow-repository'])) !== 'false') return null;
  const roots = await git(folder, ['rev-list', '--max-parents=0', 'HEAD']);
  return roots?.split('\n').at(-1) ?? null;
}

/** A folder relative to its repository, with `/`; empty for the root; null without a repository. */
export function gitPrefix(folder: string): Promise<string | null> {
  return git(folder, ['rev-parse', '--show-prefix']);
}

async function git(folder: string, args: readonly string[]): Promise<string | null> {
  try {
    const { exitCode, stdout } = await runCommand('git', args, { cwd: folder, timeoutMs: 5_000 });
    return exitCode === 0 ? stdout.trim() : null;
  } catch {
    return null;
  }
}
