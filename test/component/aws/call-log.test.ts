import { DeleteLogGroupCommand, CloudWatchLogsClient, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { reef, workspaceWith } from '../../support/cli.ts';
import { failure } from '../../support/aws/request.ts';
import { functionOf } from '../process/support.ts';
import { skipped, temporaryFolder, useAws } from './support.ts';

const aws = useAws();

type Shown = { lines: { at: string; stream: string; message: string }[]; incomplete: string | null; request_id: string };

async function shown(folder: string, call: string): Promise<Shown> {
  const { stdout, stderr, exitCode } = await aws.reef(['logs', 'show', call, '--json'], folder);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Shown;
}

describe.skipIf(skipped !== null)('what one call logged', () => {
  it.for(['Text', 'JSON'] as const)('is found by its request, with the lines that do not name it: %s', async (logFormat) => {
    const name = `Printing${logFormat}`;
    await aws.deploy(name, { function: functionOf('node', 'output.js', 'lines'), logFormat });
    const folder = await temporaryFolder();
    for (let i = 0; i < 3; i++) await aws.reef(['invoke', name, '--target', 'aws'], folder);
    const { stdout } = await aws.reef(['runs', '--json'], folder);
    const [last, middle] = (JSON.parse(stdout) as { runs: { id: string }[] }).runs;
    const { lines, incomplete, request_id } = await shown(folder, `${middle?.id}/1`);
    expect(incomplete).toBeNull();
    const text = lines.map(({ message }) => message).join('\n');
    expect(text.match(/first ✓/g)).toHaveLength(1);
    const reports = text.match(/REPORT RequestId: \S+|"type":"platform.report","record":{"requestId":"[^"]+/g);
    expect(reports).toEqual([expect.stringContaining(request_id)]);
    expect((await shown(folder, 'last')).request_id).toBe((await shown(folder, last?.id ?? '')).request_id);
    const plain = await aws.reef(['logs', 'show', 'last'], folder);
    expect(plain.stdout).toMatch(
      new RegExp(`^# ${name} on aws: call \\S+/1 of .*\n# ok, warm, 512 MB, .*\n# Request \\S+\n\n20`),
    );
  });

  it('is found whatever the clocks say, and when the tail of its log had no report', async () => {
    for (const clockSkewMs of [-600_000, 600_000]) {
      const name = `Skewed${clockSkewMs > 0 ? 'Ahead' : 'Behind'}`;
      await aws.deploy(name, { durationMs: () => 77, usedMb: 91 });
      Object.assign(aws.emulator.settings, { truncateTails: true, clockSkewMs });
      const folder = await temporaryFolder();
      const { stdout } = await aws.reef(['invoke', name, '--target', 'aws', '--json'], folder);
      expect(JSON.parse(stdout)).toMatchObject({ duration_ms: 77, report: { billed_ms: 197, version: '$LATEST' } });
      expect(await shown(folder, 'last')).toMatchObject({ incomplete: null, lines: { length: 3 } });
    }
  });

  it('is asked for without looking at the events of the function', async () => {
    await aws.deploy('Eventful');
    const properties = '{ Runtime: nodejs22.x, Handler: app.handler }';
    const template = `Transform: AWS::Serverless-2016-10-31\nResources:\n  Eventful:\n    Type: AWS::Serverless::Function\n    Properties: ${properties}\n`;
    const files = { 'template.yaml': template, 'app.js': 'exports.handler = async () => 1;', 'events/Eventful/broken.json': '{' };
    await using workspace = await workspaceWith(files);
    await aws.reef(['invoke', 'Eventful', '--target', 'aws', '--payload', '{}'], workspace.folder);
    expect((await aws.reef(['logs', 'import', 'Eventful', '--target', 'aws'], workspace.folder)).stderr).not.toContain(
      'broken.json',
    );
    expect((await aws.reef(['logs', 'show', 'last'], workspace.folder)).exitCode).toBe(0);
  });

  it('of a study is one of many', async () => {
    await aws.deploy('Sized', { durationMs: (memoryMb) => 30 + 200 / Math.min(1, memoryMb / 1769), usedMb: 70 });
    const folder = await temporaryFolder();
    await aws.reef(['profile', 'Sized', '--target', 'aws', '--yes'], folder);
    const list = await aws.reef(['logs', 'show', 'last', '--json'], folder);
    const { run_id, calls } = JSON.parse(list.stdout) as { run_id: string; calls: { memory_mb: number; request_id: string }[] };
    expect(calls.length).toBeGreaterThan(5);
    const { lines, incomplete } = await shown(folder, `${run_id}/4`);
    expect(incomplete).toBeNull();
    expect(lines.at(-1)?.message).toContain(`REPORT RequestId: ${calls[3]?.request_id}`);
    expect(lines.at(-1)?.message).toContain(`Memory Size: ${calls[3]?.memory_mb} MB`);
    expect((await aws.reef(['logs', 'show', 'last'], folder)).stdout).toContain(`│ ${run_id}/4 `);
    const none = await aws.reef(['logs', 'show', `${run_id}/999`], folder);
    expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`name one from ${run_id}/1 to ${run_id}/`) });
  });

  it('that was imported is found where it came from', async () => {
    await aws.deploy('Came');
    const folder = await temporaryFolder();
    const first = await aws.reef(['invoke', 'Came', '--target', 'aws:/us-east-1', '--json'], folder);
    const imported = await aws.reef(['logs', 'import', 'Came', '--target', 'aws']);
    expect(imported.exitCode).toBe(0);
    const other = await temporaryFolder();
    await aws.reef(['logs', 'import', 'Came', '--target', 'aws:/us-east-1'], other);
    const { request_id, lines } = await shown(other, 'last');
    expect(JSON.parse(first.stdout)).toMatchObject({ report: { request_id } });
    expect(lines).toHaveLength(3);
  });

  it('is said to be gone, or never there, with the reason that is known', async () => {
    await aws.deploy('Gone');
    const folder = await temporaryFolder();
    await aws.reef(['invoke', 'Gone', '--target', 'aws'], folder);
    const logs = new CloudWatchLogsClient({ endpoint: aws.url });
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: '/aws/lambda/Gone', retentionInDays: 7 }));
    const { request_id } = await shown(folder, 'last');
    // A call of three weeks ago, as a log that was imported from a file would have it.
    const at = new Date(Date.now() - 21 * 86_400_000).toISOString();
    const line = `${at} REPORT RequestId: ${request_id.replace(/^..../, '0000')}\tDuration: 5 ms\tMemory Size: 512 MB`;
    const input = { input: `${line}\n`, env: { ...process.env, AWS_ENDPOINT_URL: aws.url } };
    await reef(['logs', 'import', '-', '--function', 'Gone', '--workspace', folder], input);
    const asked = await aws.reef(['logs', 'show', 'last'], folder);
    expect(asked.stdout).toContain(
      'This call was read from a file, whose lines are not kept: name where its function is deployed',
    );
    const gone = await aws.reef(['logs', 'show', 'last', '--target', 'aws'], folder);
    expect(gone.stdout).toContain(
      'The lines of this call are gone: /aws/lambda/Gone keeps 7 day(s), and the call was 21 days ago.',
    );
    const denial = failure(
      403,
      'AccessDeniedException',
      'User: u is not authorized to perform: logs:DescribeLogGroups on resource: g',
    );
    aws.emulator.faults.push({ action: 'DescribeLogGroups', times: 1, reply: denial });
    expect((await aws.reef(['logs', 'show', 'last', '--target', 'aws'], folder)).stdout).toContain(
      'CloudWatch has no line of this call in',
    );
    await logs.send(new DeleteLogGroupCommand({ logGroupName: '/aws/lambda/Gone' }));
    logs.destroy();
    expect((await aws.reef(['logs', 'show', 'last', '--target', 'aws'], folder)).stdout).toContain(
      'There is no log group /aws/lambda/Gone',
    );
  });

  it('on this machine is not kept; what is known of the call is shown', async () => {
    const properties = '{ Runtime: nodejs22.x, Handler: app.handler, MemorySize: 256, Timeout: 20 }';
    const template = `Transform: AWS::Serverless-2016-10-31\nResources:\n  Here:\n    Type: AWS::Serverless::Function\n    Properties: ${properties}\n`;
    const app = 'exports.handler = async () => { throw new RangeError("too far"); };';
    await using workspace = await workspaceWith({ 'template.yaml': template, 'app.js': app });
    await aws.reef(['invoke', 'Here'], workspace.folder);
    const { exitCode, stdout } = await aws.reef(['logs', 'show', 'last'], workspace.folder);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('# What Here printed on process is not kept: run it again to see it.');
    expect(stdout).toMatch(/\nRangeError: too far\n/);
  });

  it.for([
    [['logs'], 2, /reef logs takes: follow FUNCTION, show RUN/],
    [['logs', 'tail'], 2, /reef logs takes: follow FUNCTION, show RUN/],
    [['logs', 'show'], 2, /Name the run and the call/],
    [['logs', 'show', 'last'], 1, /Nothing was measured yet/],
    [['logs', 'show', 'x/y'], 2, /A call is named as RUN\/NUMBER/],
    [['logs', 'show', 'nope/1'], 1, /There is no run "nope"/],
  ] as const)('cannot be asked for in every way: %s', async ([args, code, said]) => {
    const { exitCode, stderr } = await aws.reef(args);
    expect(stderr).toMatch(said);
    expect(exitCode).toBe(code);
  });
});
