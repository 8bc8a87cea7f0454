import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FunctionsResult, InvokeResult, ProfileResult, SavingsResult } from '../../../src/protocol/requests.ts';
import type { StudyPlan } from '../../../src/protocol/sizing.ts';
import type { RunSummary } from '../../../src/protocol/runs.ts';
import { type Client, connect, settings } from './client.ts';
import { longTwinId, samFiles, waiterId } from './fixtures.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from './temporary-workspace.ts';

const invocation = (folder: string, functionId: string) => ({ folder, functionId, target: 'process', event: null });

describe('requests', () => {
  let workspace: TemporaryWorkspace;
  let client: Client;
  beforeAll(async () => {
    workspace = await temporaryWorkspace(samFiles);
    client = await connect({ folders: [workspace.uri] });
  });
  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await workspace[Symbol.asyncDispose]();
  });

  const runs = async (): Promise<RunSummary[]> =>
    (await client.request<{ runs: RunSummary[] }>('reef/runs', { folder: workspace.uri, limit: 10 })).runs;

  test('functions are listed once the folder is searched', async () => {
    const { functions, diagnostics, storeError } = await client.request<FunctionsResult>('reef/functions', {
      folder: workspace.uri,
    });
    expect(functions.map(({ function: { name } }) => name).toSorted()).toEqual(['LongTwin', 'ShortTwin', 'Waiter']);
    expect(diagnostics).toEqual([]);
    expect(storeError).toBeNull();
  });

  test('without a measurement nothing is ranked, and every function is named', async () => {
    const { savings, unmeasured } = await client.request<SavingsResult>('reef/savings', { folder: workspace.uri });
    expect(savings).toEqual([]);
    expect(unmeasured.map(({ functionName }) => functionName).toSorted()).toEqual(['LongTwin', 'ShortTwin', 'Waiter']);
  });

  test('a plan tells what a profile is expected to take, and makes no call', async () => {
    const plan = await client.request<StudyPlan>('reef/plan', invocation(workspace.uri, waiterId));
    expect(plan).toMatchObject({ target: 'process', billed: false, freeSamples: 0 });
    expect(plan.calls).toBeGreaterThan(0);
    expect(plan.sentence).not.toBe('');
  });

  test('there are no runs before the first', async () => {
    expect(await runs()).toEqual([]);
  });

  test('a plan is told without a run', async () => {
    const params = { folder: workspace.uri, functionId: waiterId, target: 'process', event: null };
    const plan = await client.request<StudyPlan>('reef/plan', params);
    expect(plan).toMatchObject({ target: 'process', billed: false, costUsd: 0, caps: { costUsd: 1 } });
    expect(plan.calls).toBeGreaterThanOrEqual(6);
    expect(await runs()).toEqual([]);
  });

  test('a function runs, its output is sent while it does, and the run is kept', async () => {
    const params = { ...invocation(workspace.uri, waiterId), event: { text: '{"ms":7}' } };
    const result = await client.request<InvokeResult>('reef/invoke', params);
    expect(result.response).toBe('{"waited":7}');
    expect(result.measurement).toMatchObject({ outcome: 'ok', cold: true });
    await client.until(() => client.output.some(({ text }) => text === 'waiting'));
    expect(client.output[0]).toMatchObject({ functionName: 'Waiter', stream: 'stdout' });
    expect(await runs()).toMatchObject([{ id: result.runId, study: 'invoke', status: 'done', samples: 1, hasReport: false }]);
    await client.until(() => client.changes.some(({ what }) => what === 'runs'));
  });

  test('a request that is cancelled stops the function, and the run says so', async () => {
    const source = new CancellationTokenSource();
    const running = client.connection.sendRequest('reef/invoke', invocation(workspace.uri, longTwinId), source.token);
    const failure = running.catch((error: unknown) => error);
    let under = (await runs()).find(({ status }) => status === 'running');
    while (under === undefined) under = (await runs()).find(({ status }) => status === 'running');
    source.cancel();
    expect(await failure).toMatchObject({ data: { code: 'cancelled' } });
    expect((await runs()).find(({ id }) => id === under.id)).toMatchObject({ status: 'cancelled' });
  });

  test.each([
    ['no-such-function', 'reef/invoke', { functionId: 'nobody' }],
    ['no-such-target', 'reef/profile', { target: 'moon' }],
    ['invalid-event', 'reef/invoke', { event: { text: '{' } }],
    ['invalid-event', 'reef/invoke', { event: { file: 'missing.json' } }],
    ['no-workspace', 'reef/invoke', { folder: 'file:///nowhere' }],
  ])('%s comes as a code with a sentence', async (code, method, wrong) => {
    const request = client.request(method, { ...invocation(workspace.uri, waiterId), ...wrong });
    await expect(request).rejects.toMatchObject({ data: { code }, message: expect.stringMatching(/^[A-Z].+\.$/s) as string });
  });

  test('a report that does not exist is an error with a code', async () => {
    const request = client.request('reef/report', { folder: workspace.uri, runId: 'none' });
    await expect(request).rejects.toMatchObject({ data: { code: 'no-such-run' } });
  });

  test('a malformed request is refused with the place of the mistake', async () => {
    const request = client.request('reef/runs', { folder: workspace.uri, limit: 'all' });
    await expect(request).rejects.toMatchObject({ code: -32602, message: expect.stringContaining('"limit"') as string });
  });
});

test('a recorded curve is profiled like a function, and the seed decides the answer', async () => {
  const rows = [128, 256, 512, 1024, 2048].map((mb) => `${mb},${Math.round(20 + 100_000 / mb)}`);
  await using workspace = await temporaryWorkspace({ 'curve.csv': ['memory_mb,duration_ms', ...rows, ''].join('\n') });
  await using client = await connect({ folders: [workspace.uri] });
  const params = { folder: workspace.uri, functionId: '', target: 'replay:curve.csv', event: null, seed: 7 };
  const one = await client.request<ProfileResult>('reef/profile', params);
  const other = await client.request<ProfileResult>('reef/profile', params);
  expect(one.report).toMatchObject({ schema: 'reef/sizing@1', basis: 'measured' });
  expect(one.report.recommendation).toEqual(other.report.recommendation);
  expect(await client.request('reef/report', { folder: workspace.uri, runId: one.runId })).toEqual({ report: one.report });
});

test('in a workspace that is not trusted functions are shown but not run', async () => {
  await using workspace = await temporaryWorkspace(samFiles);
  await using client = await connect({ folders: [workspace.uri], settings: { ...settings, trusted: false } });
  const { functions } = await client.request<FunctionsResult>('reef/functions', { folder: workspace.uri });
  expect(functions).toHaveLength(3);
  for (const method of ['reef/invoke', 'reef/profile']) {
    const request = client.request(method, invocation(workspace.uri, waiterId));
    await expect(request).rejects.toMatchObject({ data: { code: 'not-trusted' } });
  }
  await client.connection.sendNotification('reef/settings', settings);
  await expect(client.request('reef/invoke', invocation(workspace.uri, waiterId))).resolves.toMatchObject({
    response: '{"waited":5}',
  });
});

test('an interpreter that is not there is an error with a code, and another setting mends it', async () => {
  await using workspace = await temporaryWorkspace(samFiles);
  await using client = await connect({
    folders: [workspace.uri],
    settings: { ...settings, nodePath: join(workspace.folder, 'no-node') },
  });
  const invoke = (): Promise<unknown> => client.request('reef/invoke', invocation(workspace.uri, waiterId));
  await expect(invoke()).rejects.toMatchObject({ data: { code: 'runtime-not-found' } });
  await client.connection.sendNotification('reef/settings', settings);
  await expect(invoke()).resolves.toMatchObject({ response: '{"waited":5}' });
});

test('a store that cannot be read is told once, and the functions are still listed', async () => {
  await using workspace = await temporaryWorkspace(samFiles);
  await mkdir(join(workspace.folder, '.reef'));
  await writeFile(join(workspace.folder, '.reef/samples.db'), 'this is not a database, '.repeat(300));
  await using client = await connect({ folders: [workspace.uri] });
  const list = (): Promise<FunctionsResult> => client.request<FunctionsResult>('reef/functions', { folder: workspace.uri });
  const { functions, storeError } = await list();
  expect(functions).toHaveLength(3);
  expect(storeError).toContain('samples.db');
  await client.until(() => client.messages.length > 0);
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: `${workspace.uri}/template.yaml`, type: 2 }],
  });
  await list();
  expect(client.messages).toEqual([storeError]);
  await expect(client.request('reef/invoke', invocation(workspace.uri, waiterId))).rejects.toMatchObject({
    data: { code: 'store-damaged' },
  });
});
