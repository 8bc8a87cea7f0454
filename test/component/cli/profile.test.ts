import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SizingReport } from '../../../src/protocol/sizing.ts';
import { reef, workspaceWith } from '../../support/cli.ts';

const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Spin:
    Type: AWS::Serverless::Function
    Properties: { Handler: spin.handler, Runtime: nodejs22.x, MemorySize: 256, Timeout: 10 }
  Slow:
    Type: AWS::Serverless::Function
    Properties: { Handler: slow.handler, Runtime: nodejs22.x, Timeout: 30 }
`;
const spin =
  'exports.handler = async () => { const end = process.cpuUsage().user + 20000; while (process.cpuUsage().user < end); return 1; };';
const slow = 'exports.handler = async () => { await new Promise((done) => setTimeout(done, 400)); return 1; };';
const curve = `curve_id,memory_mb,duration_ms,sigma_ln
spin,128,1402.03,0.02
spin,256,711.02,0.02
spin,512,365.51,0.02
spin,1024,192.75,0.02
spin,1769,120,0.02
spin,3008,120,0.02
`;

let workspace: Awaited<ReturnType<typeof workspaceWith>>;
beforeAll(async () => {
  workspace = await workspaceWith({ 'template.yaml': template, 'spin.js': spin, 'slow.js': slow, 'curves.csv': curve });
});
afterAll(() => workspace[Symbol.asyncDispose]());

const inWorkspace = (...args: string[]) => reef([...args, '--workspace', workspace.folder]);
const replay = (...args: string[]) =>
  inWorkspace('profile', '--target', `replay:${join(workspace.folder, 'curves.csv')}`, '--curve', 'spin', '--json', ...args);

async function reportOf(result: ReturnType<typeof reef>): Promise<SizingReport> {
  const { stdout, stderr } = await result;
  expect(stdout, stderr).not.toBe('');
  return SizingReport.parse(JSON.parse(stdout));
}

/** Acts as soon as the progress of a study speaks of calls that are done. */
function whenMeasuring(child: ChildProcess, action: () => void): void {
  child.stderr?.on('data', (text: string) => {
    if (/\([1-9]\d* of/.test(text)) action();
  });
}

describe('reef profile', () => {
  test('sizes a CPU-bound function on this machine and says what it is', async () => {
    const report = await reportOf(inWorkspace('profile', 'Spin', '--json', '--max-invocations', '12'));
    expect(report).toMatchObject({
      target: 'process',
      basis: 'predicted',
      function: { name: 'Spin' },
      profiling_cost_usd: 0,
    });
    // On a machine that is busy with other work, some of the time is waiting for a core.
    expect(['cpu-bound', 'mixed']).toContain(report.work.kind);
    expect(report.work.cpu_ms).toBeGreaterThanOrEqual(15);
    expect(report.current?.memory_mb).toBe(256);
    expect(report.invocations).toBeLessThanOrEqual(12);
    expect(report.curve.every(({ basis }) => basis === 'predicted')).toBe(true);
  });

  test('prints a table, writes a page, and report prints the same again', async () => {
    const { exitCode, stdout } = await inWorkspace('profile', 'Spin', '--max-invocations', '8');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Spin/);
    expect(stdout).toMatch(/1769 MB|1,769 MB/);
    const again = await inWorkspace('report', 'last');
    expect(stdout.startsWith(again.stdout.trimEnd())).toBe(true);
    const page = join(workspace.folder, 'again.html');
    await inWorkspace('report', 'last', '--html', page);
    expect(await readFile(page, 'utf8')).toMatch(/^<!doctype html>/i);
    expect(await readFile(join(workspace.folder, '.reef/.gitignore'), 'utf8')).toBe('*\n');
  });

  test('the same seed on the same curve gives the same report', async () => {
    const [one, two, other] = await Promise.all([replay('--seed', '7'), replay('--seed', '7'), replay('--seed', '8')]);
    const stripped = ({ stdout }: { stdout: string }) => ({
      ...SizingReport.parse(JSON.parse(stdout)),
      run_id: '',
      created_at: '',
      evidence: [],
    });
    expect(stripped(one)).toEqual(stripped(two));
    expect(stripped(one).points).not.toEqual(stripped(other).points);
  });

  test('caps hold: calls and money', async () => {
    const few = await reportOf(replay('--max-invocations', '9'));
    expect(few.invocations).toBeLessThanOrEqual(9);
    const cheap = await reportOf(replay('--max-usd', '0.00004'));
    expect(cheap.profiling_cost_usd).toBeLessThanOrEqual(0.00004 * 1.1);
  });

  test('objectives differ: cheapest is not slower within a tolerance', async () => {
    const cost = await reportOf(replay('--objective', 'cost'));
    const fastest = await reportOf(replay('--objective', 'fastest', '--tolerance', '25%'));
    const limited = await reportOf(replay('--objective', 'cost', '--max-duration', '300ms'));
    expect(fastest.recommendation.duration_ms).toBeLessThan(cost.recommendation.duration_ms);
    expect(fastest.recommendation.cost_per_million_usd).toBeLessThanOrEqual(cost.recommendation.cost_per_million_usd * 1.25);
    expect(limited.recommendation).toMatchObject({ feasible: true });
    expect(limited.recommendation.duration_ms).toBeLessThanOrEqual(300);
    const impossible = await reportOf(replay('--objective', 'cost', '--max-duration', '1ms'));
    expect(impossible.recommendation.feasible).toBe(false);
  });

  test('limits of percentiles, cold calls and bounds are kept or said to be impossible', async () => {
    const limited = ['--objective', 'cost', '--limit', '300ms', '--percentile', '95', '--confidence', '95%'];
    const report = await reportOf(replay(...limited, '--cold-rate', '5%', '--max-memory', '1500'));
    expect(report.objective).toMatchObject({ maxDurationMs: 300, percentile: 95, confidence: 0.95, coldRate: 0.05 });
    expect(report.recommendation.feasible).toBe(true);
    const chosen = report.curve.find((point) => point.memory_mb === report.recommendation.memory_mb);
    expect(chosen?.percentiles?.p95.upper_ms).toBeLessThanOrEqual(300);
    expect(Math.max(...report.curve.map((point) => point.memory_mb))).toBeLessThanOrEqual(1500);
    const impossible = await reportOf(replay('--limit', '20ms', '--percentile', '99'));
    expect(impossible.recommendation).toMatchObject({
      feasible: false,
      why: expect.stringMatching(/^No size keeps 99 % of calls/),
    });
  });

  test('the plan is told without a call, and knows what was measured before', async () => {
    const before = await inWorkspace('runs', '--json');
    const { exitCode, stdout } = await replay('--plan');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'reef/plan@1',
      billed: false,
      cost_usd: 0,
      caps: { calls: 40, time_ms: 60_000, cost_usd: 1 },
    });
    const sentence = await inWorkspace('profile', 'Spin', '--plan', '--fresh');
    expect(sentence.stdout).toMatch(/^About \d+ calls on process, nothing is billed; the study ends at 40 calls or 1 min/);
    expect((await inWorkspace('runs', '--json')).stdout).toBe(before.stdout);
  });

  test('several events count by their weights, from files and from a list', async () => {
    const mix =
      'exports.handler = async ({ ms }) => { const end = process.cpuUsage().user + ms * 1000; while (process.cpuUsage().user < end); };';
    await using own = await workspaceWith({
      'template.yaml': template.replace('spin.handler', 'mix.handler'),
      'mix.js': mix,
      'slow.js': slow,
      'small.json': '{"ms": 5}',
      'large.json': '{"ms": 40}',
      'mix.json': '[{"name": "small", "payload": {"ms": 5}, "weight": 3}, {"name": "large", "payload": {"ms": 40}, "weight": 1}]',
    });
    const file = (name: string, weight: number) => ['--event', `${join(own.folder, name)}=${weight}`];
    const profile = ['profile', 'Spin', '--workspace', own.folder, '--json', '--max-invocations', '14'];
    const byFlags = await reportOf(reef([...profile, ...file('small.json', 3), ...file('large.json', 1)]));
    expect(byFlags.payloads?.map(({ name, weight }) => [name, weight])).toEqual([
      ['small', 0.75],
      ['large', 0.25],
    ]);
    const at = (index: number): number => byFlags.payloads?.[index]?.curve.at(-1)?.duration_ms ?? 0;
    expect(at(1)).toBeGreaterThan(2 * at(0));
    expect(byFlags.curve.at(-1)?.duration_ms).toBeCloseTo(0.75 * at(0) + 0.25 * at(1), 6);
    const byList = await reportOf(reef([...profile, '--payloads', join(own.folder, 'mix.json')]));
    expect(byList.payloads?.map(({ name, weight }) => [name, weight])).toEqual([
      ['small', 0.75],
      ['large', 0.25],
    ]);
  });

  test('Markdown goes to the output, of a profile and of a report', async () => {
    const { exitCode, stdout } = await inWorkspace('profile', 'Spin', '--markdown', '--max-invocations', '8');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^## Spin\n[^]*\| Memory \| Duration \|[^]*<details><summary>Evidence<\/summary>/);
    expect((await inWorkspace('report', 'last', '--markdown')).stdout).toBe(stdout);
  });

  test('an interruption keeps what was measured and marks the run as cancelled', async () => {
    const { exitCode, stderr } = await reef(['profile', 'Slow', '--workspace', workspace.folder], {
      started: (child) => whenMeasuring(child, () => child.kill('SIGINT')),
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/Cancelled/) });
    const { runs }: { runs: { function: string; status: string; samples: number }[] } = JSON.parse(
      (await inWorkspace('runs', '--json')).stdout,
    );
    const run = runs.find((each) => each.function === 'Slow');
    expect(run).toMatchObject({ status: 'cancelled' });
    expect(run?.samples).toBeGreaterThan(0);
  });

  test('a killed run is marked as interrupted at the next start, with its samples', async () => {
    await reef(['profile', 'Slow', '--fresh', '--workspace', workspace.folder], {
      started: (child) => whenMeasuring(child, () => child.kill('SIGKILL')),
    });
    const { runs }: { runs: { function: string; status: string; samples: number }[] } = JSON.parse(
      (await inWorkspace('runs', '--json')).stdout,
    );
    const run = runs.find((each) => each.function === 'Slow' && each.status === 'interrupted');
    expect(run?.samples).toBeGreaterThan(0);
  });

  test('two processes profile in one workspace at once and both finish', async () => {
    const both = await Promise.all([replay('--seed', '1'), inWorkspace('profile', 'Spin', '--json', '--max-invocations', '8')]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(existsSync(join(workspace.folder, '.reef/samples.db'))).toBe(true);
  });
});
