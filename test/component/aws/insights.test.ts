import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../support/aws/request.ts';
import { skipped, useAws } from './support.ts';

const aws = useAws();

beforeEach(() => {
  if (skipped !== null) return;
  Object.assign(aws.emulator.settings.insights, { rows: 10_000, slowQueries: 0, status: 'Complete', bytesPerEvent: 1_000 });
});

async function call(name: string, times: number): Promise<void> {
  const client = new LambdaClient({ endpoint: aws.url });
  for (let i = 0; i < times; i++) await client.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from('{}') }));
  client.destroy();
}

async function imported(name: string, ...args: string[]) {
  const from = aws.emulator.actions.length;
  const result = await aws.reef(['logs', 'import', name, '--target', 'aws', '--insights', ...args]);
  return { ...result, actions: aws.emulator.actions.slice(from) };
}

describe.skipIf(skipped !== null)('an import by Logs Insights', () => {
  it('is made only when its cost was agreed to', async () => {
    await aws.deploy('Asked');
    await call('Asked', 2);
    const { exitCode, stderr, actions } = await imported('Asked');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^reef: Logs Insights would read about .* for 14 day\(s\) of \/aws\/lambda\/Asked, .* at most \$0\.0050, .* Give --yes to allow that\./,
    );
    expect(actions).not.toContain('StartQuery');
  });

  it.for(['Text', 'JSON'] as const)('gives the same calls as reading, and says what it cost: %s', async (logFormat) => {
    const name = `Queried${logFormat}`;
    await aws.deploy(name, { durationMs: (_size, nth) => 100 + nth, usedMb: 88, logFormat });
    await call(name, 6);
    aws.emulator.settings.insights.slowQueries = 2;
    const { exitCode, stdout, stderr, actions } = await imported(name, '--yes', '--json');
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('Logs Insights would read about');
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect(document).toMatchObject({ calls: 6, samples: 6, cold_rate: 1 / 6, without_report: 0, outcomes: { ok: 6 } });
    // Three events a call, a thousand bytes each.
    expect(document['insights']).toMatchObject({ scanned_bytes: 18_000, cost_usd: (18_000 * 0.005) / 2 ** 30, missing: [] });
    expect(actions).toContain('GetQueryResults');
    expect(actions).not.toContain('FilterLogEvents');
  });

  it('takes as many queries as its rows need', async () => {
    await aws.deploy('Many', { durationMs: () => 100 });
    for (let i = 0; i < 4; i++) {
      await call('Many', 2);
      // Queries are about whole seconds.
      await new Promise((resolve) => {
        setTimeout(resolve, 1_100);
      });
    }
    aws.emulator.settings.insights.rows = 10;
    const { stdout, stderr } = await imported('Many', '--yes', '--json');
    const { calls, insights } = JSON.parse(stdout) as { calls: number; insights: { queries: number; missing: string[] } };
    expect({ calls, missing: insights.missing }, stderr).toEqual({ calls: 8, missing: [] });
  });

  it('says what is missing: a second that is too full, a query that timed out', async () => {
    await aws.deploy('Full');
    await call('Full', 5);
    aws.emulator.settings.insights.rows = 3;
    const full = await imported('Full', '--yes');
    expect(full.stderr).toMatch(/Missing: .*: more lines in one second than a query gives \(3\): the others are left out/);
    Object.assign(aws.emulator.settings.insights, { rows: 10_000, status: 'Timeout' });
    expect((await imported('Full', '--yes')).stderr).toMatch(/Missing: .* the query ended as Timeout\./);
  });

  it('needs its permissions, and says which', async () => {
    await aws.deploy('Denied');
    await call('Denied', 1);
    const denial = failure(403, 'AccessDeniedException', 'User: u is not authorized to perform: logs:StartQuery on resource: g');
    aws.emulator.faults.push({ action: 'StartQuery', times: 1, reply: denial });
    const { exitCode, stderr } = await imported('Denied', '--yes');
    expect(stderr).toMatch(/aws may not do logs:StartQuery on \/aws\/lambda\/Denied: allow logs:StartQuery in the IAM policy/);
    expect(exitCode).toBe(1);
  });

  it.for([
    [['logs', 'import', 'x', '--target', 'aws', '--yes'], /--max-usd and --yes go with --insights/],
    [['logs', 'import', 'x', '--insights', '--function', 'f'], /--insights goes with --target aws/],
    [['logs', 'import', 'x', '--target', 'aws', '--function', 'f'], /Name the function once/],
    [['logs', 'import', '--target', 'aws'], /Name the function whose log is read/],
    [['logs', 'import', 'x', '--target', 'aws', '--architecture', 'arm64'], /--architecture goes with a file/],
    [['logs', 'import', 'x', '--target', 'aws', '--insights', '--max-usd', '0'], /--max-usd takes a number above 0/],
  ] as const)('is not mixed up with an import of another kind: %s', async ([args, said]) => {
    const { exitCode, stderr } = await aws.reef(args);
    expect(stderr).toMatch(said);
    expect(exitCode).toBe(2);
  });
});
