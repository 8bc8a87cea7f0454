import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { aliasesOf, type DeployedVersions } from '../../../src/protocol/deployed.ts';
import { type CloudOutcome, type CloudPlan, confirmCloudPlan, type ExecutionRole } from '../../../src/protocol/deploying.ts';
import { lensCommands } from '../../../src/protocol/requests.ts';
import { lineOf, returning, skipped, useDeployer } from '../aws/deploy/support.ts';
import { type Client, connect, settings } from './client.ts';
import { temporaryWorkspace } from './temporary-workspace.ts';

const cloud = useDeployer();

const yaml = (name: string): string => `functions:
  ${name}:
    handler: app.handler
    runtime: nodejs22.x
    alias: live
`;

async function opened(name: string, trusted = true) {
  // Nothing of it stays in the emulator.
  await cloud.request({ name });
  const workspace = await temporaryWorkspace({ 'reef.yaml': yaml(name), ...returning('1') });
  const client = await connect({
    folders: [workspace.uri],
    settings: { ...settings, trusted, awsEndpoint: cloud.aws.url },
  });
  const place = { folder: workspace.uri, function: name, target: 'aws:/us-east-1' };
  const request = <Result = CloudOutcome>(method: string, more: object = {}): Promise<Result> =>
    client.request<Result>(`reef/${method}`, { ...place, ...more });
  return {
    client,
    workspace,
    request,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await workspace[Symbol.asyncDispose]();
    },
  };
}

/** Answers the plans with one answer after the other, the last one again and again, and keeps them. */
function answering(client: Client, ...answers: unknown[]): CloudPlan[] {
  const plans: CloudPlan[] = [];
  client.connection.onRequest(confirmCloudPlan.method, ({ plan }: { plan: CloudPlan }) => {
    plans.push(plan);
    return answers[Math.min(plans.length, answers.length) - 1];
  });
  return plans;
}

describe.skipIf(skipped !== null)('an editor', () => {
  it('deploys, rolls back and destroys a function, each once its plan has a yes', async () => {
    await using editor = await opened('Edited');
    const { client, request, workspace } = editor;
    const plans = answering(client, { accepted: true });
    expect(await request('deployTool')).toEqual({ tool: null });
    expect(await request('deployedTargets')).toEqual({ targets: [] });

    const first = await request('deploy', { workDoneToken: 'deploying' });
    expect(first).toMatchObject({ state: 'done', deployment: { version: '1', alias: 'live' } });
    expect(plans).toEqual([first.plan]);
    const told = client.progress.filter(({ token }) => token === 'deploying').map(({ value }) => value['kind']);
    expect([told[0], told.at(-1)]).toEqual(['begin', 'end']);
    expect(await request('deployedTargets')).toEqual({ targets: ['aws:/us-east-1'] });
    expect(await request('deploy')).toEqual({
      ...first,
      state: 'unchanged',
      plan: { ...first.plan, changes: [], notes: [], newRole: null },
    });
    expect(plans).toHaveLength(1);

    await writeFile(join(workspace.folder, 'app.js'), String(returning('2')['app.js']));
    expect(await request('deploy')).toMatchObject({ state: 'done', deployment: { version: '2', alias: 'live' } });
    expect(await cloud.invoke('Edited', 'live')).toBe('2');
    expect(await request('rollBack')).toMatchObject({ state: 'done', deployment: { version: '1' } });
    expect(await cloud.invoke('Edited', 'live')).toBe('1');
    const { versions, aliases } = await request<DeployedVersions>('deployedVersions', { functionId: 'reef.yaml#Edited' });
    expect(versions.map((each) => [each.version, aliasesOf(each, aliases)])).toEqual([
      ['2', []],
      ['1', ['live']],
    ]);
    expect(await request('destroy')).toMatchObject({ state: 'done', deployment: null });
    expect(await cloud.exists('Edited')).toBe(false);
    expect(plans.map(({ verb }) => verb)).toEqual(['deploy', 'deploy', 'rollBack', 'destroy']);
  });

  it('that answers with a role is asked again, with that role', async () => {
    await using editor = await opened('Chosen');
    const arn = await cloud.roleOf('chosen');
    const plans = answering(editor.client, { role: arn }, { accepted: true });
    const { roles } = await editor.request<{ roles: ExecutionRole[] }>('executionRoles');
    expect(roles).toContainEqual({ name: 'chosen', arn, description: 'Role chosen' });
    expect(await editor.request('deploy')).toMatchObject({ state: 'done' });
    expect(plans.map(({ newRole }) => newRole)).toEqual(['reef-Chosen-us-east-1', null]);
    expect(plans[1] && lineOf(plans[1], 'role')).toMatchObject({ to: 'chosen' });
    expect(await cloud.rolePolicies('reef-Chosen-us-east-1')).toBeNull();
  });

  it('that says no changes nothing', async () => {
    await using editor = await opened('Refused');
    answering(editor.client, { accepted: false });
    const from = cloud.aws.emulator.actions.length;
    expect(await editor.request('deploy')).toMatchObject({ state: 'declined', deployment: null });
    expect(cloud.changesSince(from)).toEqual([]);
  });

  it.each([
    ['cannot ask', null],
    ['answers what nobody asked', { accepted: 'perhaps' }],
  ])('that %s changes nothing, and is told what to use', async (_case, answer) => {
    await using editor = await opened('Unasked');
    if (answer !== null) answering(editor.client, answer);
    const from = cloud.aws.emulator.actions.length;
    await expect(editor.request('deploy')).rejects.toThrow(
      'Unasked on aws:/us-east-1 is changed only after a yes, and this editor cannot ask for it: use "reef deploy" in a terminal.',
    );
    expect(cloud.changesSince(from)).toEqual([]);
  });

  it('that cancels while it is asked changes nothing', async () => {
    await using editor = await opened('Cancelled');
    const cancelling = new CancellationTokenSource();
    editor.client.connection.onRequest(confirmCloudPlan.method, () => {
      cancelling.cancel();
      return { accepted: true };
    });
    const from = cloud.aws.emulator.actions.length;
    const params = { folder: editor.workspace.uri, function: 'Cancelled', target: 'aws:/us-east-1' };
    await expect(editor.client.connection.sendRequest('reef/deploy', params, cancelling.token)).rejects.toThrow(/cancelled/i);
    expect(cloud.changesSince(from)).toEqual([]);
    expect(await cloud.exists('Cancelled')).toBe(false);
  });

  it('of a workspace that is not trusted asks AWS nothing', async () => {
    await using editor = await opened('Untrusted', false);
    const from = cloud.aws.emulator.actions.length;
    for (const method of ['deploy', 'rollBack', 'destroy', 'executionRoles', 'deployTool', 'deployedTargets'])
      await expect(editor.request(method), method).rejects.toThrow('trust the workspace and try again');
    expect(cloud.aws.emulator.actions).toHaveLength(from);
  });

  it('has a lens above an entry of reef.yaml', async () => {
    await using editor = await opened('Lensed');
    const lenses = await editor.client.lenses(`${editor.workspace.uri}/reef.yaml`);
    const lens = lenses.find(({ command }) => command?.command === lensCommands.deploy);
    expect(lens).toMatchObject({ range: { start: { line: 1 } }, command: { title: expect.stringContaining('Deploy') } });
  });

  it.each([
    ['deploy', { role: 7 }],
    ['rollBack', { to: 2 }],
    ['destroy', { logs: 'yes' }],
  ])('whose %s is wrong is told so', async (method, more) => {
    await using editor = await opened('Wrong');
    await expect(editor.request(method, more)).rejects.toThrow(`reef/${method}`);
  });
});
