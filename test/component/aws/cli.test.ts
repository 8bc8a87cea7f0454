import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SizingReport } from '../../../src/protocol/sizing.ts';
import { failure } from '../../support/aws/request.ts';
import { reef, workspaceWith } from '../../support/cli.ts';
import { skipped, temporaryFolder, useAws } from './support.ts';

const aws = useAws();
const speed = (memoryMb: number): number => 30 + 200 / Math.min(1, memoryMb / 1769);

async function run(folder: string, args: string[]) {
  return reef([...args, '--workspace', folder], { env: { ...process.env, AWS_ENDPOINT_URL: aws.url } });
}

describe.skipIf(skipped !== null)('reef on AWS', () => {
  it('calls a deployed function', async () => {
    await aws.deploy('Called', { durationMs: speed });
    const { exitCode, stdout, stderr } = await run(await temporaryFolder(), ['invoke', 'Called', '--target', 'aws']);
    expect(stderr).toMatch(/ok, .*init 120 ms/);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'null\n' });
  });

  it('lists the deployed functions', async () => {
    await aws.deploy('Listed', { durationMs: speed });
    const folder = await temporaryFolder();
    const { exitCode, stdout } = await run(folder, ['functions', '--target', 'aws', '--json']);
    expect(exitCode).toBe(0);
    const { functions }: { functions: { name: string; memory_mb: number; source: string }[] } = JSON.parse(stdout);
    expect(functions.find(({ name }) => name === 'Listed')).toMatchObject({ memory_mb: 512, source: 'deployed' });
    expect((await run(folder, ['functions', '--target', 'aws'])).stdout).toMatch(/^Listed +nodejs22.x +x86_64 +512 MB +20 s /m);
  });

  it('sizes one only when that is allowed, and prints the report', async () => {
    await aws.deploy('Asked', { durationMs: speed, usedMb: 70 });
    const before = await aws.state('Asked');
    const folder = await temporaryFolder();
    const refused = await run(folder, ['profile', 'Asked', '--target', 'aws']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/Up to 40 calls on aws, for at most \$1\.00.*\$LATEST.*give --yes to allow that\./);
    const { exitCode, stdout } = await run(folder, ['profile', 'Asked', '--target', 'aws', '--yes', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ target: 'aws', basis: 'measured', floor: { peak_mb: 70 } });
    expect(await aws.state('Asked')).toBe(before);
  });

  it('pays for what was measured only once while the deployed code is the same', async () => {
    await aws.deploy('Twice', { durationMs: speed });
    const folder = await temporaryFolder();
    const profile = async (): Promise<SizingReport> => {
      const { stdout, stderr } = await run(folder, ['profile', 'Twice', '--target', 'aws', '--yes', '--json']);
      expect(stdout, stderr).not.toBe('');
      return SizingReport.parse(JSON.parse(stdout));
    };
    const first = await profile();
    const second = await profile();
    expect(second.code_hash).toBe(first.code_hash);
    expect(second.free_samples).toBe(first.invocations);
    expect(second.invocations).toBeLessThan(first.invocations / 2);
    expect(second.profiling_cost_usd).toBeLessThan(first.profiling_cost_usd / 2);
  });

  it('keeps what it measures with the source of the function, and says where the two differ', async () => {
    await aws.deploy('shop-Linked-1A2B3C4D5E6F', { durationMs: speed, usedMb: 70 });
    const properties = '{ Runtime: nodejs22.x, Handler: app.handler, MemorySize: 256, Timeout: 20 }';
    const template = `Transform: AWS::Serverless-2016-10-31\nResources:\n  Linked:\n    Type: AWS::Serverless::Function\n    Properties: ${properties}\n`;
    await using workspace = await workspaceWith({ 'template.yaml': template, 'app.js': 'exports.handler = async () => 1;' });
    const { stdout, stderr } = await run(workspace.folder, ['profile', 'Linked', '--target', 'aws', '--yes', '--json']);
    expect(stderr).toContain(
      'Linked is deployed with other settings than its template states: memory 512 MB, not 256 MB; handler basic.empty, not app.handler.',
    );
    const { function: fn, current } = JSON.parse(stdout) as Record<string, object>;
    expect(fn).toMatchObject({ id: 'template.yaml#Linked', template: 'template.yaml' });
    expect(current).toMatchObject({ memory_mb: 512 });
    const invoked = await run(workspace.folder, ['invoke', 'template.yaml#Linked', '--target', 'aws']);
    expect(invoked.exitCode).toBe(0);
  });

  it('undoes what a killed study left', async () => {
    await aws.deploy('Left', { durationMs: speed });
    const before = await aws.state('Left');
    const folder = await temporaryFolder();
    const environment = { env: { ...process.env, AWS_ENDPOINT_URL: aws.url } };
    await reef(['profile', 'Left', '--target', 'aws', '--yes', '--workspace', folder], {
      ...environment,
      started: (child) =>
        aws.emulator.faults.push({
          action: 'PublishVersion',
          after: 1,
          times: 1,
          reply: null,
          meanwhile: () => child.kill('SIGKILL'),
        }),
    });
    expect(await aws.state('Left')).not.toBe(before);
    expect((await run(folder, ['runs'])).stderr).toMatch(/1 study on AWS is under way, or left changes behind/);
    const denial = failure(403, 'AccessDeniedException', 'User is not authorized to perform: lambda:DeleteAlias on resource: x');
    aws.emulator.faults.push({ action: 'DeleteAlias', times: 1, reply: denial });
    const failed = await run(folder, ['recover']);
    expect(failed).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('allow lambda:DeleteAlias') });
    // The journal knows where the study found AWS, whatever the environment says by now.
    const undone = await reef(['recover', '--json', '--workspace', folder]);
    expect(JSON.parse(undone.stdout)).toMatchObject([
      { state: 'undone', file: expect.stringContaining(join('.reef', 'aws-journal')) },
    ]);
    expect(await aws.state('Left')).toBe(before);
    expect(await run(folder, ['recover'])).toMatchObject({ exitCode: 0, stdout: 'There is nothing to undo.\n' });
  });
});
