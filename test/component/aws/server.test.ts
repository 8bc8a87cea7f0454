import { CreateAliasCommand, InvokeCommand, LambdaClient, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FollowedParams, ImportedLogs } from '../../../src/protocol/logs.ts';
import type { InvokeResult } from '../../../src/protocol/requests.ts';
import type { RunSummary } from '../../../src/protocol/runs.ts';
import { type Client, connect, settings } from '../server/client.ts';
import { temporaryWorkspace } from '../server/temporary-workspace.ts';
import { functionOf } from '../process/support.ts';
import { skipped, useAws } from './support.ts';

const aws = useAws();
const place = 'aws:/us-east-1';

async function connected(more: Partial<typeof settings> = {}): Promise<{ client: Client; folder: string }> {
  const workspace = await temporaryWorkspace({});
  onTestFinished(() => workspace[Symbol.asyncDispose]());
  const client = await connect({ folders: [workspace.uri], settings: { ...settings, awsEndpoint: aws.url, ...more } });
  onTestFinished(() => client[Symbol.asyncDispose]());
  return { client, folder: workspace.uri };
}

async function call(name: string): Promise<void> {
  const lambda = new LambdaClient({ endpoint: aws.url });
  await lambda.send(new InvokeCommand({ FunctionName: name }));
  lambda.destroy();
}

describe.skipIf(skipped !== null)('a client of the server', () => {
  it('lists aliases and versions, and runs one of them', async () => {
    await aws.deploy('Named', { usedMb: 90 });
    await aws.lambda().send(new PublishVersionCommand({ FunctionName: 'Named', Description: 'first' }));
    await aws.lambda().send(new CreateAliasCommand({ FunctionName: 'Named', Name: 'live', FunctionVersion: '1' }));
    const { client, folder } = await connected();
    const params = { folder, functionId: 'Named', target: place };
    expect(await client.request('reef/deployedVersions', params)).toMatchObject({
      aliases: [{ name: 'live', version: '1', shares: {} }],
      versions: [{ version: '1', description: 'first', memoryMb: 512, isLatest: true }],
    });
    const result = await client.request<InvokeResult>('reef/invoke', { ...params, event: { text: '{}' }, qualifier: 'live' });
    expect(result).toMatchObject({ report: { version: '1', memoryMb: 512 }, costUsd: expect.any(Number) });
    const { runs } = await client.request<{ runs: RunSummary[] }>('reef/runs', { folder, limit: 5 });
    expect(runs[0]?.settings).toMatchObject({ qualifier: 'live' });
  });

  it('follows a log until it cancels, and hears what it brings under its token', async () => {
    await aws.deploy('Followed', { function: functionOf('node', 'output.js', 'lines') });
    const { client, folder } = await connected();
    const heard: FollowedParams[] = [];
    const lines = (): string[] =>
      heard.flatMap(({ followed }) => (followed.kind === 'lines' ? followed.lines.map(({ text }) => text) : []));
    const told = new Promise<void>((resolve) => {
      client.connection.onNotification('reef/log', (params: unknown) => {
        heard.push(FollowedParams.parse(params));
        if (lines().some((line) => line.startsWith('REPORT'))) resolve();
      });
    });
    await call('Followed');
    const stop = new CancellationTokenSource();
    const params = { folder, functionId: 'Followed', target: place, sinceMs: 600_000, poll: false, workDoneToken: 'mine' };
    const following = client.connection.sendRequest('reef/followLogs', params, stop.token);
    const ended = following.then(
      () => null,
      (error: unknown) => error,
    );
    await told;
    stop.cancel();
    expect(await ended).toBeNull();
    expect(heard.every(({ token }) => token === 'mine')).toBe(true);
    expect(heard[0]?.followed).toMatchObject({ kind: 'way', way: 'live' });
    expect(lines()).toContain('first ✓');
  });

  it('imports logs with progress, and opens the log of a call', async () => {
    await aws.deploy('Imported', { durationMs: () => 100, usedMb: 80 });
    for (let i = 0; i < 3; i++) await call('Imported');
    const { client, folder } = await connected();
    const params = { folder, functionId: 'Imported', target: place, days: 1, workDoneToken: 'import' };
    const imported = ImportedLogs.parse(await client.request('reef/importLogs', params));
    expect(imported).toMatchObject({ functionName: 'Imported', calls: 3, kept: 3, unparsed: 0 });
    expect(imported.sizes).toEqual([{ memoryMb: 512, calls: 3, p50Ms: 100, p95Ms: 100 }]);
    const messages = client.progress.filter(({ token }) => token === 'import').map(({ value }) => value['message']);
    expect(messages).toContain('9 lines read');
    const { runs } = await client.request<{ runs: RunSummary[] }>('reef/runs', { folder, limit: 5 });
    const runId = runs[0]?.id ?? '';
    const listed = await client.request<{ calls: unknown[] }>('reef/calls', { folder, runId });
    expect(listed).toMatchObject({ functionName: 'Imported', calls: [{ number: 1, cold: true }, { number: 2 }, { number: 3 }] });
    const log = await client.request<{ text: string }>('reef/callLog', { folder, call: { runId, number: 2 } });
    expect(log).toMatchObject({ functionName: 'Imported', runId, number: 2 });
    expect(log.text).toMatch(/^# Imported on aws:\/us-east-1: call .*\/2 of/);
    expect(log.text.match(/REPORT RequestId/g)).toHaveLength(1);
    await expect(client.request('reef/callLog', { folder, call: { sampleId: 999 } })).rejects.toMatchObject({
      data: { code: 'no-such-run' },
    });
  });

  it('asks no cloud in a workspace that is not trusted', async () => {
    await aws.deploy('Untrusted');
    const { client, folder } = await connected({ trusted: false });
    const from = aws.emulator.actions.length;
    const params = { folder, functionId: 'Untrusted', target: place };
    const asked: [string, object][] = [
      ['reef/deployedVersions', params],
      ['reef/followLogs', { ...params, sinceMs: 1, poll: true }],
      ['reef/importLogs', { ...params, days: 1 }],
      ['reef/callLog', { folder, call: { runId: 'x', number: 1 } }],
    ];
    for (const [method, sent] of asked) {
      await expect(client.request(method, sent), method).rejects.toMatchObject({ data: { code: 'not-trusted' } });
    }
    expect(aws.emulator.actions.length).toBe(from);
  });
});
