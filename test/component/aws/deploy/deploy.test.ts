import {
  CreateAliasCommand,
  GetFunctionCommand,
  PublishLayerVersionCommand,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { failure, json } from '../../../support/aws/request.ts';
import { packagingOf } from '../../../support/aws/deploy/packed.ts';
import type { FunctionSpec } from '../../../../src/engine/deploy/spec.ts';
import { lineOf, never, returning, skipped, temporaryFolder, useDeployer } from './support.ts';

const cloud = useDeployer();

async function publishLayer(LayerName: string): Promise<string> {
  const Content = { ZipFile: zipSync({ [LayerName]: strToU8(LayerName) }) };
  const { LayerVersionArn = '' } = await cloud.client().send(new PublishLayerVersionCommand({ LayerName, Content }));
  return LayerVersionArn;
}

describe.skipIf(skipped !== null)('deploying a new function', () => {
  it('makes it with a basic role, publishes a version, and runs what was uploaded', async () => {
    const { plan, deployment } = await cloud.deploy({ name: 'New' }, { code: returning('hello') });
    expect(lineOf(plan, 'function')).toEqual({ action: 'create', what: 'function', from: null, to: 'New' });
    expect(lineOf(plan, 'role')).toMatchObject({ to: 'reef-New-us-east-1, with AWSLambdaBasicExecutionRole' });
    expect(plan).toMatchObject({ account: '123456789012', region: 'us-east-1', functionName: 'New' });
    expect(deployment).toEqual({ arn: expect.stringMatching(/:function:New$/), version: '1', alias: null, url: null });
    expect(await cloud.invoke('New')).toBe('hello');
    expect(await cloud.rolePolicies('reef-New-us-east-1')).toEqual(['AWSLambdaBasicExecutionRole']);
  });

  it('sets all that a specification says', async () => {
    const [layer = '', layer2 = ''] = await Promise.all(['one', 'two'].map(publishLayer));
    const wanted: Partial<FunctionSpec> & { name: string } = {
      name: 'Whole',
      description: 'All of it',
      memoryMb: 1024,
      timeoutS: 30,
      ephemeralStorageMb: 2048,
      architecture: 'arm64',
      environment: { TABLE: 'orders', TOKEN: 'a secret' },
      vpc: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
      tags: { team: 'shop' },
      layers: [layer, layer2],
      logFormat: 'JSON',
      url: 'iam',
      alias: 'live',
    };
    const { plan, deployment } = await cloud.deploy(wanted);
    const { Configuration, Tags } = await cloud.client().send(new GetFunctionCommand({ FunctionName: 'Whole' }));
    expect(Configuration).toMatchObject({
      Description: 'All of it',
      MemorySize: 1024,
      Timeout: 30,
      EphemeralStorage: { Size: 2048 },
      Architectures: ['arm64'],
      Environment: { Variables: wanted.environment },
      Layers: [{ Arn: layer }, { Arn: layer2 }],
      VpcConfig: { SubnetIds: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1'] },
      LoggingConfig: { LogFormat: 'JSON' },
      Handler: 'app.handler',
      Runtime: 'nodejs22.x',
    });
    expect(Tags).toMatchObject({ team: 'shop', 'reef:owner': 'ours', 'reef:code': Configuration?.CodeSha256 });
    expect(JSON.parse(await cloud.state('Whole'))).toMatchObject({
      aliases: [['live', '1', null]],
      urls: [[expect.stringMatching(/:Whole:live$/), 'AWS_IAM']],
    });
    expect(deployment).toMatchObject({ version: '1', alias: 'live', url: expect.stringMatching(/^https:/) });
    expect(await cloud.rolePolicies('reef-Whole-us-east-1')).toEqual([
      'AWSLambdaBasicExecutionRole',
      'AWSLambdaVPCAccessExecutionRole',
    ]);
    // Names are told, values are not.
    expect(lineOf(plan, 'environment')).toMatchObject({ to: 'TABLE, TOKEN' });
    expect(JSON.stringify(plan)).not.toContain('secret');
    expect(lineOf(plan, 'function URL')).toMatchObject({ action: 'create', to: 'asks for IAM signatures' });
  });

  it('waits until it is ready, and while nobody can assume its role yet', async () => {
    cloud.aws.emulator.settings.slowCreates = 3;
    const notYet = failure(
      400,
      'InvalidParameterValueException',
      'The role defined for the function cannot be assumed by Lambda.',
    );
    cloud.aws.emulator.faults.push({ action: 'CreateFunction', times: 2, reply: notYet });
    const { deployment } = await cloud.deploy({ name: 'Slow' }, { code: returning('at last') });
    expect(deployment.version).toBe('1');
    expect(await cloud.invoke('Slow')).toBe('at last');
  });
});

describe.skipIf(skipped !== null)('deploying again', () => {
  it('does nothing, packs nothing and sends nothing where nothing has changed', async () => {
    const wanted = { name: 'Same', alias: 'live', environment: { A: '1' } };
    await cloud.deploy(wanted);
    const from = cloud.aws.emulator.actions.length;
    const packaging = packagingOf(returning('1'), await temporaryFolder());
    const request = await cloud.request(wanted, { packaging });
    const { plan } = await (await cloud.deployer()).deploy(request, never, () => {});
    expect(plan.changes).toEqual([]);
    expect(packaging.packed()).toBe(0);
    expect(cloud.changesSince(from)).toEqual([]);
    expect(cloud.aws.emulator.actions.slice(from).toSorted()).toEqual([
      'GetAlias',
      'GetFunction',
      'GetFunction',
      'ListFunctionUrlConfigs',
    ]);
  });

  it.each([{ alias: 'live', url: 'iam' as const }, {}])('knows what is deployed where nothing has changed: %o', async (more) => {
    const wanted = { name: 'Standing', ...more };
    const { deployment } = await cloud.deploy(wanted);
    const { plan, current } = await (await cloud.deployer()).deploy(await cloud.request(wanted), never, () => {});
    expect(plan.changes).toEqual([]);
    expect(await current(never)).toEqual(deployment);
  });

  it('sends new code, and callers of the alias get it when it is published', async () => {
    await cloud.deploy({ name: 'Code', alias: 'live' }, { code: returning('old') });
    cloud.aws.emulator.settings.slowUpdates = 2;
    const { plan, deployment } = await cloud.deploy({ name: 'Code', alias: 'live' }, { code: returning('new') });
    expect(plan.changes.map(({ what }) => what)).toEqual(['code', 'version', 'alias live']);
    expect(lineOf(plan, 'alias live')).toMatchObject({ from: 'version 1', to: 'the new version' });
    expect(deployment.version).toBe('2');
    expect(await cloud.invoke('Code', 'live')).toBe('new');
    expect(await cloud.invoke('Code', '1')).toBe('old');
  });

  it('publishes what was there only where no version is the same, whatever its revision', async () => {
    const numbers = async (): Promise<unknown[]> => {
      const { versions } = JSON.parse(await cloud.state('Before')) as { versions: unknown[][] };
      return versions.map(([version, _code, memoryMb]) => [version, memoryMb]);
    };
    await cloud.deploy({ name: 'Before' });
    await cloud.setElsewhere('Before', 256);
    await cloud.setElsewhere('Before', 128);
    await cloud.deploy({ name: 'Before', memoryMb: 512 });
    expect(await numbers()).toEqual([
      ['1', 128],
      ['2', 512],
    ]);
    await cloud.setElsewhere('Before', 256);
    await cloud.deploy({ name: 'Before', memoryMb: 1024 });
    expect((await numbers()).slice(2)).toEqual([
      ['3', 256],
      ['4', 1024],
    ]);
  });

  it('tells settings from and to, the environment by names, and changes these and nothing else', async () => {
    const before = { name: 'Settings', environment: { KEPT: 'x', CHANGED: 'old value', GONE: 'x' }, timeoutS: 10 };
    await cloud.deploy(before);
    const after = {
      ...before,
      memoryMb: 512,
      environment: { KEPT: 'x', CHANGED: 'new value', ADDED: 'x' },
      logFormat: 'JSON' as const,
    };
    const from = cloud.aws.emulator.actions.length;
    const { plan } = await cloud.deploy(after);
    expect(plan.changes).toEqual([
      { action: 'update', what: 'memory', from: '128 MB', to: '512 MB' },
      { action: 'update', what: 'environment', from: null, to: 'ADDED added, CHANGED changed, GONE removed' },
      { action: 'update', what: 'log format', from: 'Text', to: 'JSON' },
      { action: 'create', what: 'version', from: null, to: 'of this code and these settings' },
    ]);
    expect(JSON.stringify(plan)).not.toMatch(/old value|new value/);
    expect(cloud.changesSince(from)).not.toContain('UpdateFunctionCode');
    const { Configuration } = await cloud.client().send(new GetFunctionCommand({ FunctionName: 'Settings' }));
    expect(Configuration).toMatchObject({ Environment: { Variables: after.environment }, MemorySize: 512, Timeout: 10 });
  });

  it('packs where it cannot know, and only remembers it where the same came of it', async () => {
    await cloud.deploy({ name: 'Equal' });
    const packaging = { ...packagingOf(returning('1'), await temporaryFolder()), codeFingerprint: 'of other tools' };
    const from = cloud.aws.emulator.actions.length;
    const { plan } = await cloud.deploy({ name: 'Equal' }, { packaging });
    expect(plan.changes.map(({ what }) => what)).toEqual(['tag reef:fingerprint']);
    expect(cloud.changesSince(from)).toEqual(['CreateAlias', 'TagResource', 'DeleteAlias']);
    const again = await (await cloud.deployer()).deploy(await cloud.request({ name: 'Equal' }, { packaging }), never, () => {});
    expect(again.plan.changes).toEqual([]);
  });

  it('finds code that somebody else has uploaded since', async () => {
    await cloud.deploy({ name: 'Drifted' }, { code: returning('ours') });
    const ZipFile = zipSync({ 'app.js': strToU8('exports.handler = async () => "theirs";') });
    await cloud.client().send(new UpdateFunctionCodeCommand({ FunctionName: 'Drifted', ZipFile }));
    const { plan } = await cloud.deploy({ name: 'Drifted' }, { code: returning('ours') });
    expect(lineOf(plan, 'code')).toMatchObject({ from: 'code that Reef did not deploy' });
    expect(await cloud.invoke('Drifted')).toBe('ours');
  });

  it('leaves tags of others alone', async () => {
    await cloud.deploy({ name: 'Tagged', tags: { team: 'shop', stage: 'test' } });
    const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:Tagged';
    await cloud.client().send(new TagResourceCommand({ Resource, Tags: { 'cost-center': '42' } }));
    const { plan } = await cloud.deploy({ name: 'Tagged', tags: { team: 'orders' } });
    expect(plan.changes).toEqual([{ action: 'update', what: 'tag team', from: 'shop', to: 'orders' }]);
    const { Tags } = await cloud.client().send(new GetFunctionCommand({ FunctionName: 'Tagged' }));
    expect(Tags).toMatchObject({ team: 'orders', stage: 'test', 'cost-center': '42' });
  });

  it('refuses another kind of package, and an alias of its own work', async () => {
    await cloud.deploy({ name: 'Kind' });
    await expect(cloud.deploy({ name: 'Kind', packageType: 'image' })).rejects.toThrow(
      /is deployed as an archive, and AWS cannot make an image of it/,
    );
    await expect(cloud.deploy({ name: 'Kind', alias: 'reef-lock' })).rejects.toThrow(/may not begin with "reef-"/);
  });

  it('refuses code that is too large to be sent, before anything is changed', async () => {
    const packaging = packagingOf(returning('x'), await temporaryFolder());
    const large = { ...packaging, pack: async () => ({ ...(await packaging.pack(never, () => {})), bytes: 51 * 2 ** 20 }) };
    const from = cloud.aws.emulator.actions.length;
    await expect(cloud.deploy({ name: 'Large' }, { packaging: large })).rejects.toThrow(
      /has 51.0 MB, and AWS Lambda takes 50 MB in a direct upload/,
    );
    expect(cloud.changesSince(from)).toEqual([]);
  });

  it('waits for no study: one that is under way keeps it out', async () => {
    await cloud.deploy({ name: 'Studied' });
    const lock = { FunctionName: 'Studied', Name: 'reef-lock', FunctionVersion: '$LATEST', Description: 'Reef study x on y' };
    await cloud.client().send(new CreateAliasCommand(lock));
    await expect(cloud.deploy({ name: 'Studied', memoryMb: 512 })).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringContaining('(Reef study x on y): wait for its end'),
    });
  });

  it('needs to read whose a function is', async () => {
    await cloud.deploy({ name: 'Untold' });
    const Configuration = { FunctionName: 'Untold', FunctionArn: 'arn:aws:lambda:us-east-1:1:function:Untold', MemorySize: 128 };
    const TagsError = { ErrorCode: 'AccessDeniedException', Message: 'not authorized' };
    cloud.aws.emulator.faults.push({ action: 'GetFunction', times: 1, reply: json(200, { Configuration, TagsError }) });
    await expect(cloud.deploy({ name: 'Untold' })).rejects.toThrow(/allow lambda:ListTags/);
  });

  it('says that the function is a stack’s', async () => {
    await cloud.deploy({ name: 'Stacked', tags: { 'aws:cloudformation:stack-name': 'shop' } });
    const { plan } = await cloud.deploy({ name: 'Stacked', memoryMb: 512 });
    expect(plan.notes.join(' ')).toContain('belongs to the stack shop, whose next deployment sets it back');
  });
});
