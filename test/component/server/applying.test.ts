import { describe, expect, it } from 'vitest';
import { confirmLive, type LivePlan, type LiveResult, type LiveState } from '../../../src/protocol/applying.ts';
import { skipped, useAws } from '../aws/support.ts';
import { publishBehind, shapeOf } from '../aws/live/support.ts';
import { type Client, connect, settings } from './client.ts';
import { temporaryWorkspace } from './temporary-workspace.ts';

const aws = useAws();

const template = (name: string): string => `Transform: AWS::Serverless-2016-10-31
Resources:
  ${name}:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: app.handler
      MemorySize: 512
`;

async function opened(name: string, trusted = true) {
  const workspace = await temporaryWorkspace({
    'template.yaml': template(name),
    'app.js': 'exports.handler = async () => 1;\n',
  });
  const client = await connect({ folders: [workspace.uri], settings: { ...settings, trusted, awsEndpoint: aws.url } });
  const place = { folder: workspace.uri, functionId: `template.yaml#${name}`, target: 'aws:/us-east-1' };
  return {
    client,
    state: () => client.request<LiveState>('reef/liveState', place),
    apply: (action: unknown) => client.request<LiveResult>('reef/applyLive', { ...place, action }),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await workspace[Symbol.asyncDispose]();
    },
  };
}

/** Answers each plan, and keeps it. */
function answering(client: Client, accepted: unknown): LivePlan[] {
  const plans: LivePlan[] = [];
  client.connection.onRequest(confirmLive.method, (plan: LivePlan) => {
    plans.push(plan);
    return { accepted };
  });
  return plans;
}

describe.skipIf(skipped !== null)('an editor', () => {
  it('gets the state of a deployed function, and changes it once its plan has a yes', async () => {
    await aws.deploy('AskedByAnEditor');
    await publishBehind(aws, 'AskedByAnEditor', 'live');
    await using editor = await opened('AskedByAnEditor');
    const plans = answering(editor.client, true);
    const live = { name: 'live', version: '1', memoryMb: 512, shift: null, replaced: null };
    const before = { memoryMb: 512, architecture: 'x86_64', aliases: [live], undoMb: null };
    expect(await editor.state()).toEqual(before);
    expect(plans).toEqual([]);

    expect(await editor.apply({ kind: 'set', memoryMb: 1024 })).toMatchObject({ applied: true });
    expect(plans).toMatchObject([
      { functionName: 'AskedByAnEditor', changes: [{ what: 'memory', from: '512 MB', to: '1024 MB' }] },
    ]);
    expect(plans[0]?.notes.join('\n')).toContain('template.yaml states 512 MB');
    expect(await editor.state()).toMatchObject({ memoryMb: 1024, undoMb: 512 });

    expect(await editor.apply({ kind: 'undo' })).toMatchObject({ applied: true });
    expect(await editor.state()).toEqual(before);

    await editor.apply({ kind: 'shift', alias: 'live', memoryMb: 2048, weight: 0.1 });
    const shift = { version: '2', memoryMb: 2048, weight: 0.1 };
    expect(await editor.state()).toMatchObject({ memoryMb: 512, aliases: [{ ...live, shift }] });
    await editor.apply({ kind: 'rollBack', alias: 'live' });
    expect((await shapeOf(aws, 'AskedByAnEditor')).aliases).toEqual(['live: 1']);
    expect(plans).toHaveLength(4);
  });

  it.each([
    ['says no', false, 'Nothing was changed: RefusedByAnEditor stays as it is.'],
    ['answers what nobody asked', 'maybe', 'RefusedByAnEditor on aws:/us-east-1 is changed only after a yes, and this editor'],
    ['cannot ask', null, 'RefusedByAnEditor on aws:/us-east-1 is changed only after a yes, and this editor'],
  ])('that %s changes nothing', async (_case, answer, message) => {
    await aws.deploy('RefusedByAnEditor');
    const before = await aws.state('RefusedByAnEditor');
    await using editor = await opened('RefusedByAnEditor');
    if (answer !== null) answering(editor.client, answer);
    await expect(editor.apply({ kind: 'set', memoryMb: 1024 })).rejects.toThrow(message);
    expect(await aws.state('RefusedByAnEditor')).toBe(before);
  });

  it('of a workspace that is not trusted asks AWS nothing', async () => {
    await using editor = await opened('Untrusted', false);
    const calls = aws.emulator.actions.length;
    await expect(editor.state()).rejects.toThrow('trust the workspace and try again');
    await expect(editor.apply({ kind: 'undo' })).rejects.toThrow('trust the workspace and try again');
    expect(aws.emulator.actions).toHaveLength(calls);
  });

  it.each([
    ['a share of nothing', { kind: 'shift', alias: 'live', weight: 0 }],
    ['an unknown change', { kind: 'delete' }],
    ['half a megabyte', { kind: 'set', memoryMb: 0.5 }],
  ])('that asks for %s is told that it is wrong', async (_case, action) => {
    await using editor = await opened('Wrong');
    await expect(editor.apply(action)).rejects.toThrow(/reef\/applyLive/);
  });
});
