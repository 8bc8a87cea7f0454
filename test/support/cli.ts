import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { assetPath } from '../../src/engine/assets.ts';

export type CliResult = { exitCode: number | null; stdout: string; stderr: string };

/** Runs the built `reef` in a process of its own. */
export function reef(
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string; started?: (child: ChildProcess) => void } = {},
) {
  return new Promise<CliResult>((resolve, reject) => {
    const child = spawn(process.execPath, [assetPath('cli/main.js'), ...args], {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: 'pipe',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (stderr += text));
    // A command that reads no input may have ended before it came.
    child.stdin.on('error', () => {}).end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    options.started?.(child);
  });
}

/** A workspace of its own with these files, removed by its disposer. */
export async function workspaceWith(files: Record<string, string | Uint8Array>): Promise<AsyncDisposable & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-workspace-'));
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  }
  return {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
