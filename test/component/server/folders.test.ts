import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FunctionsResult } from '../../../src/protocol/requests.ts';
import { type Client, connect, settings } from './client.ts';
import { samFiles } from './fixtures.ts';
import { temporaryWorkspace } from './temporary-workspace.ts';

const listed = async (client: Client, folder: string): Promise<string[]> =>
  (await client.request<FunctionsResult>('reef/functions', { folder })).functions.map(({ function: { id } }) => id);

const handlerFile = { 'jobs/tick.mjs': 'export const handler = async () => "tick";\n' };

test('without a folder there is nothing to show, and nothing fails', async () => {
  await using client = await connect({ folders: null });
  expect(await client.lenses('file:///tmp/loose.mjs')).toEqual([]);
  expect(await client.lenses('untitled:Untitled-1')).toEqual([]);
  await expect(listed(client, 'file:///tmp')).rejects.toMatchObject({ data: { code: 'no-workspace' } });
});

test('folders come and go while the server runs', async () => {
  await using one = await temporaryWorkspace(samFiles);
  await using other = await temporaryWorkspace({ ...handlerFile, 'broken.yaml': 'Resources: {A: {Type: AWS::Lambda::Function' });
  await using client = await connect({ folders: [one.uri] });
  expect(await listed(client, one.uri)).toHaveLength(3);

  const event = (added: string[], removed: string[]) => ({
    event: { added: added.map((uri) => ({ uri, name: '' })), removed: removed.map((uri) => ({ uri, name: '' })) },
  });
  await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', event([other.uri], []));
  expect((await listed(client, other.uri)).filter((id) => id.startsWith('jobs/'))).toHaveLength(1);
  expect(await listed(client, one.uri)).toHaveLength(3);
  expect((await client.lenses(`${other.uri}/jobs/tick.mjs`)).map(({ command }) => command?.arguments?.[0])).toEqual([
    other.uri,
    other.uri,
    other.uri,
  ]);
  const broken = `${other.uri}/broken.yaml`;
  await client.until(() => (client.diagnostics.get(broken)?.length ?? 0) > 0);

  await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', event([], [other.uri]));
  await client.until(() => client.diagnostics.get(broken)?.length === 0);
  await expect(listed(client, other.uri)).rejects.toMatchObject({ data: { code: 'no-workspace' } });
  expect(await client.lenses(`${other.uri}/jobs/tick.mjs`)).toEqual([]);
});

test('a folder within a folder owns its files', async () => {
  await using outer = await temporaryWorkspace(handlerFile);
  const inner = `${outer.uri}/jobs`;
  await using client = await connect({ folders: [outer.uri, inner] });
  const lenses = await client.lenses(`${inner}/tick.mjs`);
  expect(lenses.map(({ command }) => command?.arguments?.[0])).toEqual([inner, inner, inner]);
});

test('a broken template is reported at its place while it is broken', async () => {
  await using workspace = await temporaryWorkspace(samFiles);
  await using client = await connect({ folders: [workspace.uri] });
  const template = `${workspace.uri}/template.yaml`;
  await client.open(template, samFiles['template.yaml']);
  await client.change(template, `${samFiles['template.yaml']}  Broken: [1,\n`);
  await client.until(() => client.diagnostics.get(template)?.some(({ severity }) => severity === 1) === true);
  const lines = samFiles['template.yaml'].split('\n').length;
  expect(client.diagnostics.get(template)?.[0]?.range.start.line).toBeGreaterThanOrEqual(lines - 2);
  await client.change(template, samFiles['template.yaml']);
  await client.until(() => client.diagnostics.get(template)?.length === 0);
});

test('a handler file that is missing is a diagnostic until it is there', async () => {
  await using workspace = await temporaryWorkspace(samFiles);
  const file = join(workspace.folder, 'src/waiter.mjs');
  await rm(file);
  await using client = await connect({ folders: [workspace.uri] });
  const template = `${workspace.uri}/template.yaml`;
  await client.until(
    () => client.diagnostics.get(template)?.some(({ message }) => JSON.stringify(message).includes('waiter')) === true,
  );
  await writeFile(file, samFiles['src/waiter.mjs']);
  const changes = [{ uri: `${workspace.uri}/src/waiter.mjs`, type: 1 }];
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
  await client.until(() => client.diagnostics.get(template)?.length === 0);
  expect((await client.lenses(`${workspace.uri}/src/waiter.mjs`)).map(({ command }) => command?.title)).toEqual([
    'Run',
    'Profile',
    'Trace',
  ]);
});

test('a folder that is deleted or moved takes its functions along', async () => {
  await using workspace = await temporaryWorkspace(handlerFile);
  await using client = await connect({ folders: [workspace.uri] });
  expect(await listed(client, workspace.uri)).toEqual(['jobs/tick.mjs#tick.handler']);
  await client.until(() => client.changes.length === 1);
  await rename(join(workspace.folder, 'jobs'), join(workspace.folder, 'tasks'));
  const changes = [
    { uri: `${workspace.uri}/jobs`, type: 3 },
    { uri: `${workspace.uri}/tasks`, type: 1 },
  ];
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
  await client.until(() => client.changes.length > 1);
  expect(await listed(client, workspace.uri)).toEqual(['tasks/tick.mjs#tick.handler']);
});

test('lenses can be switched off', async () => {
  await using workspace = await temporaryWorkspace(samFiles);
  await using client = await connect({ folders: [workspace.uri], settings: { ...settings, codeLens: false } });
  expect(await client.lenses(`${workspace.uri}/template.yaml`)).toEqual([]);
  await client.connection.sendNotification('reef/settings', settings);
  await client.until(() => client.lensRefreshes > 0);
  await expect.poll(() => client.lenses(`${workspace.uri}/template.yaml`), { timeout: 20_000 }).toHaveLength(9);
});

test('settings that cannot be used stop the start with a sentence, later ones are refused', async () => {
  await expect(connect({ folders: null, settings: { ...settings, maxInvocations: 'many' } })).rejects.toThrow('"maxInvocations"');
  await using client = await connect({ folders: null });
  await client.connection.sendNotification('reef/settings', { trusted: 'yes' });
  await client.until(() => client.messages.some((message) => message.includes('"trusted"')));
});
