import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateFunctionUrlConfigCommand, TagResourceCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import type { DestroyRequest } from '../../../../src/engine/targets/deployer.ts';
import { failure } from '../../../support/aws/request.ts';
import { lineOf, never, owner, returning, skipped, useDeployer } from './support.ts';

const cloud = useDeployer();

async function plan(name: string, more: Partial<DestroyRequest> = {}) {
  return (await cloud.deployer()).destroy({ name, owner, logs: false, ...more }, never);
}

async function logGroups(name: string): Promise<number> {
  const logs = new CloudWatchLogsClient({ endpoint: cloud.aws.url, region: 'us-east-1' });
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: `/aws/lambda/${name}` }));
  return logGroups.length;
}

describe.skipIf(skipped !== null)('destroying', () => {
  it('deletes the function with all that is in it, and the role that was made for it', async () => {
    await cloud.deploy({ name: 'All', alias: 'live', url: 'iam' });
    await cloud.deploy({ name: 'All', alias: 'live', url: 'iam' }, { code: returning('two') });
    await cloud.invoke('All');
    const step = await plan('All');
    expect(step.plan.changes.map(({ action, what }) => [action, what])).toEqual([
      ['delete', 'function'],
      ['delete', 'role'],
    ]);
    expect(lineOf(step.plan, 'function')?.from).toMatch(/^All, with 2 versions, alias live, https:/);
    expect(step.plan.notes.join(' ')).toContain('Its logs stay (/aws/lambda/All): --logs deletes them too.');
    await step.apply(never, () => {});
    expect(await cloud.exists('All')).toBe(false);
    expect(await cloud.rolePolicies('reef-All-us-east-1')).toBeNull();
    expect(await logGroups('All')).toBe(1);
    expect((await plan('All')).plan.changes).toEqual([]);
    // Its logs are still found, and deleted when that is asked for.
    const logs = await plan('All', { logs: true });
    expect(logs.plan.changes).toMatchObject([{ action: 'delete', what: 'log group', from: '/aws/lambda/All' }]);
    await logs.apply(never, () => {});
    expect(await logGroups('All')).toBe(0);
  });

  it('can be done again after a part of it failed', async () => {
    await cloud.deploy({ name: 'Part' });
    const step = await plan('Part');
    const denial =
      '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: iam:DeleteRole on x</Message></Error></ErrorResponse>';
    cloud.aws.emulator.faults.push({
      action: 'DeleteRole',
      times: 1,
      reply: { status: 403, headers: { 'content-type': 'text/xml' }, body: denial },
    });
    await expect(step.apply(never, () => {})).rejects.toThrow(/allow iam:DeleteRole/);
    const again = await plan('Part');
    expect(again.plan.changes.map(({ what }) => what)).toEqual(['role']);
    await again.apply(never, () => {});
    expect((await plan('Part')).plan.changes).toEqual([]);
  });

  it('refuses what another workspace, or nobody of Reef’s, has made', async () => {
    await cloud.deploy({ name: 'Foreign' }, { owner: 'theirs' });
    await expect(plan('Foreign')).rejects.toMatchObject({
      code: 'not-owned',
      message: expect.stringContaining('from another workspace'),
    });
    await cloud.aws.deploy('Manual');
    await expect(plan('Manual')).rejects.toThrow(/was not made by Reef, so Reef does not delete it/);
    expect(await cloud.exists('Foreign')).toBe(true);
  });

  it('refuses a function that was there before Reef took it over', async () => {
    await cloud.aws.deploy('Older');
    await expect(cloud.deploy({ name: 'Older' })).rejects.toThrow(
      /There is a function Older that was not made by Reef: give --adopt/,
    );
    const { plan: taken } = await cloud.deploy({ name: 'Older' }, { adopt: true, code: returning('ours') });
    expect(lineOf(taken, 'owner')).toMatchObject({ from: 'not Reef', to: 'this workspace' });
    expect(await cloud.state('Older')).toContain('"reef:owner":"ours"');
    await expect(plan('Older')).rejects.toThrow(/was there before Reef took it over/);
    // What it was before can be rolled back to.
    const back = await (await cloud.deployer()).rollBack({ name: 'Older', to: null, alias: null }, never);
    expect(back.plan.changes.map(({ what }) => what)).toContain('code');
  });

  it('leaves a role of the same name that somebody else uses for another function', async () => {
    await cloud.deploy({ name: 'Role' });
    const step = await plan('Role');
    await step.apply(never, () => {});
    await cloud.deploy({ name: 'Role' }, { owner: 'theirs' });
    await expect(plan('Role')).rejects.toMatchObject({ code: 'not-owned' });
    expect(await cloud.rolePolicies('reef-Role-us-east-1')).toEqual(['AWSLambdaBasicExecutionRole']);
  });

  it('finds a change between plan and yes', async () => {
    await cloud.deploy({ name: 'Since' });
    const step = await plan('Since');
    await cloud.deploy({ name: 'Since', memoryMb: 512 });
    await expect(step.apply(never, () => {})).rejects.toMatchObject({ code: 'in-use' });
    expect(await cloud.exists('Since')).toBe(true);
  });

  it('says what may not be done', async () => {
    await cloud.deploy({ name: 'Denied' });
    const step = await plan('Denied');
    const denial = failure(
      403,
      'AccessDeniedException',
      'User is not authorized to perform: lambda:DeleteFunction on resource: x',
    );
    cloud.aws.emulator.faults.push({ action: 'DeleteFunction', times: 1, reply: denial });
    await expect(step.apply(never, () => {})).rejects.toThrow(/allow lambda:DeleteFunction in the IAM policy/);
  });
});

describe.skipIf(skipped !== null)('function URLs', () => {
  const arn = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

  it('one that Reef made goes when it is no longer wanted', async () => {
    await cloud.deploy({ name: 'Url', url: 'iam' });
    expect(JSON.parse(await cloud.state('Url'))).toMatchObject({ urls: [[arn('Url'), 'AWS_IAM']] });
    const { plan: without } = await cloud.deploy({ name: 'Url' });
    expect(without.changes).toMatchObject([{ action: 'delete', what: 'function URL', from: expect.stringMatching(/^https:/) }]);
    expect(JSON.parse(await cloud.state('Url'))).toMatchObject({ urls: [] });
  });

  it('a public one is pointed out and stays, and is protected when that is asked for', async () => {
    await cloud.deploy({ name: 'Public' });
    await cloud.client().send(new CreateFunctionUrlConfigCommand({ FunctionName: 'Public', AuthType: 'NONE' }));
    const { plan: same } = await (await cloud.deployer()).deploy(await cloud.request({ name: 'Public' }), never, () => {});
    expect(same.changes).toEqual([]);
    expect(same.notes.join(' ')).toMatch(/has a public URL that everybody may call .* left as it is/);
    const { plan: asked, deployment } = await cloud.deploy({ name: 'Public', url: 'iam' });
    expect(asked.changes).toMatchObject([{ action: 'update', what: 'function URL', from: 'public: everybody may call it' }]);
    expect(deployment.url).toMatch(/^https:/);
    expect(JSON.parse(await cloud.state('Public'))).toMatchObject({ urls: [[arn('Public'), 'AWS_IAM']] });
  });

  it('one that somebody else made, with signatures, stays', async () => {
    await cloud.deploy({ name: 'Signed' });
    await cloud.client().send(new CreateFunctionUrlConfigCommand({ FunctionName: 'Signed', AuthType: 'AWS_IAM' }));
    await cloud.client().send(new TagResourceCommand({ Resource: arn('Signed'), Tags: { other: 'tag' } }));
    const { plan: same } = await (await cloud.deployer()).deploy(await cloud.request({ name: 'Signed' }), never, () => {});
    expect(same.changes).toEqual([]);
  });
});
