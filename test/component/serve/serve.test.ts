import { type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLogs } from '../../../src/engine/exchange/logs/read-logs.ts';
import { reef, workspaceWith } from '../../support/cli.ts';
import { type Served, served, templateOf } from './support.ts';

const template = templateOf({ Echo: 20, Throws: 20, Waits: 20, Slow: 1, Exits: 20, Flaky: 20 });
const app = `
const fs = require('node:fs');
exports.echo = async (event) => { console.log('hello'); return event; };
exports.throws = async () => { throw new RangeError('too far'); };
exports.waits = ({ ms }) => new Promise((resolve) => setTimeout(() => resolve(process.pid), ms));
exports.slow = () => new Promise(() => setTimeout(() => {}, 60_000));
exports.exits = async () => process.exit(3);
exports.flaky = async ({ file, failures }) => {
  fs.appendFileSync(file, 'x');
  if (fs.readFileSync(file, 'utf8').length <= failures) throw new Error('not yet');
};
`;

let here: Served;

beforeAll(async () => {
  here = await served({ 'template.yaml': template, 'app.js': app }, { retryDelaysMs: [20, 40] });
});
afterAll(() => here[Symbol.asyncDispose]());

async function invoke(name: string, event: unknown, more: object = {}) {
  const output = await here.lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)), ...more }),
  );
  const text = Buffer.from(output.Payload ?? []).toString();
  return { ...output, text, tail: Buffer.from(output.LogResult ?? '', 'base64').toString() };
}

describe("Lambda's Invoke API on this machine", () => {
  it('answers the SDK of AWS as Lambda does, with the tail of the log', async () => {
    const first = await invoke('Echo', { n: [1, 'ü'] }, { LogType: 'Tail' });
    expect(first).toMatchObject({ StatusCode: 200, text: '{"n":[1,"ü"]}', ExecutedVersion: '$LATEST' });
    expect(first.FunctionError).toBeUndefined();
    expect(first.tail).toMatch(/^START RequestId: \S+ Version: \$LATEST\n(.*\n)*.*hello\n(.*\n)*END RequestId/);
    const [call] = readLogs(first.tail).calls;
    expect(call).toMatchObject({ requestId: first.$metadata.requestId, outcome: 'ok', cold: true, memoryMb: 256 });
    const second = await invoke('arn:aws:lambda:us-east-1:012345678912:function:Echo', {}, { LogType: 'Tail' });
    expect(readLogs(second.tail).calls).toMatchObject([{ cold: false, initMs: null }]);
  });

  it('gives errors of a function as function errors', async () => {
    const thrown = await invoke('Throws', {});
    expect(thrown).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(thrown.text)).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far', trace: expect.any(Array) });
    const late = await invoke('Slow', {}, { LogType: 'Tail' });
    expect(JSON.parse(late.text)).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
    });
    expect(readLogs(late.tail).calls).toMatchObject([{ outcome: 'timeout' }]);
    const dead = await invoke('Exits', {});
    expect(JSON.parse(dead.text)).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('exit status 3'),
    });
    expect((await invoke('Echo', 1)).text).toBe('1');
  });

  it('refuses what Lambda refuses', async () => {
    await expect(invoke('Nobody', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(invoke('Echo', {}, { Qualifier: '7' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(invoke('Echo', {}, { Payload: Buffer.from('{') })).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
    await expect(invoke('Echo', 'x'.repeat(7 * 2 ** 20))).rejects.toMatchObject({ name: 'RequestTooLargeException' });
    expect(await invoke('Echo', {}, { InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204 });
  });

  it('runs calls at the same time in sandboxes of their own, and throttles beyond the limit', async () => {
    const calls = await Promise.all([1, 2, 3].map(() => invoke('Waits', { ms: 700 })));
    expect(new Set(calls.map(({ text }) => text)).size).toBe(3);
    const four = await Promise.allSettled([1, 2, 3, 4].map(() => invoke('Waits', { ms: 700 })));
    const refused = four.filter((result) => result.status === 'rejected').map(({ reason }) => (reason as Error).name);
    expect(refused).toEqual(['TooManyRequestsException']);
  });

  it('takes asynchronous events, and tries them three times', async () => {
    const counted = async (name: string, failures: number): Promise<string> => {
      const file = `${here.folder}/${name}`;
      const { StatusCode, text } = await invoke('Flaky', { file, failures }, { InvocationType: 'Event' });
      expect({ StatusCode, text }).toEqual({ StatusCode: 202, text: '' });
      return file;
    };
    const { readFileSync, existsSync } = await import('node:fs');
    const recovering = await counted('recovers', 2);
    const hopeless = await counted('hopeless', 9);
    const attempts = (file: string): number => (existsSync(file) ? readFileSync(file, 'utf8').length : 0);
    while (attempts(recovering) < 3 || !here.said.some((line) => line.includes('given up'))) await sleep(20);
    expect([attempts(recovering), attempts(hopeless)]).toEqual([3, 3]);
    expect(here.said.find((line) => line.includes('given up'))).toBe(
      'Flaky failed 3 times with an asynchronous event, which is given up: Error: not yet',
    );
  });

  it('refuses web pages', async () => {
    const url = `${here.url}/2015-03-31/functions/Echo/invocations`;
    const page = await fetch(url, { method: 'POST', body: '{}', headers: { origin: 'https://example.org' } });
    expect(page.status).toBe(403);
  });

  it('keeps every attempt as a sample, in a run for each function', async () => {
    const echo = here.engine
      .store()
      .runs(20)
      .filter(({ functionName }) => functionName === 'Echo');
    expect(echo).toMatchObject([{ status: 'running', target: 'process' }]);
    expect(
      here.engine
        .store()
        .samples(echo[0]?.id ?? '')
        .every(({ eventName }) => eventName === null),
    ).toBe(true);
    expect(here.engine.store().samples(echo[0]?.id ?? '')).toHaveLength(3);
  });

  it('is a command that ends when it is interrupted, and ends its runs', async () => {
    await using other = await workspaceWith({ 'template.yaml': template, 'app.js': app });
    let child: ChildProcess | undefined;
    const ending = reef(['serve', '--workspace', other.folder, '--port', '0'], { started: (started) => void (child = started) });
    const url = await new Promise<string>((resolve) => {
      child?.stdout?.on('data', (text: string) => resolve(/http:\S+\d/.exec(text)?.[0] ?? ''));
    });
    const answer = await fetch(`${url}/2015-03-31/functions/Echo/invocations`, { method: 'POST', body: '"hi"' });
    expect(await answer.text()).toBe('"hi"');
    child?.kill('SIGTERM');
    expect(await ending).toMatchObject({ exitCode: 0 });
    const { stdout } = await reef(['runs', '--workspace', other.folder, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ runs: [{ function: 'Echo', status: 'done', samples: 1 }] });
  });
});
