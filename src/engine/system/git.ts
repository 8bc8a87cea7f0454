import { runCommand } from './process.ts';

/** Commit that a folder's git work tree stands at; null without git, without a repository, or before the first commit. */
export async function gitCommit(folder: string): Promise<string | null> {
  try {
    const { exitCode, stdout } = await runCommand('git', ['rev-parse', '--verify', 'HEAD'], { cwd: folder, timeoutMs: 5_000 });
    return exitCode === 0 ? stdout.trim() : null;
  } catch {
    return null;
  }
}
