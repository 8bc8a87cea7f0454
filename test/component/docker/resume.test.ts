import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SizingReport } from '../../../src/protocol/sizing.ts';
import { reef, workspaceWith } from '../../support/cli.ts';
import { images, useBaseImages, whyNoEngine } from '../../support/docker.ts';

useBaseImages();

const files = { 'app.py': 'import time\ndef handler(event, context):\n    time.sleep(0.2)\n' };
const args = ['profile', 'app.handler', '--target', 'docker', '--image', images.python, '--json'];

describe.skipIf(whyNoEngine !== null)('a sizing study in Docker that was killed', () => {
  it('is taken up by the next one, which makes fewer calls than one from nothing', async () => {
    await using fresh = await workspaceWith(files);
    await using workspace = await workspaceWith(files);
    const profile = async (folder: string): Promise<SizingReport> => {
      const { stdout, stderr } = await reef([...args, '--workspace', folder]);
      expect(stdout, stderr).not.toBe('');
      return SizingReport.parse(JSON.parse(stdout));
    };
    const samples = async (): Promise<number> => {
      const { stdout } = await reef(['runs', '--json', '--workspace', workspace.folder]);
      const { runs }: { runs: { samples: number }[] } = JSON.parse(stdout);
      return runs[0]?.samples ?? 0;
    };
    const whole = await profile(fresh.folder);

    let child: ChildProcess | undefined;
    const killed = reef([...args, '--workspace', workspace.folder], { started: (started) => (child = started) });
    while ((await samples()) < 6) {
      expect(child?.exitCode).toBeNull();
      await sleep(50);
    }
    child?.kill('SIGKILL');
    await killed;
    const left = await samples();

    const report = await profile(workspace.folder);
    expect(report.free_samples).toBe(left);
    expect(report.invocations).toBeLessThan(whole.invocations);
    expect(report.evidence.join('\n')).toContain(`${left} calls of earlier runs of this code`);
  });
});
