import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { IPCMessageReader, IPCMessageWriter, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { expect, test } from 'vitest';
import { assetPath } from '../../../src/engine/assets.ts';
import type { InvokeResult } from '../../../src/protocol/requests.ts';
import type { RunSummary } from '../../../src/protocol/runs.ts';
import { Client } from './client.ts';
import { samFiles, waiterId } from './fixtures.ts';
import { temporaryWorkspace } from './temporary-workspace.ts';

/** The server as it ships: the bundle in dist/, made by `npm run build`. */
const bundle = assetPath('server/main.js');

const sleeper = {
  'jobs/sleep.mjs': `export const handler = async () => {
  console.log('pid ' + process.pid);
  await new Promise((resolve) => setTimeout(resolve, 600_000));
};
`,
};
const sleeperId = 'jobs/sleep.mjs#sleep.handler';

type Started = { child: ChildProcess; client: Client };

function overStdio(): Started {
  const child = spawn(process.execPath, [bundle, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  return started(child, new Client(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin)));
}

function overIpc(): Started {
  const child = fork(bundle, ['--node-ipc', `--clientProcessId=${process.pid}`], { silent: true });
  return started(child, new Client(new IPCMessageReader(child), new IPCMessageWriter(child)));
}

/** A server that ends leaves no request waiting. */
function started(child: ChildProcess, client: Client): Started {
  child.once('exit', () => client.connection.dispose());
  return { child, client };
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  await once(child, 'exit');
  return child.exitCode;
}

async function endProperly(client: Client, child: ChildProcess): Promise<number | null> {
  const ended = exitCode(child);
  await client.request('shutdown', undefined);
  await client.connection.sendNotification('exit');
  return ended;
}

const invoke = (client: Client, folder: string, functionId: string): Promise<InvokeResult> =>
  client.request<InvokeResult>('reef/invoke', { folder, functionId, target: 'process', event: null });

/** Starts the function that sleeps. Gives the process id of its sandbox, and what the request ends with. */
async function sleep(client: Client, folder: string): Promise<{ pid: number; failure: Promise<unknown> }> {
  const failure = invoke(client, folder, sleeperId).catch((error: unknown) => error);
  const pidLine = (): string | undefined => client.output.find(({ text }) => text.startsWith('pid '))?.text;
  const started = client.until(() => pidLine() !== undefined);
  const early = await Promise.race([started, failure]);
  if (early !== undefined) throw new Error('The function ended before it could be left alone', { cause: early });
  return { pid: Number(pidLine()?.slice('pid '.length)), failure };
}

/** What a server that starts afterwards makes of the runs. */
async function statusesSeenNext(folder: string): Promise<string[]> {
  const { child, client } = overStdio();
  await client.initialize({ folders: [folder] });
  const { runs } = await client.request<{ runs: RunSummary[] }>('reef/runs', { folder, limit: 5 });
  await endProperly(client, child);
  return runs.map(({ status }) => status);
}

async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('over stdio: initialize, run a function, shut down, exit with 0', async () => {
  await using workspace = await temporaryWorkspace(samFiles);
  const { child, client } = overStdio();
  const { capabilities, serverInfo } = await client.initialize({ folders: [workspace.uri], processId: process.pid });
  expect(serverInfo?.name).toBe('Reef');
  expect(capabilities).toMatchObject({ hoverProvider: true, textDocumentSync: { change: 2 } });
  expect(await invoke(client, workspace.uri, waiterId)).toMatchObject({ response: '{"waited":5}' });
  expect(await endProperly(client, child)).toBe(0);
});

test('over node-ipc, as VS Code starts it', async () => {
  await using workspace = await temporaryWorkspace(samFiles);
  const { child, client } = overIpc();
  await client.initialize({ folders: [workspace.uri] });
  expect(await invoke(client, workspace.uri, waiterId)).toMatchObject({ response: '{"waited":5}' });
  expect(await endProperly(client, child)).toBe(0);
});

test('what is under way at shutdown is stopped and marked', async () => {
  await using workspace = await temporaryWorkspace(sleeper);
  const { child, client } = overStdio();
  await client.initialize({ folders: [workspace.uri] });
  const { pid, failure } = await sleep(client, workspace.uri);
  expect(await endProperly(client, child)).toBe(0);
  expect(await failure).toMatchObject({ data: { code: 'cancelled' } });
  await untilGone(pid);

  expect(await statusesSeenNext(workspace.uri)).toEqual(['cancelled']);
});

test.each([
  ['its stream ends', overStdio, (child: ChildProcess) => child.stdin?.end(), 1],
  ['its channel closes', overIpc, (child: ChildProcess) => child.disconnect(), 1],
  ['it is told to', overStdio, (child: ChildProcess) => child.kill('SIGTERM'), 143],
])('when %s the server ends with its sandboxes, and the run is marked', async (_case, start, leave, code) => {
  await using workspace = await temporaryWorkspace(sleeper);
  const { child, client } = start();
  await client.initialize({ folders: [workspace.uri] });
  const { pid } = await sleep(client, workspace.uri);
  const ended = exitCode(child);
  leave(child);
  expect(await ended).toBe(code);
  await untilGone(pid);
  expect(await statusesSeenNext(workspace.uri)).toEqual(['cancelled']);
});

test('when the server is killed its sandboxes end, and the run is interrupted', async () => {
  await using workspace = await temporaryWorkspace(sleeper);
  const { child, client } = overStdio();
  await client.initialize({ folders: [workspace.uri] });
  const { pid } = await sleep(client, workspace.uri);
  const ended = exitCode(child);
  child.kill('SIGKILL');
  expect(await ended).toBeNull();
  await untilGone(pid);
  expect(await statusesSeenNext(workspace.uri)).toEqual(['interrupted']);
});

test('started without a transport it says how it is meant to be started', async () => {
  const child = spawn(process.execPath, [bundle], { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  expect(await exitCode(child)).toBe(2);
  expect(text).toContain('--stdio');
});
