import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { SizingReport } from '../../../src/protocol/sizing.ts';
import { type CliResult, reef, workspaceWith } from '../../support/cli.ts';
import { containersOf, engineProxy, images, networksOf, useBaseImages, whyNoEngine } from '../../support/docker.ts';

useBaseImages();

/** Keeps as many MB in /tmp as its event says: memory of the container that is none of the process, so no call tells it before. */
const holds = `
def handler(event, context):
    with open("/tmp/large", "wb") as file:
        for _ in range(event["mb"]):
            file.write(bytes(2**20))
`;
const waits = 'import time\ndef handler(event, context):\n    time.sleep(0.2)\n';

const inDocker = ['--target', 'docker', '--image', images.python];

/** Runs `reef` until a container of its own runs, then does `then` to it. */
async function whenRunning(
  args: string[],
  env: NodeJS.ProcessEnv,
  then: (child: ChildProcess) => void,
): Promise<CliResult & { pid: number }> {
  let pid = 0;
  const started = (child: ChildProcess): void => {
    pid = child.pid ?? 0;
    const watch = async (): Promise<void> => {
      while (!(await containersOf(pid)).some(({ State }) => State === 'running')) await sleep(50);
      then(child);
    };
    void watch();
  };
  const result = await reef(args, { env, started });
  return { ...result, pid };
}

describe.skipIf(whyNoEngine !== null)('a sizing study in Docker', () => {
  it('goes on where the function runs out of memory, and never recommends what is too small', async () => {
    await using workspace = await workspaceWith({ 'app.py': holds });
    const payload = JSON.stringify({ mb: 300 });
    const args = [
      'profile',
      'app.handler',
      '--workspace',
      workspace.folder,
      ...inDocker,
      '--payload',
      payload,
      '--objective',
      'cost',
    ];
    const { stdout, stderr, exitCode } = await reef([...args, '--max-invocations', '20', '--json']);
    expect(exitCode, stderr).toBe(0);
    const report = JSON.parse(stdout) as SizingReport;
    expect(report.basis).toBe('measured');
    expect(report.recommendation?.memory_mb).toBeGreaterThanOrEqual(300);
    expect(report.floor.memory_mb).toBeGreaterThanOrEqual(300);
    expect(report.evidence.join('\n')).toMatch(/ran out of memory/);
  });

  it('killed in the middle leaves nothing in Docker after the next start', async () => {
    await using workspace = await workspaceWith({ 'app.py': waits });
    const place = ['app.handler', '--workspace', workspace.folder, ...inDocker];
    const killed = await whenRunning(['profile', ...place], process.env, (child) => child.kill('SIGKILL'));
    expect(killed.exitCode).toBeNull();
    expect(await networksOf(killed.pid)).toHaveLength(1);
    const next = await reef(['invoke', ...place]);
    expect(next.exitCode, next.stderr).toBe(0);
    expect(await containersOf(killed.pid)).toEqual([]);
    expect(await networksOf(killed.pid)).toEqual([]);
  });

  it('says in one sentence that the engine has gone away', async () => {
    await using workspace = await workspaceWith({ 'app.py': waits });
    const { host, stop } = await engineProxy('127.0.0.1');
    const args = [
      'profile',
      'app.handler',
      '--workspace',
      workspace.folder,
      '--store',
      join(workspace.folder, 'samples.db'),
      ...inDocker,
    ];
    const gone = await whenRunning(args, { ...process.env, DOCKER_HOST: host }, stop);
    expect(gone.exitCode).toBe(1);
    expect(gone.stdout).toBe('');
    expect(gone.stderr.trim().split('\n').at(-1)).toMatch(
      /The Docker engine does not answer any more \(E[A-Z]+\): start Docker and run this again/,
    );
    const next = await reef(['invoke', 'app.handler', '--workspace', workspace.folder, ...inDocker]);
    expect(next.exitCode, next.stderr).toBe(0);
    expect(await containersOf(gone.pid)).toEqual([]);
    expect(await networksOf(gone.pid)).toEqual([]);
  });
});
