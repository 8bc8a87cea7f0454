import { InvokeCommand, LambdaClient, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { failure } from '../../support/aws/request.ts';
import { reef } from '../../support/cli.ts';
import { functionOf } from '../process/support.ts';
import { skipped, temporaryFolder, useAws } from './support.ts';

const aws = useAws();

async function call(name: string, times: number): Promise<void> {
  const client = new LambdaClient({ endpoint: aws.url });
  for (let i = 0; i < times; i++) await client.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from('{}') }));
  client.destroy();
}

async function run(folder: string, args: string[]) {
  return reef([...args, '--workspace', folder, '--json'], { env: { ...process.env, AWS_ENDPOINT_URL: aws.url } });
}

describe.skipIf(skipped !== null)('the logs of CloudWatch', () => {
  it.for(['Text', 'JSON'] as const)('become samples, page by page, once each: %s', async (logFormat) => {
    const name = `Logged${logFormat}`;
    await aws.deploy(name, { durationMs: (_size, nth) => 100 + nth, usedMb: 88, logFormat });
    aws.emulator.settings.eventsPerPage = 7;
    await call(name, 12);
    const folder = await temporaryFolder();
    const first = await run(folder, ['import', 'logs', '--target', 'aws', '--function', name]);
    expect(first).toMatchObject({ exitCode: 0 });
    const document = JSON.parse(first.stdout) as Record<string, unknown>;
    expect(document).toMatchObject({ calls: 12, samples: 12, without_report: 0, outcomes: { ok: 12 } });
    expect(document['cold_rate']).toBeCloseTo(1 / 12);
    expect(document['sizes']).toMatchObject([
      { memory_mb: 512, calls: 12, warm: 11, init_ms: 120, max_memory_mb: 88, mean_ms: 107 },
    ]);
    await call(name, 1);
    const second = JSON.parse((await run(folder, ['import', 'logs', '--target', 'aws', '--function', name])).stdout) as unknown;
    expect(second).toMatchObject({ calls: 13, samples: 1, already_stored: 12 });
    aws.emulator.settings.eventsPerPage = 10_000;
  });

  it('tell calls that failed', async () => {
    await aws.deploy('Failing', { function: functionOf('node', 'faults.js', 'throws'), usedMb: 70 });
    await call('Failing', 2);
    const { stdout } = await run(await temporaryFolder(), ['import', 'logs', '--target', 'aws', '--function', 'Failing']);
    expect(JSON.parse(stdout)).toMatchObject({ calls: 2, outcomes: { error: 2 } });
  });

  it('spare a study calls', async () => {
    const durationMs = (memoryMb: number): number => 20 + 400 / Math.min(1, memoryMb / 1769);
    await aws.deploy('Spared', { durationMs, usedMb: 88 });
    await call('Spared', 20);
    const folder = await temporaryFolder();
    expect(await run(folder, ['import', 'logs', '--target', 'aws', '--function', 'Spared'])).toMatchObject({ exitCode: 0 });
    const { stdout } = await run(folder, ['profile', 'Spared', '--target', 'aws', '--yes']);
    expect(JSON.parse(stdout)).toMatchObject({ free_samples: 20, current: { memory_mb: 512 } });
  });

  it('spare a study calls without being asked for, until the code is another one', async () => {
    const durationMs = (memoryMb: number): number => 20 + 400 / Math.min(1, memoryMb / 1769);
    await aws.deploy('Known', { durationMs, usedMb: 88 });
    await call('Known', 20);
    const folder = await temporaryFolder();
    const plan = async (): Promise<unknown> =>
      JSON.parse((await run(folder, ['profile', 'Known', '--target', 'aws', '--plan'])).stdout);
    expect(await plan()).toMatchObject({ free_samples: 20 });
    await call('Known', 1);
    expect(await plan()).toMatchObject({ free_samples: 21 });
    const denied = failure(403, 'AccessDeniedException', 'not authorized to perform: logs:FilterLogEvents');
    aws.emulator.faults.push({ action: 'FilterLogEvents', times: 1, reply: denied });
    expect(await plan()).toMatchObject({ free_samples: 21 });
    const update = { FunctionName: 'Known', ZipFile: Buffer.from(`504b0506${'00'.repeat(16)}010020`, 'hex') };
    await aws.lambda().send(new UpdateFunctionCodeCommand(update));
    expect(await plan()).toMatchObject({ free_samples: 0 });
  });

  it('of a function that never ran say so', async () => {
    await aws.deploy('Silent');
    const { exitCode, stderr } = await run(await temporaryFolder(), [
      'import',
      'logs',
      '--target',
      'aws',
      '--function',
      'Silent',
      '--days',
      '2',
    ]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/There is no REPORT line of AWS Lambda in the last 2 day\(s\) of the log of Silent/);
    const process = await run(await temporaryFolder(), ['import', 'logs', '--target', 'replay:x.csv', '--function', 'Silent']);
    expect(process.exitCode).toBe(1);
  });
});
