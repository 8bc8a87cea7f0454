import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SizingReport } from '../../../src/protocol/sizing.ts';
import { reef, workspaceWith } from '../../support/cli.ts';

const curve = `curve_id,memory_mb,duration_ms,sigma_ln
spin,128,1402.03,0.02
spin,256,711.02,0.02
spin,512,365.51,0.02
spin,1024,192.75,0.02
spin,1769,120,0.02
spin,3008,120,0.02
`;
const files = {
  'curves.csv': curve,
  'parrotfish.json': JSON.stringify({
    function_name: 'spin',
    vendor: 'AWS',
    region: 'us-east-1',
    payloads: [
      { payload: { n: 1 }, weight: 0.7 },
      { payload: { n: 2 }, weight: 0.1 },
    ],
    memory_bounds: [256, 1024],
    max_total_sample_count: 20,
    constraint_cost_tolerance_percent: 20,
    termination_threshold: 3,
  }),
  'tuning.json': JSON.stringify({ lambdaARN: 'spin', num: 5, powerValues: [512, 1024], payload: { n: 1 }, strategy: 'speed' }),
  'wrong.json': JSON.stringify({ function_name: 'spin', memory_bounds: [128] }),
  'template.yaml': `Transform: AWS::Serverless-2016-10-31
Resources:
  Echo:
    Type: AWS::Serverless::Function
    Properties: { Handler: echo.handler, Runtime: nodejs22.x, MemorySize: 256 }
`,
  'echo.js': 'exports.handler = async (event) => event;',
  'echo.json': JSON.stringify({ function_name: 'Echo', payload: { n: 1 }, max_total_sample_count: 8 }),
};

let workspace: Awaited<ReturnType<typeof workspaceWith>>;
beforeAll(async () => {
  workspace = await workspaceWith(files);
});
afterAll(() => workspace[Symbol.asyncDispose]());

const profile = (...args: string[]) => reef(['profile', ...args, '--workspace', workspace.folder, '--json']);
const replayed = (...args: string[]) => profile('--target', `replay:${join(workspace.folder, 'curves.csv')}`, ...args);
const file = (name: string) => join(workspace.folder, name);

describe('reef profile --config', () => {
  test('takes a parrotfish.json, and says which of its keys mean nothing here', async () => {
    const { stdout, stderr } = await replayed('--config', file('parrotfish.json'));
    const report = SizingReport.parse(JSON.parse(stdout));
    expect(report.objective).toMatchObject({ goal: 'fastest', tolerance: 0.2 });
    expect(report.recommendation.memory_mb).toBeGreaterThanOrEqual(256);
    expect(report.recommendation.memory_mb).toBeLessThanOrEqual(1024);
    expect(report.invocations).toBeLessThanOrEqual(20);
    expect(report.payloads?.map(({ weight }) => weight)).toEqual([expect.closeTo(0.875, 9), expect.closeTo(0.125, 9)]);
    expect(stderr).toMatch(/^reef: parrotfish\.json: termination_threshold has no meaning here/m);
    expect(stderr).toMatch(/^reef: parrotfish\.json: region has no meaning here/m);
  });

  test('takes an input of Power Tuning', async () => {
    const { stdout, stderr } = await replayed('--config', file('tuning.json'));
    const report = SizingReport.parse(JSON.parse(stdout));
    expect(report.objective).toMatchObject({ goal: 'fastest', tolerance: 10 });
    expect(report.invocations).toBeLessThanOrEqual(10);
    expect(report.recommendation.memory_mb).toBeGreaterThan(900);
    expect(report.points.every(({ memory_mb: size }) => size !== null && size >= 512 && size <= 1024)).toBe(true);
    expect(stderr).toMatch(/powerValues: any size from the smallest to the largest/);
  });

  test('flags win over the file', async () => {
    const { stdout } = await replayed('--config', file('parrotfish.json'), '--objective', 'cost', '--max-invocations', '12');
    const report = SizingReport.parse(JSON.parse(stdout));
    expect(report.objective.goal).toBe('cost');
    expect(report.invocations).toBeLessThanOrEqual(12);
  });

  test('names the function and its event', async () => {
    const { stdout, stderr } = await profile('--config', file('echo.json'));
    const report = SizingReport.parse(JSON.parse(stdout === '' ? stderr : stdout));
    expect(report.function.name).toBe('Echo');
    expect(report.invocations).toBeLessThanOrEqual(8);
  });

  test.each([
    ['wrong.json', /wrong\.json: memory_bounds\S* is wrong: memory_bounds must be two sizes/],
    ['nowhere.json', /nowhere\.json cannot be read/],
    ['curves.csv', /curves\.csv is not valid JSON/],
  ])('%s is refused in one sentence', async (name, sentence) => {
    const { exitCode, stdout, stderr } = await replayed('--config', file(name));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(sentence)]);
  });
});
