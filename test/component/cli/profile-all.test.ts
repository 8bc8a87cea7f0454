import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reef, workspaceWith } from '../../support/cli.ts';

const template = `Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { Runtime: nodejs22.x, MemorySize: 1024, Timeout: 10 }
Resources:
  Quick:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: quick, Handler: app.handler }
  Broken:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: broken, Handler: app.handler }
  Waits:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: waits, Handler: app.handler }
`;
const waits = (ms: number): string => `exports.handler = () => new Promise((done) => setTimeout(done, ${ms}));`;

let workspace: Awaited<ReturnType<typeof workspaceWith>>;
beforeAll(async () => {
  workspace = await workspaceWith({
    'template.yaml': template,
    'quick/app.js': waits(20),
    'waits/app.js': waits(200),
    'broken/app.js': "exports.handler = async () => { throw new Error('no such table'); };",
  });
});
afterAll(() => workspace[Symbol.asyncDispose]());

const inWorkspace = (...args: string[]) => reef([...args, '--workspace', workspace.folder]);

type Document = {
  schema: string;
  savings: { function: string; calls_per_month: number | null; saving_per_month_usd: number | null; confidence: number }[];
  unmeasured: { function: string }[];
  failures: { function: string; message: string }[];
  cancelled: boolean;
};

describe('reef profile --all', () => {
  test('profiles every function, ranks them, and names the one that fails without giving up', async () => {
    const { stdout, stderr, exitCode } = await inWorkspace(
      'profile',
      '--all',
      '--json',
      '--calls-per-month',
      '1000000',
      '--calls-per-month',
      'Quick=500000000',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/reef: Broken was not profiled: .*no such table/);
    const found: Document = JSON.parse(stdout);
    expect(found).toMatchObject({ schema: 'reef/savings@1', cancelled: false, unmeasured: [{ function: 'Broken' }] });
    expect(found.failures).toMatchObject([{ function: 'Broken' }]);
    // Both wait: a smaller size costs less. Many calls of the quick one are more money than a few of the slow one.
    expect(found.savings.map((each) => each.function)).toEqual(['Quick', 'Waits']);
    expect(found.savings.map((each) => each.calls_per_month)).toEqual([500_000_000, 1_000_000]);
    for (const { saving_per_month_usd, confidence } of found.savings) {
      expect(saving_per_month_usd).toBeGreaterThan(0);
      expect(confidence).toBeGreaterThan(0.9);
    }
  });

  test('reef savings prints the same ranking without a call', async () => {
    const { stdout, exitCode } = await inWorkspace('savings', '--calls-per-month', 'Waits=1000000');
    expect(exitCode).toBe(0);
    expect(stdout.indexOf('Waits')).toBeLessThan(stdout.indexOf('Quick'));
    expect(stdout).toContain('Not profiled yet: Broken');
    const runs: { runs: unknown[] } = JSON.parse((await inWorkspace('runs', '--json')).stdout);
    expect(runs.runs).toHaveLength(3);
  });

  test('an interruption ends it and keeps what was measured', async () => {
    const { stdout, stderr, exitCode } = await reef(['profile', '--all', '--json', '--workspace', workspace.folder], {
      started: (child) => child.stderr?.once('data', () => child.kill('SIGINT')),
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Cancelled') as string });
    const found: Document = JSON.parse(stdout);
    expect(found).toMatchObject({ cancelled: true, failures: [] });
    expect(found.savings).toHaveLength(2);
  });

  test.each([
    [['--all', 'Quick'], '--all profiles every function: leave out Quick.'],
    [['--all', '--payload', '{}'], '--payload is of one function'],
    [['--all', '--check'], '--check is of one function'],
    [['Quick', '--calls-per-month', '5'], '--calls-per-month goes with --all'],
    [['--all', '--calls-per-month', 'Nobody=5'], 'names no function of the workspace: Nobody'],
    [['--all', '--target', 'replay:curves.csv'], '--target is process or docker'],
  ])('%j is refused', async (args, sentence) => {
    expect(await inWorkspace('profile', ...args)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(sentence) as string,
    });
  });
});
