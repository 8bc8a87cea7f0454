import type { ChildProcess } from 'node:child_process';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Fault } from '../../support/aws/emulator.ts';
import { failure } from '../../support/aws/request.ts';
import { type CliResult, reef } from '../../support/cli.ts';
import { functionOf } from '../process/support.ts';
import { skipped, temporaryFolder, useAws } from './support.ts';

const aws = useAws();

beforeEach(() => {
  if (skipped !== null) return;
  Object.assign(aws.emulator.settings.liveTail, { everyMs: 50, endsAfter: null, eventsPerUpdate: 500 });
});

type Following = {
  out: () => string;
  said: () => string;
  /** Waits until the output makes this true; the test's own time limit ends it otherwise. */
  until: (isTrue: () => boolean) => Promise<void>;
  ended: Promise<CliResult>;
  interrupt: () => Promise<CliResult>;
};

async function following(name: string, ...args: string[]): Promise<Following> {
  const folder = await temporaryFolder();
  let child: ChildProcess | undefined;
  let [out, said] = ['', ''];
  let listeners: (() => void)[] = [];
  const ended = reef(['logs', 'follow', name, '--workspace', folder, ...args], {
    env: { ...process.env, AWS_ENDPOINT_URL: aws.url },
    started: (started) => {
      child = started;
      started.stdout?.on('data', (text: string) => (out += text) && listeners.forEach((look) => look()));
      started.stderr?.on('data', (text: string) => (said += text) && listeners.forEach((look) => look()));
    },
  });
  void ended.then(() => listeners.forEach((look) => look()));
  onTestFinished(() => void child?.kill('SIGKILL'));
  return {
    out: () => out,
    said: () => said,
    until: (isTrue) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!isTrue()) return;
          listeners = listeners.filter((other) => other !== look);
          resolve();
        };
        listeners.push(look);
        look();
      }),
    ended,
    async interrupt() {
      child?.kill('SIGINT');
      return ended;
    },
  };
}

async function call(name: string): Promise<string> {
  const client = new LambdaClient({ endpoint: aws.url });
  const { $metadata } = await client.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from('{}') }));
  client.destroy();
  return $metadata.requestId ?? '';
}

const count = (text: string, part: string): number => text.split(part).length - 1;
const reports = (text: string): number => count(text, 'REPORT RequestId: ');
const denied: Fault = {
  action: 'StartLiveTail',
  times: 1_000,
  reply: failure(403, 'AccessDeniedException', 'User: u is not authorized to perform: logs:StartLiveTail on resource: g'),
};

describe.skipIf(skipped !== null)('the log of a deployed function, as it grows', () => {
  it('comes by Live Tail, with what was there before, each line once', async () => {
    await aws.deploy('Live', { function: functionOf('node', 'output.js', 'lines') });
    const before = await call('Live');
    const log = await following('Live');
    await log.until(() => log.out().includes(`REPORT RequestId: ${before}`));
    expect(log.said()).toBe(
      'reef: Live: Live Tail costs $0.01 a minute, after 1,800 free minutes a month; polling costs nothing\n',
    );
    const ids = [await call('Live'), await call('Live')];
    await log.until(() => reports(log.out()) === 3);
    expect(count(log.out(), 'first ✓')).toBe(3);
    for (const id of [before, ...ids]) expect(count(log.out(), `START RequestId: ${id}`)).toBe(1);
    expect(log.out()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [0-9a-f]{8} START RequestId: /m);
    expect(await log.interrupt()).toMatchObject({ exitCode: 0 });
    expect(aws.emulator.actions).toContain('StartLiveTail');
  });

  it('is polled where Live Tail is not allowed, and says which action is missing', async () => {
    await aws.deploy('Polled');
    aws.emulator.faults.push({ ...denied });
    const log = await following('Polled', '--json');
    await log.until(() => log.said() !== '');
    expect(log.said()).toMatch(
      /^reef: Polling every few seconds: aws may not do logs:StartLiveTail on arn:aws:logs:.*: allow logs:StartLiveTail in/,
    );
    // The log group is made by the first call.
    const ids = [await call('Polled'), await call('Polled')];
    await log.until(() => reports(log.out()) === 2);
    const lines = log
      .out()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(lines.map(({ message = '' }) => message.split(' ')[0])).toEqual(['START', 'END', 'REPORT', 'START', 'END', 'REPORT']);
    expect(lines[3]).toEqual({
      at: expect.stringMatching(/Z$/),
      stream: expect.stringContaining('[$LATEST]'),
      message: expect.stringContaining(ids[1] ?? ''),
    });
    expect(await log.interrupt()).toMatchObject({ exitCode: 0 });
  });

  it('is polled when that is wished, at no cost', async () => {
    await aws.deploy('Wished');
    const from = aws.emulator.actions.length;
    const log = await following('Wished', '--poll');
    await call('Wished');
    await log.until(() => reports(log.out()) === 1);
    expect(aws.emulator.actions.slice(from)).not.toContain('StartLiveTail');
    await log.interrupt();
  });

  it.for(['timeout', 'failure', 'cut'] as const)('goes on after a session that ended: %s', async (how) => {
    const name = `Ends${how}`;
    await aws.deploy(name);
    await call(name);
    aws.emulator.settings.liveTail.endsAfter = { updates: 12, how };
    const log = await following(name);
    await log.until(() => reports(log.out()) === 1);
    const sessions = (): number => count(aws.emulator.actions.join(' '), 'StartLiveTail');
    const from = sessions();
    for (let calls = 2; calls <= 6; calls++) {
      await call(name);
      await log.until(() => reports(log.out()) === calls);
    }
    await log.until(() => log.said().includes('session'));
    await call(name);
    await log.until(() => reports(log.out()) === 7);
    expect(sessions()).toBeGreaterThanOrEqual(from);
    expect(log.said()).toMatch(how === 'timeout' ? /The live session is over: another one begins/ : /The live session broke: /);
    expect(await log.interrupt()).toMatchObject({ exitCode: 0 });
    expect(reports(log.out())).toBe(7);
  });

  it('tells when a live session leaves lines out', async () => {
    await aws.deploy('Sampled');
    await call('Sampled');
    aws.emulator.settings.liveTail.eventsPerUpdate = 1;
    const log = await following('Sampled');
    await log.until(() => reports(log.out()) === 1);
    await call('Sampled');
    await log.until(() => log.said().includes('some are missing'));
    expect(await log.interrupt()).toMatchObject({ exitCode: 0 });
  });

  it('is asked for more slowly while the service throttles, and ends when the credentials have expired', async () => {
    await aws.deploy('Refused');
    aws.emulator.faults.push(
      { ...denied },
      // The SDK itself tries three times.
      { action: 'FilterLogEvents', times: 3, reply: failure(400, 'ThrottlingException', 'Rate exceeded') },
    );
    const log = await following('Refused');
    await log.until(() => log.said().includes('throttled'));
    expect(log.said()).toMatch(
      /AWS throttled logs:FilterLogEvents on \/aws\/lambda\/Refused and went on doing so.* Next try in 4\.00 s\./,
    );
    await call('Refused');
    await log.until(() => reports(log.out()) === 1);
    const expired = failure(400, 'ExpiredTokenException', 'The security token included in the request is expired');
    aws.emulator.faults.push({ action: 'FilterLogEvents', times: 1, reply: expired });
    await log.until(() => log.said().includes('expired'));
    expect(await log.ended).toMatchObject({ exitCode: 1 });
    expect(log.said()).toMatch(/reef: The credentials of aws have expired: sign in again with aws sso login/);
  });

  it('is of a function that is there, on a target that keeps logs', async () => {
    const run = (...args: string[]) => reef(['logs', 'follow', ...args], { env: { ...process.env, AWS_ENDPOINT_URL: aws.url } });
    expect((await run('Nobody', '--target', 'aws')).stderr).toMatch(/There is no function "Nobody" in aws/);
    const folder = await temporaryFolder();
    const local = await run('Nobody', '--target', 'replay:none.csv', '--workspace', folder);
    expect(local.exitCode).toBe(1);
    expect(await run()).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Name the function whose log is followed'),
    });
    expect(await run('x', '--since', 'yesterday')).toMatchObject({ exitCode: 2 });
  });
});
