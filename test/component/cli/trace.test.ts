import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TraceReport } from '../../../src/protocol/tracing.ts';
import { reef, workspaceWith } from '../../support/cli.ts';
import { images, useBaseImages, whyNoEngine } from '../../support/docker.ts';

useBaseImages();

const program = ['--', 'python3', '-c', 'import time; b = bytearray(30 << 20); time.sleep(.1); print("worked")'];

/** Runs in a workspace of its own, whose store goes with it. */
async function inWorkspace(): Promise<(...args: string[]) => ReturnType<typeof reef>> {
  const { folder, [Symbol.asyncDispose]: dispose } = await workspaceWith({});
  onTestFinished(dispose);
  return (...args) => reef(args, { cwd: folder });
}

async function trace(...args: string[]): ReturnType<typeof reef> {
  const run = await inWorkspace();
  return await run('trace', '--image', images.python, ...args);
}

describe.skipIf(whyNoEngine !== null)('reef trace', () => {
  it('prints one document, and writes every reading of each run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reef-trace-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const samples = join(folder, 'run.csv');
    const { exitCode, stdout } = await trace(
      '--json',
      '--runs',
      '2',
      '--memory',
      '128',
      '--hull',
      '--samples',
      samples,
      ...program,
    );
    expect(exitCode).toBe(0);
    const report = TraceReport.parse(JSON.parse(stdout));
    expect(report.probe.kind).toBe('wrapper');
    expect(report.runs).toHaveLength(2);
    for (const run of report.runs) expect(run).toMatchObject({ exit: 0, oom: false, lost: 0 });
    expect(report.runs[0]?.anonymous_peak_mb).toBeGreaterThan(30);
    expect(report.cost.map(({ provider }) => provider)).toContain('aws-x86');
    expect(report.hull?.static_mb).toBe(128);
    expect((await readdir(folder)).toSorted()).toEqual(['run-2.csv', 'run.csv']);
    const lines = (await readFile(samples, 'utf8')).trim().split('\r\n');
    expect(lines.length - 1).toBeGreaterThanOrEqual(report.runs[0]?.samples ?? Infinity);
  });

  it('prints tables for people; the program’s output goes to stderr', async () => {
    const { exitCode, stdout, stderr } = await trace('--probe', 'host-files', ...program);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('worked');
    expect(stdout).toMatch(/Probe: host-files, 1000 readings a second/);
    expect(stdout).toMatch(/AWS Lambda, x86 .*\$/);
    expect(stdout).toMatch(/Of what aws-x86 bills: used \d/);
    expect(stdout).not.toContain('worked');
  });

  it('keeps the run with its readings, and shows its report again', async () => {
    const run = await inWorkspace();
    const { stdout } = await run('trace', '--image', images.python, '--json', ...program);
    const report = TraceReport.parse(JSON.parse(stdout));
    const { runs } = JSON.parse((await run('runs', '--json')).stdout);
    expect(runs).toMatchObject([{ id: report.run_id, study: 'tracing', status: 'done', samples: 1, has_report: true }]);
    expect(JSON.parse((await run('report', 'last', '--json')).stdout)).toEqual(report);
    expect((await run('report', report.run_id ?? '')).stdout).toContain('Probe: wrapper');
    const wrong = await run('export', report.run_id ?? '', '--format', 'csv');
    expect(wrong.stderr).toMatch(/traced memory and found no size/);
  });

  it('finds a safe size under real limits, and lets the limit follow the runs', async () => {
    const run = await inWorkspace();
    const uses = 'import time; b = bytearray(40 << 20); time.sleep(.5); del b; time.sleep(.7)';
    const flags = ['--memory', '96', '--safe-size', '--autotune', 'apply', '--json'];
    const { exitCode, stdout } = await run('trace', '--image', images.python, ...flags, '--', 'python3', '-c', uses);
    expect(exitCode).toBe(0);
    const { safe_size, hull, autotune } = TraceReport.parse(JSON.parse(stdout));
    expect(safe_size?.memory_mb).toBeGreaterThanOrEqual(40);
    expect(safe_size?.memory_mb).toBeLessThan(64);
    expect(safe_size?.trials.filter(({ memory_mb }) => memory_mb === safe_size.memory_mb)).toHaveLength(3);
    expect(hull?.proven).toBe(true);
    expect(autotune).toMatchObject({ mode: 'apply', refused: null, static_mb: 96, outcome: 'ok' });
    expect(autotune?.changes.some(({ reason, set_mb }) => reason === 'plan' && (set_mb ?? 96) < 96)).toBe(true);
    expect(autotune?.reserved_share).toBeLessThan(0.95);
    const { runs } = JSON.parse((await run('runs', '--json')).stdout);
    expect(runs).toMatchObject([{ samples: 2 + (safe_size?.trials.length ?? 0), status: 'done' }]);
  });

  it('says what cannot be: limits without a static size, of a function, or on a target that sets none', async () => {
    const { folder, [Symbol.asyncDispose]: dispose } = await workspaceWith({
      'app.mjs': 'export const handler = async () => 1;',
    });
    onTestFinished(dispose);
    const sentence = async (...args: string[]) => (await reef(['trace', ...args], { cwd: folder })).stderr;
    expect(await sentence('--image', images.python, '--autotune', 'apply')).toContain('name it with --memory MB.');
    expect(await sentence('app.handler', '--autotune', 'dry-run')).toContain('--autotune goes with --image.');
    expect(await sentence('app.handler', '--target', 'process', '--safe-size')).toContain('sets no limit');
    expect(await sentence('app.handler', '--target', 'process', '--hull')).toContain('cannot change a limit');
  });

  it('fails when the program does, and shows the run', async () => {
    const { exitCode, stdout } = await trace('--json', '--memory', '32', '--', 'python3', '-c', 'b = bytearray(100 << 20)');
    expect(exitCode).toBe(1);
    expect(TraceReport.parse(JSON.parse(stdout)).runs[0]).toMatchObject({ oom: true, signal: 9, exit: null });
  });

  it.skipIf(process.platform !== 'linux')('names the error of a function that fails, and bills nothing of it', async () => {
    const { folder, [Symbol.asyncDispose]: dispose } = await workspaceWith({
      'app.mjs': "import 'not-installed'; export const handler = async () => 1;",
    });
    onTestFinished(dispose);
    const run = (...args: string[]) => reef(['trace', 'app.handler', '--target', 'process', ...args], { cwd: folder });
    const { exitCode, stdout } = await run();
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/init-error[^]*^Run 1 failed: .*not-installed/m);
    expect(stdout).not.toContain('AWS Lambda');
    expect(TraceReport.parse(JSON.parse((await run('--json')).stdout))).toMatchObject({ cost: [], waste: null });
  });

  it('says in one sentence what is not there', async () => {
    const run = await inWorkspace();
    const { exitCode, stderr, stdout } = await run('trace', '--image', 'reef-test/nowhere:1');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^reef: The image reef-test\/nowhere:1 is not in the Docker engine: build or pull it, or name another one\.$/m,
    );
  });
});

describe('reef trace, used wrongly', () => {
  it.for<[string[], string]>([
    [[], 'Name the function, or an image with --image IMAGE.'],
    [['Thumbnail', '--mount', 'a:/b'], '--mount goes with --image IMAGE.'],
    [['--image', 'i', '--event', 'e.json'], '--event goes with a function.'],
    [['--image', 'i', '--runs', '0'], '--runs takes a whole number of at least 1, not: 0'],
    [['--image', 'i', '--env', 'novalue'], '--env takes NAME=VALUE.'],
    [['--image', 'i', '--mount', '/only'], '--mount takes SOURCE:/TARGET or SOURCE:/TARGET:ro, not: /only'],
    [['--image', 'i', '--probe', 'magic'], '--probe is one of wrapper, sidecar, host-files, one-shot, stream, not: magic'],
    [['--image', 'i', '--provider', 'x'], '--provider is one of aws-x86, aws-arm64,'],
  ])('says so: %j', async ([args, sentence]) => {
    const { exitCode, stderr } = await reef(['trace', ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`reef: ${sentence}`);
  });
});
