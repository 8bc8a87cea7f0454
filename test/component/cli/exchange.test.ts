import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseResult } from '../../../src/engine/exchange/power-tuning/result.ts';
import { parseShareUrl } from '../../../src/engine/exchange/power-tuning/share-url.ts';
import { openStore } from '../../../src/engine/store/sqlite.ts';
import { SizingReport } from '../../../src/protocol/sizing.ts';
import { reef, workspaceWith } from '../../support/cli.ts';

const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: { Handler: orders.handler, Runtime: nodejs22.x, MemorySize: 256, Architectures: [arm64] }
`;
const url = 'https://lambda-power-tuning.show/#gAAAAgAE6QY=;9kCvREjBtkMAwEBDAADwQg==;bSdENrWuTDYG3lc26d1nNg==';
const compared = `${url};${url.slice(url.indexOf('#') + 1)};old;new`;

const id = (n: number) => `8f507cfc-0000-4697-b07a-${String(n).padStart(12, '0')}`;
const stream = '2026/03/01/[$LATEST]0123456789abcdef0123456789abcdef';
/** Twelve calls ten minutes apart: the first cold, the fourth timed out, the fifth out of memory. */
const textLog = Array.from({ length: 12 }, (_, n) => {
  const at = (ms: number) => `${new Date(Date.UTC(2026, 2, 1, 10, 10 * n, 0, ms)).toISOString().slice(0, -1)}000+00:00 ${stream}`;
  const fields = (duration: string, used: number, more: string) =>
    `REPORT RequestId: ${id(n)}\tDuration: ${duration} ms\tBilled Duration: 30 ms\tMemory Size: 512 MB\tMax Memory Used: ${used} MB\t${more}`;
  if (n === 0)
    return [`${at(0)} START RequestId: ${id(n)} Version: 3`, `${at(20)} ${fields('80.50', 90, 'Init Duration: 200.10 ms')}`];
  if (n === 3)
    return [`${at(0)} 2026-03-01T10:30:03Z ${id(n)} Task timed out after 3.00 seconds`, `${at(20)} ${fields('3000.00', 91, '')}`];
  if (n === 4) return [`${at(20)} ${fields('900.00', 512, 'Status: error\tError Type: Runtime.OutOfMemory')}`];
  return [`${at(20)} ${fields(`2${n % 10}.00`, 92, '')}`];
})
  .flat()
  .join('\n');
const jsonLog = [
  { type: 'platform.start', time: '2026-03-01T10:00:00.000Z', record: { requestId: id(1), version: '3' } },
  {
    type: 'platform.report',
    time: '2026-03-01T10:00:00.100Z',
    record: { requestId: id(1), status: 'success', metrics: { durationMs: 20.5, memorySizeMB: 512, maxMemoryUsedMB: 90 } },
  },
].map((event) => JSON.stringify(event));

let workspace: Awaited<ReturnType<typeof workspaceWith>>;
beforeAll(async () => {
  workspace = await workspaceWith({
    'template.yaml': template,
    'orders.js': 'exports.handler = async () => 1;',
    'text.log': `${textLog}\nREPORT RequestId: x Duration: cut off\n`,
    'json.log': jsonLog.join('\n'),
    'empty.log': 'nothing of interest\n',
    'failed.json': '{}',
  });
  await writeFile(join(workspace.folder, 'json.log.gz'), gzipSync(jsonLog.join('\n')));
});
afterAll(() => workspace[Symbol.asyncDispose]());

const file = (name: string) => join(workspace.folder, name);
const inWorkspace = (...args: string[]) => reef([...args, '--workspace', workspace.folder]);

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await inWorkspace(...args, '--json');
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
}

function stored(runId: unknown) {
  using store = openStore(file('.reef/samples.db'));
  return { run: store.run(String(runId)), samples: store.samples(String(runId)) };
}

describe('reef import logs', () => {
  test('keeps each call of a text log as a sample, and says what the log tells', async () => {
    const imported = await json('import', 'logs', file('text.log'), '--function', 'Orders');
    expect(imported).toMatchObject({
      schema: 'reef/import@1',
      function: 'Orders',
      in_workspace: true,
      architecture: 'arm64',
      samples: 12,
      outcomes: { ok: 10, timeout: 1, oom: 1 },
      cold_rate: 1 / 12,
      unparsed: { count: 1 },
      sizes: [{ memory_mb: 512, calls: 12, warm: 9, init_ms: 200.1, max_memory_mb: 512 }],
    });
    // A call every ten minutes.
    expect(Number(imported['calls_per_month'])).toBeCloseTo(730 * 6, -2);
    const { run, samples } = stored(imported['run_id']);
    expect(run).toMatchObject({ study: 'import', target: 'aws', status: 'done', functionName: 'Orders', samples: 12 });
    expect(samples[0]).toMatchObject({
      cold: true,
      initMs: 200.1,
      durationMs: 80.5,
      peakRssMb: 90,
      startedAtMs: Date.UTC(2026, 2, 1, 10),
    });
    expect(samples[3]).toMatchObject({ outcome: 'timeout', durationMs: 3000 });
    expect(samples[4]).toMatchObject({ outcome: 'oom', error: { type: 'Runtime.OutOfMemory' } });
    expect(samples[5]).toMatchObject({ outcome: 'ok', cold: false, initMs: null, cpuUserMs: null, sandboxId: stream });
    // 30 ms billed at 512 MB, arm64.
    expect(samples[5]?.costUsd).toBeCloseTo(2e-7 + 1.33334e-5 * 0.5 * 0.03, 15);
  });

  test('of what was imported before keeps only what is new', async () => {
    await writeFile(file('more.log'), `${textLog}\nREPORT RequestId: ${id(99)}\tDuration: 5.00 ms\tMemory Size: 512 MB\n`);
    const again = await json('import', 'logs', file('more.log'), '--function', 'Orders');
    expect(again).toMatchObject({ calls: 13, samples: 1, already_stored: 12 });
    expect(await json('import', 'logs', file('more.log'), '--function', 'Elsewhere')).toMatchObject({
      samples: 13,
      already_stored: 0,
    });
  });

  test('prints it for people, with what could not be read', async () => {
    const { stdout, stderr } = await inWorkspace('import', 'logs', file('text.log'), '--function', 'Orders');
    expect(stdout).toMatch(/12 calls \(10 ok, 1 timeout, 1 oom\)/);
    expect(stdout).toMatch(/512 MB/);
    expect(stderr).toMatch(/1 line\(s\) look like reports and cannot be read:\n {2}REPORT RequestId: x Duration: cut off/);
  });

  test.each(['json.log', 'json.log.gz'])('reads the JSON format from %s', async (name) => {
    const imported = await json('import', 'logs', file(name), '--function', name, '--architecture', 'x86_64');
    expect(imported).toMatchObject({ samples: 1, architecture: 'x86_64', calls_per_month: null });
    expect(stored(imported['run_id']).samples).toMatchObject([{ durationMs: 20.5, memoryMb: 512, cold: false, initMs: null }]);
  });

  test('reads standard input', async () => {
    const args = ['import', 'logs', '-', '--function', 'piped', '--json', '--workspace', workspace.folder];
    const { stdout, stderr } = await reef(args, { input: jsonLog.join('\n') });
    expect(stdout, stderr).toMatch(/"samples": 1/);
  });

  test('keeps a function that the workspace does not have under its name', async () => {
    const imported = await json('import', 'logs', file('json.log'), '--function', 'deployed-elsewhere');
    expect(imported).toMatchObject({ in_workspace: false, function: 'deployed-elsewhere' });
  });

  test('writes a curve that can be replayed', async () => {
    await json('import', 'logs', file('text.log'), '--function', 'Curve', '--csv', file('from-logs.csv'));
    expect((await readFile(file('from-logs.csv'), 'utf8')).split('\r\n')[1]).toMatch(
      /^Curve,x86_64,512,2\d\.\d+,0\.\d+,200\.1,512,9$/,
    );
  });
});

describe('reef import power-tuning', () => {
  test('keeps the averages of a share URL, and its curve can be replayed', async () => {
    const imported = await json('import', 'power-tuning', url, '--function', 'Orders', '--csv', file('tuned.csv'));
    expect(imported).toMatchObject({ kind: 'power-tuning', samples: 4, left_out: 0, currency: 'USD' });
    const { run, samples } = stored(imported['run_id']);
    expect(run).toMatchObject({ study: 'import', settings: { source: 'power-tuning', averages: true, share_url: url } });
    expect(samples.map(({ memoryMb }) => memoryMb)).toEqual([128, 512, 1024, 1769]);
    const profile = await inWorkspace('profile', '--target', `replay:${file('tuned.csv')}`, '--curve', 'Orders', '--json');
    expect(SizingReport.parse(JSON.parse(profile.stdout)).recommendation.memory_mb).toBeGreaterThanOrEqual(128);
  });

  test('reads the JSON that a report was exported as, and its URL', async () => {
    const profile = await inWorkspace(
      'profile',
      '--target',
      `replay:${file('tuned.csv')}`,
      '--curve',
      'Orders',
      '--objective',
      'cost',
      '--json',
    );
    const report = SizingReport.parse(JSON.parse(profile.stdout));
    await inWorkspace('export', report.run_id, '--format', 'power-tuning', '--out', file('out.json'));
    const text = await readFile(file('out.json'), 'utf8');
    const sizes = parseResult(text, 'out.json').curves[0]?.sizes ?? [];
    const chosen = sizes.find(({ memoryMb }) => memoryMb === report.recommendation.memory_mb);
    expect(chosen?.durationMs).toBe(report.recommendation.duration_ms);
    expect(chosen?.cost).toBeCloseTo(report.recommendation.cost_per_million_usd / 1e6 - 2e-7, 12);
    const share = (await inWorkspace('export', 'last', '--format', 'power-tuning-url')).stdout;
    expect(parseShareUrl(share).curves[0]?.sizes.map(({ memoryMb }) => memoryMb)).toEqual(sizes.map(({ memoryMb }) => memoryMb));
    expect(await json('import', 'power-tuning', file('out.json'), '--function', 'Orders')).toMatchObject({
      samples: sizes.length,
    });
  });

  test('takes one curve of a comparison', async () => {
    const imported = await json('import', 'power-tuning', compared, '--function', 'Orders', '--curve', '2');
    expect(imported).toMatchObject({ samples: 4 });
  });
});

describe('reef export', () => {
  test.each([
    ['csv', /^memory_mb,duration_ms/],
    ['json', /"schema": "reef\/sizing@1"/],
    ['markdown', /^## Orders\n/],
  ])('as %s', async (format, start) => {
    expect((await inWorkspace('export', 'last', '--format', format)).stdout).toMatch(start);
  });
});

describe('what cannot be exchanged is one clear sentence', () => {
  test.each([
    [['import', 'logs', 'empty.log', '--function', 'Orders'], 1, /no REPORT line of AWS Lambda in empty\.log/],
    [['import', 'logs', 'nowhere.log', '--function', 'Orders'], 1, /nowhere\.log cannot be read/],
    [['import', 'power-tuning', 'failed.json', '--function', 'Orders'], 1, /failed\.json is not a result of Power Tuning/],
    [['import', 'power-tuning', '#a;b', '--function', 'Orders'], 1, /3 parts/],
    [['import', 'power-tuning', compared, '--function', 'Orders'], 1, /1 \(old\) and 2 \(new\): choose one with --curve/],
    [['import', 'logs', 'json.log'], 2, /Name the function/],
    [['import', 'traces', 'json.log'], 2, /reef import takes/],
    [['import', 'logs', 'json.log', '--function', 'Orders', '--architecture', 'mips'], 2, /x86_64 or arm64, not: mips/],
    [['export', 'last'], 2, /--format is power-tuning/],
    [['export', 'last', '--format', 'pdf'], 2, /not: pdf/],
    [['export', 'none', '--format', 'csv'], 1, /no report of run "none"/],
  ])('reef %j', async (args, code, sentence) => {
    const { exitCode, stdout, stderr } = await reef([...args, '--workspace', workspace.folder], { cwd: workspace.folder });
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr.split('\n')[0]).toMatch(sentence);
  });
});
