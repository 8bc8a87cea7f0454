import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reef, workspaceWith } from '../../support/cli.ts';

const handlers: Record<string, string> = {
  Good: 'exports.handler = async (event) => ({ got: event });',
  NotExported: 'exports.other = async () => 1;',
  SyntaxError: 'exports.handler = async () => {',
  NeverReturns: 'exports.handler = () => new Promise(() => setInterval(() => {}, 1000));',
  Exits: 'exports.handler = async () => process.exit(3);',
  ThrowsNumber: 'exports.handler = async () => { throw 42; };',
  NotJson: 'exports.handler = async () => { const a = {}; a.a = a; return a; };',
  Prints:
    "exports.handler = async () => { const line = 'x'.repeat(1 << 20); for (let i = 0; i < 100; i++) console.log(line); return 'printed'; };",
  Allocates: 'exports.handler = async () => { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); };',
};

function template(): string {
  const functions = Object.keys(handlers).map(
    (name) => `  ${name}:
    Type: AWS::Serverless::Function
    Properties:
      Handler: ${name}.handler
      Runtime: nodejs22.x
      Timeout: ${name === 'NeverReturns' ? 1 : 60}
      Environment: { Variables: { NODE_OPTIONS: --max-old-space-size=200 } }
`,
  );
  return `Transform: AWS::Serverless-2016-10-31
Resources:
${functions.join('')}  FileMissing:
    Type: AWS::Serverless::Function
    Properties: { Handler: nowhere.handler, Runtime: nodejs22.x }
  UnknownRuntime:
    Type: AWS::Serverless::Function
    Properties: { Handler: Good.handler, Runtime: cobol85 }
  Snake:
    Type: AWS::Serverless::Function
    Properties: { Handler: snake.handler, Runtime: python3.12 }
`;
}

let workspace: Awaited<ReturnType<typeof workspaceWith>>;

beforeAll(async () => {
  const sources = Object.entries(handlers).map(([name, code]) => [`${name}.js`, code]);
  workspace = await workspaceWith({
    'template.yaml': template(),
    ...Object.fromEntries(sources),
    'snake.py': 'def handler(event, context):\n    return 1\n',
    'broken.json': '{"a": ',
    'holes.csv': 'memory_mb,duration_ms\n128,100\n256,\n',
    'negative.csv': 'memory_mb,duration_ms\n128,-100\n256,50\n',
    'text.csv': 'memory_mb,duration_ms\n128,slow\n256,50\n',
  });
});
afterAll(() => workspace[Symbol.asyncDispose]());

const inWorkspace = (...args: string[]) => reef([...args, '--workspace', workspace.folder]);

/** One sentence on stderr from Reef (after what progress said), nothing on stdout, exit code 1. */
async function failsWith(args: string[], sentence: RegExp): Promise<void> {
  const { exitCode, stdout, stderr } = await inWorkspace(...args);
  const said = stderr
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('Calling '));
  expect(said, stderr).toHaveLength(1);
  expect(said[0]).toMatch(/^reef: /);
  expect(said[0]).toMatch(sentence);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
}

describe('what cannot start is one clear sentence', () => {
  test('no such function', () => failsWith(['profile', 'Nobody'], /no function "Nobody".*Good/));
  test('the handler file is missing', () => failsWith(['profile', 'FileMissing'], /nowhere/));
  test('the handler is not exported', () => failsWith(['profile', 'NotExported'], /handler/));
  test('the runtime is unknown', () => failsWith(['profile', 'UnknownRuntime'], /cobol85/));
  test('there is no python3', () =>
    failsWith(['profile', 'Snake', '--python', join(workspace.folder, 'no-python')], /no-python|[Pp]ython/));
  test('the event is not JSON', () =>
    failsWith(['invoke', 'Good', '--event', join(workspace.folder, 'broken.json')], /not valid JSON/));
  test('the payloads are no list of payloads with weights', async () => {
    const file = (name: string) => join(workspace.folder, name);
    await writeFile(file('weights.json'), '[{"payload": 1, "weight": 0}]');
    await failsWith(['profile', 'Good', '--payloads', file('weights.json')], /weights\.json.*JSON list.*0\.weight/);
    await failsWith(['profile', 'Good', '--payloads', file('broken.json')], /broken\.json are not valid JSON/);
    await failsWith(['profile', 'Good', '--payloads', file('nowhere.json')], /nowhere\.json cannot be read/);
  });
  test('one of several events cannot be read', () =>
    failsWith(['profile', 'Good', '--event', 'a.json=2', '--event', 'b.json=heavy'], /(a\.json|b\.json=heavy) cannot be read/));
  test('the bounds leave no size', () =>
    failsWith(['profile', 'Good', '--min-memory', '4000', '--max-memory', '300'], /no size from 4000 MB up to 300 MB/));
  test('the target is unknown', () => failsWith(['profile', 'Good', '--target', 'moon'], /no target "moon"/));
  test.each(['holes', 'negative', 'text'])('a recorded curve with %s in it', (name) =>
    failsWith(['profile', '--target', `replay:${join(workspace.folder, `${name}.csv`)}`], /\.csv.*line \d/),
  );
  test('there is no such run', () => failsWith(['report', 'none'], /no report of run "none"/));

  test('the workspace is not a folder', async () => {
    const { exitCode, stderr } = await reef(['functions', '--workspace', join(workspace.folder, 'nowhere')]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/no folder/) });
  });

  test('looking for runs where nothing was measured makes no store', async () => {
    const store = join(workspace.folder, 'not-there', 'samples.db');
    const { exitCode, stdout } = await inWorkspace('runs', '--store', store);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/Nothing has been measured/) });
    await failsWith(['report', 'last', '--store', store], /no report yet/);
    expect(existsSync(store)).toBe(false);
  });

  test('the store is damaged: it is refused and left as it is', async () => {
    const store = join(workspace.folder, 'damaged.db');
    await writeFile(store, 'this is no database, and was never one'.repeat(100));
    const before = await readFile(store);
    await failsWith(['profile', 'Good', '--store', store], /damaged\.db/);
    expect(await readFile(store)).toEqual(before);
  });
});

describe('what goes wrong in the function is a result with its outcome', () => {
  test.each([
    ['SyntaxError', 'init-error', 'Runtime.UserCodeSyntaxError'],
    ['NeverReturns', 'timeout', 'Sandbox.Timedout'],
    ['Exits', 'crashed', 'Runtime.ExitError'],
    ['ThrowsNumber', 'error', 'number'],
    ['NotJson', 'error', 'Runtime.MarshalError'],
    ['Allocates', 'oom', 'Runtime.OutOfMemory'],
  ])('%s: %s', async (name, outcome, type) => {
    const { exitCode, stdout } = await inWorkspace('invoke', name, '--json');
    const result: { outcome: string; error: { type: string } | null; run_id: string } = JSON.parse(stdout);
    expect(result.outcome).toBe(outcome);
    expect(result.error?.type ?? null).toBe(type);
    expect(exitCode).toBe(1);
    const runs: { runs: { id: string; samples: number }[] } = JSON.parse((await inWorkspace('runs', '--json')).stdout);
    expect(runs.runs.find(({ id }) => id === result.run_id)?.samples).toBe(1);
  });

  test('100 MB of output neither block nor flood', async () => {
    const { exitCode, stdout } = await inWorkspace('invoke', 'Prints', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'ok', response: 'printed' });
    expect(stdout.length).toBeLessThan(8e6);
    expect(exitCode).toBe(0);
  });

  test('profiling what always fails names the first error and keeps the attempts', async () => {
    await failsWith(['profile', 'ThrowsNumber'], /ThrowsNumber.*42/);
    const { runs }: { runs: { status: string; function: string; samples: number; failure: string }[] } = JSON.parse(
      (await inWorkspace('runs', '--json')).stdout,
    );
    const run = runs.find((each) => each.function === 'ThrowsNumber' && each.status === 'failed');
    expect(run?.samples).toBeGreaterThan(0);
    expect(run?.failure).toMatch(/42/);
  });
});

describe('wrong use exits with 2', () => {
  test.each([
    [[]],
    [['fly']],
    [['profile']],
    [['profile', 'Good', '--objective', 'best']],
    [['profile', 'Good', '--tolerance', 'much']],
    [['profile', 'Good', '--percentile', '90', '--limit', '1s']],
    [['profile', 'Good', '--percentile', '95']],
    [['profile', 'Good', '--confidence', '95%']],
    [['profile', 'Good', '--limit', '1s', '--percentile', '95', '--confidence', '40%']],
    [['profile', 'Good', '--limit', '1s', '--max-duration', '2s']],
    [['profile', 'Good', '--cold-rate', '120%']],
    [['profile', 'Good', '--min-memory', '0']],
    [['profile', 'Good', '--concurrency', 'many']],
    [['profile', 'Good', '--json', '--markdown']],
    [['profile', 'Good', '--event', 'a.json=0', '--event', 'b.json=1']],
    [['profile', 'Good', '--event', 'a.json', '--payload', '{}']],
    [['runs', '--colour']],
  ])('reef %j', async (args) => {
    const { exitCode, stderr } = await reef(args);
    const [command] = args;
    const usage = ['profile', 'runs'].includes(command ?? '') ? `Usage\n {2}reef ${command} ` : 'reef: right-size';
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(new RegExp(`^reef: .+\n\n${usage}`)),
    });
  });
});
