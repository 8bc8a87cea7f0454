import { spawn } from 'node:child_process';

/** Runs a program in the foreground of a script, its output going where the script's goes; resolves to its exit code. */
export function runStep(
  program: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; output?: 'inherit' | number },
): Promise<number> {
  const output = options.output ?? 'inherit';
  const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['ignore', output, output] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
