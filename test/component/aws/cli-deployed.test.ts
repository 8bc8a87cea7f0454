/** `reef functions --target aws`: lists that come row by row, by stack or tag, and one function with all that is known of it. */
import { CreateAliasCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { failure } from '../../support/aws/request.ts';
import { reef, workspaceWith } from '../../support/cli.ts';
import { skipped, temporaryFolder, useAws } from './support.ts';

const aws = useAws();

async function functions(folder: string, args: string[]) {
  const env = { ...process.env, AWS_ENDPOINT_URL: aws.url };
  return reef(['functions', ...args, '--workspace', folder, '--target', 'aws'], { env });
}

const firstWords = (text: string): string[] => text.split('\n').map((line) => line.split(/\s/)[0] ?? '');
const stackTag = 'aws:cloudformation:stack-name';

describe.skipIf(skipped !== null)('reef functions --target aws', () => {
  it('prints rows as they come: what came before a failure is there', async () => {
    for (const name of ['one', 'two', 'three']) await aws.deploy(name);
    aws.emulator.settings.functionsPerPage = 1;
    const denied = failure(403, 'AccessDeniedException', 'no');
    aws.emulator.faults.push({ action: 'ListFunctions', after: 2, times: 1, reply: denied });
    const { exitCode, stdout, stderr } = await functions(await temporaryFolder(), []);
    aws.emulator.settings.functionsPerPage = 50;
    expect(exitCode).toBe(1);
    expect(firstWords(stdout)).toEqual(['function', 'one', 'two', '']);
    expect(stderr).toContain('allow lambda:ListFunctions in the IAM policy');
  });

  it('keeps those that a filter wants, by name, runtime and tag', async () => {
    await aws.deploy('shop-quote', {}, { Runtime: 'python3.12', Tags: { team: 'shop' } });
    await aws.deploy('shop-pay', {}, { Tags: { team: 'shop' } });
    await aws.deploy('depot-count', {}, { Runtime: 'python3.12' });
    const folder = await temporaryFolder();
    const of = async (filter: string): Promise<string[]> =>
      firstWords((await functions(folder, ['--filter', filter])).stdout).slice(1, -1);
    expect(await of('PYTHON')).toEqual(['shop-quote', 'depot-count']);
    expect(await of('python team=shop')).toEqual(['shop-quote']);
    expect((await functions(folder, ['--filter', 'nothing'])).stdout).toBe('No functions found in aws.\n');
  });

  it('groups by stack or tag, in the order of names', async () => {
    await aws.deploy('b', {}, { Tags: { [stackTag]: 'shop', team: 'red' } });
    await aws.deploy('a', {}, { Tags: { [stackTag]: 'shop', team: 'blue' } });
    await aws.deploy('c', {}, { Tags: { [stackTag]: 'depot' } });
    await aws.deploy('d');
    const folder = await temporaryFolder();
    const stacks = (await functions(folder, ['--group', 'stack'])).stdout;
    expect(firstWords(stacks)).toEqual(['depot:', 'c', '', 'shop:', 'a', 'b', '', '(none):', 'd', '', '']);
    const teams = (await functions(folder, ['--group', 'tag:team'])).stdout;
    expect(firstWords(teams)).toEqual(['blue:', 'a', '', 'red:', 'b', '', '(none):', 'c', 'd', '', '']);
  });

  it('tells one function with its source, aliases, versions and figures', async () => {
    await aws.deploy('shop-Orders-1A2B3C4D5E6F', {}, { Tags: { team: 'shop' } });
    const fn = { FunctionName: 'shop-Orders-1A2B3C4D5E6F' };
    await aws.lambda().send(new PublishVersionCommand({ ...fn, Description: 'first' }));
    await aws.lambda().send(new CreateAliasCommand({ ...fn, Name: 'live', FunctionVersion: '1' }));
    await using workspace = await workspaceWith({
      'template.yaml':
        'Transform: AWS::Serverless-2016-10-31\nResources:\n  Orders:\n    Type: AWS::Serverless::Function\n    Properties: { Runtime: nodejs22.x, Handler: basic.empty, MemorySize: 256 }\n',
      'basic.js': 'exports.empty = async () => 1;',
    });
    const { stdout, exitCode } = await functions(workspace.folder, ['Orders', '--figures']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^shop-Orders-1A2B3C4D5E6F \(arn:aws:lambda:us-east-1:\d+:function:shop-Orders-1A2B3C4D5E6F\)$/m);
    expect(stdout).toContain('source: template.yaml#Orders, by what its name was made of');
    expect(stdout).toContain('is deployed with other settings than its template states: memory 512 MB, not 256 MB.');
    expect(stdout).toContain('tag team=shop\nalias live: 1\nversion 1: nodejs22.x · 512 MB · 20 s · ');
    expect(stdout).toContain('figures of 0 call(s) in 14 day(s) of its log');
    const json = (await functions(workspace.folder, ['Orders', '--figures', '--days', '3', '--json'])).stdout;
    expect(JSON.parse(json)).toMatchObject({
      schema: 'reef/deployed@1',
      function: {
        source: 'deployed',
        tags: { team: 'shop' },
        source_function: { id: 'template.yaml#Orders', by: 'made-name' },
      },
      aliases: [{ name: 'live', version: '1' }],
      versions: [{ version: '1', memory_mb: 512, description: 'first' }],
      figures: { from: 'logs', calls: 0, days: 3, p50_ms: null, complete: true },
    });
  });

  it.for([
    [['--group', 'team'], '--group takes stack or tag:KEY, not: team'],
    [['--group', 'tag:'], '--group takes stack or tag:KEY, not: tag:'],
    [['--figures'], '--figures and --days go with one function: name it.'],
    [['Orders', '--days', '3'], '--days goes with --figures.'],
    [['Orders', '--figures', '--days', '0'], '--days takes a whole number of at least 1, not: 0'],
    [['Orders', '--filter', 'x'], '--filter and --group go with all functions: name none.'],
  ])('is used wrongly: %s', async ([args, sentence]) => {
    const { exitCode, stderr } = await functions(await temporaryFolder(), args as string[]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
