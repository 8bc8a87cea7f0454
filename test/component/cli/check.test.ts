import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reef, workspaceWith } from '../../support/cli.ts';

const sizes = [128, 256, 512, 1024, 1769, 3008];
const header = 'curve_id,memory_mb,duration_ms,sigma_ln\n';
/** A recorded function of so much waiting and CPU time, which varies by 1 %. */
const curve = (waitMs: number, cpuMs: number): string =>
  header + sizes.map((size) => `job,${size},${waitMs + cpuMs / Math.min(1, size / 1769)},0.01\n`).join('');

let workspace: Awaited<ReturnType<typeof workspaceWith>>;
beforeAll(async () => {
  workspace = await workspaceWith({ 'job.csv': curve(20, 100) });
});
afterAll(() => workspace[Symbol.asyncDispose]());

const at = (file: string): string => join(workspace.folder, file);
const profile = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  reef(['profile', '--workspace', workspace.folder, '--target', `replay:${at('job.csv')}`, '--curve', 'job', ...args], {
    env: { ...process.env, GITHUB_STEP_SUMMARY: '', ...env },
  });

describe('reef profile --check', () => {
  test('without a baseline is wrong use, said in one sentence', async () => {
    const { exitCode, stderr, stdout } = await profile(['--check']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe(
      `reef: There is no baseline of job on replay:${at('job.csv')}: profile it once without --check, or name a report with --baseline FILE.\n`,
    );
    expect(await profile(['--check', '--baseline', 'missing.json'])).toMatchObject({ exitCode: 2 });
    expect(await profile(['--max-regret', '5%'])).toMatchObject({ exitCode: 2 });
  });

  test('holds while the function is what it was, and writes its summary where it is wanted', async () => {
    const { stdout: baseline } = await profile(['--json']);
    await writeFile(at('baseline.json'), baseline);
    await writeFile(at('steps.md'), 'before\n');
    const check = await profile(['--check', '--seed', '9', '--summary', at('summary.md')], {
      GITHUB_STEP_SUMMARY: at('steps.md'),
    });
    expect(check).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('✅ the profile holds') as string });
    expect(check.stdout.trim()).toBe((await readFile(at('summary.md'), 'utf8')).trim());
    expect(await readFile(at('steps.md'), 'utf8')).toMatch(/^before\n### job: ✅/);
  });

  test('fails when a call became dearer, again and again: a check is no baseline', async () => {
    await writeFile(at('job.csv'), curve(26, 130));
    for (const seed of ['1', '2']) {
      const { exitCode, stdout, stderr } = await profile(['--check', '--seed', seed]);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/reef: The cost rose: a call at \d+ MB costs (2[5-9]|3[0-5]) % more than in the baseline/);
      expect(stderr).not.toContain('The optimum moved');
      expect(stdout).toContain('❌ the profile changed');
    }
    expect(await profile(['--check', '--max-cost-rise', '50%'])).toMatchObject({ exitCode: 0 });
  });

  test('fails when the optimum moved, against a baseline in a file', async () => {
    await writeFile(at('job.csv'), curve(60, 2));
    const { exitCode, stdout, stderr } = await profile(['--check', '--json', '--baseline', at('baseline.json')]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('reef: The optimum moved: staying at the baseline');
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'reef/check@1', failed: true, optimum: { failed: true } });
  });

  test('refuses a baseline of another function or target', async () => {
    const report: { function: { name: string } } = JSON.parse(await readFile(at('baseline.json'), 'utf8'));
    await writeFile(at('other.json'), JSON.stringify({ ...report, target: 'docker' }));
    const { exitCode, stderr } = await profile(['--check', '--baseline', at('other.json')]);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('compare like with like') as string,
    });
  });
});
