import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs a program in the foreground of a script and resolves to its exit code. Its output goes where the script's goes, or to
 * the file descriptor given as `output`.
 */
export async function runStep(
  program: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; output?: number },
): Promise<number> {
  const { cwd, env = process.env, output } = options;
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', output ?? 'inherit', output ?? 'pipe'] });
  child.stderr?.pipe(process.stderr, { end: false });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const [code] = (await once(child, 'exit')) as [number | null];
  // Helper processes of a tool may still write errors when it has ended; they must not come after what the script says next.
  await Promise.race([closed, sleep(3_000, undefined, { ref: false })]);
  return code ?? 1;
}
