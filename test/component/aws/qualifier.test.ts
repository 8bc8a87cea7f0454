import { CreateAliasCommand, PublishVersionCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { failure } from '../../support/aws/request.ts';
import { skipped, useAws } from './support.ts';

const aws = useAws();

/** Versions 1 (256 MB, 5 s) and 2 (1,024 MB, 9 s) behind the alias `live`, which gives each second call to version 2. */
async function withVersions(name: string): Promise<void> {
  await aws.deploy(name, { durationMs: (memoryMb) => 25_600 / memoryMb, usedMb: 90 }, { MemorySize: 256, Timeout: 5 });
  const lambda = aws.lambda();
  await lambda.send(new PublishVersionCommand({ FunctionName: name }));
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, MemorySize: 1_024, Timeout: 9 }));
  await lambda.send(new PublishVersionCommand({ FunctionName: name, Description: 'larger' }));
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, MemorySize: 512 }));
  const RoutingConfig = { AdditionalVersionWeights: { 2: 0.5 } };
  await lambda.send(new CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1', RoutingConfig }));
}

async function invoked(args: string[]): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await aws.reef(['invoke', ...args, '--target', 'aws', '--json']);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe.skipIf(skipped !== null)('a version or alias of a deployed function', () => {
  it('is called with its own settings, whichever way it is named', async () => {
    await withVersions('Versions');
    const first = await invoked(['Versions', '--qualifier', '1']);
    expect(first).toMatchObject({ duration_ms: 100, report: { version: '1', memory_mb: 256, billed_ms: 220 } });
    // 0.25 GB for 220 ms.
    expect(first['cost_usd']).toBeCloseTo(2e-7 + (1.66667e-5 * 0.25 * 220) / 1000, 12);
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:Versions';
    for (const name of ['Versions:2', `${arn}:2`, '123456789012:function:Versions:2']) {
      expect(await invoked([name])).toMatchObject({ report: { version: '2', memory_mb: 1_024 } });
    }
    for (const name of ['Versions', arn]) expect(await invoked([name])).toMatchObject({ report: { version: '$LATEST' } });
  });

  it('of an alias that shares its calls is the one that got the call', async () => {
    await withVersions('Shared');
    const reports = [];
    for (let i = 0; i < 2; i++) reports.push((await invoked(['Shared:live']))['report']);
    expect(reports).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ version: '1', memory_mb: 256 }),
        expect.objectContaining({ version: '2', memory_mb: 1_024 }),
      ]),
    );
  });

  it('that is not there is an error that names those that are', async () => {
    await withVersions('Few');
    const { exitCode, stderr } = await aws.reef(['invoke', 'Few:canary', '--target', 'aws']);
    expect(exitCode).toBe(1);
    expect(stderr).toBe('reef: Few has no version or alias "canary" in aws: there is live, 2, 1.\n');
    const denial = 'User: u is not authorized to perform: lambda:ListAliases on resource: f';
    aws.emulator.faults.push({ action: 'ListAliases', times: 1, reply: failure(403, 'AccessDeniedException', denial) });
    expect((await aws.reef(['invoke', 'Few:canary', '--target', 'aws'])).stderr).toMatch(
      /Few has no version or alias "canary" in aws/,
    );
  });

  it.for([
    [['invoke', 'Odd:1', '--qualifier', '2', '--target', 'aws'], /Both 1 and 2 are named of Odd: name one of them/],
    [
      ['profile', 'Odd:1', '--target', 'aws', '--yes'],
      /A study sizes \$LATEST of Odd, in versions of its own: name the function without "1"/,
    ],
    [['invoke', 'Odd', '--qualifier', '1'], /There are no versions and aliases on process/],
    [['invoke', 'Odd:no spaces', '--target', 'aws'], /AWS refused lambda:GetFunctionConfiguration|Odd has no version/],
  ] as const)('cannot be wished for in every way: %s', async ([args, said]) => {
    await withVersions('Odd');
    const { exitCode, stderr } = await aws.reef(args);
    expect(stderr).toMatch(said);
    expect(exitCode).toBe(1);
  });

  it('is told in one line, with what is billed', async () => {
    await withVersions('Told');
    const { stderr } = await aws.reef(['invoke', 'Told:2', '--target', 'aws']);
    expect(stderr).toMatch(/REPORT RequestId/);
    expect(stderr).toContain('ok, 25 ms, billed 145 ms, init 120 ms, peak 90 of 1024 MB, version 2, $0.0000026');
  });
});
