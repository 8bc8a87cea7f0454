/** What is deployed, as the engine tells it: pages, tags, links to the source, aliases and versions, and every kind of refusal. */
import { CreateAliasCommand, PublishVersionCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/engine/create-engine.ts';
import { ownerOf } from '../../../src/engine/deploy/owner.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { DeployedRow } from '../../../src/protocol/deployed.ts';
import { failure } from '../../support/aws/request.ts';
import { workspaceWith } from '../../support/cli.ts';
import { never, skipped, temporaryFolder, useAws } from './support.ts';

const aws = useAws();
const target = 'aws:/us-east-1';

function engineOf(folder: string, logged: string[] = []): Engine {
  const settings = { storePath: '.reef/samples.db', nodePath: process.execPath, pythonPath: '', awsEndpoint: aws.url };
  const log = { log: (level: string, message: string) => void logged.push(`${level}: ${message}`) };
  return createEngine({ folder, settings, log, onOutput: () => {} });
}

/** The rows as they are known at the end, by name. */
async function listed(engine: Engine, signal = never): Promise<Map<string, DeployedRow>> {
  const rows = new Map<string, DeployedRow>();
  await engine.deployed({ target }, signal, (page) => page.forEach((row) => rows.set(row.name, row)));
  return rows;
}

const stack = (name: string, logicalId: string) => ({
  'aws:cloudformation:stack-name': name,
  'aws:cloudformation:logical-id': logicalId,
});

const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, Handler: basic.empty, MemorySize: 256, Timeout: 20 }
  Named:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: live-payments, Runtime: nodejs22.x, Handler: basic.empty, MemorySize: 512, Timeout: 20 }
`;
const files = { 'template.yaml': template, 'basic.js': 'exports.empty = async () => 1;' };

describe.skipIf(skipped !== null)('what is deployed', () => {
  beforeEach(() => {
    aws.emulator.settings.functionsPerPage = 50;
    aws.emulator.faults.length = 0;
  });

  it('is listed with tags and settings, linked to the source that it came from', async () => {
    await aws.deploy('orders-7f3a', {}, { Tags: stack('shop', 'Orders'), MemorySize: 1024 });
    await aws.deploy('live-payments', {}, { Architectures: ['x86_64'], Description: 'pays' });
    await aws.deploy('elsewhere', {}, { Tags: { team: 'depot' } });
    await using workspace = await workspaceWith(files);
    await using engine = engineOf(workspace.folder);
    const rows = await listed(engine);
    expect(rows.get('orders-7f3a')).toMatchObject({
      id: expect.stringMatching(/^arn:aws:lambda:us-east-1:\d+:function:orders-7f3a$/),
      region: 'us-east-1',
      runtime: 'nodejs22.x',
      packageType: 'zip',
      architecture: 'x86_64',
      memoryMb: 1024,
      timeoutS: 20,
      lastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      logGroup: '/aws/lambda/orders-7f3a',
      tags: stack('shop', 'Orders'),
      link: {
        kind: 'linked',
        by: 'logical-id',
        source: {
          folder: workspace.folder,
          functionId: 'template.yaml#Orders',
          template: 'template.yaml',
          handlerFile: 'basic.js',
        },
        differences: [{ what: 'memory', deployed: 1024, source: 256 }],
      },
    });
    expect(rows.get('live-payments')?.link).toMatchObject({
      by: 'name',
      source: { functionId: 'template.yaml#Named' },
      differences: [],
    });
    expect(rows.get('elsewhere')).toMatchObject({ tags: { team: 'depot' }, link: null });
  });

  it('is linked to the workspace that deployed it, under the name that its code gives it', async () => {
    await using workspace = await workspaceWith({ 'orders/app.js': 'exports.handler = async (event, context) => 1;' });
    const owner = await ownerOf(workspace.folder);
    await aws.deploy('orders', {}, { Handler: 'bundle.handler', Tags: { 'reef:owner': owner } });
    await using engine = engineOf(workspace.folder);
    expect((await listed(engine)).get('orders')?.link).toMatchObject({
      kind: 'linked',
      by: 'reef-tag',
      source: { functionId: 'orders/app.js#orders.handler', template: null },
    });
    const id = (await listed(engine)).get('orders')?.id ?? '';
    const { runId } = await engine.invoke({ function: id, target, event: { text: '{}' } }, never);
    expect(engine.store().run(runId)).toMatchObject({ functionId: 'orders/app.js#orders.handler' });
    await using elsewhere = await workspaceWith({ 'orders/app.js': 'exports.handler = async (event, context) => 1;' });
    await using other = engineOf(elsewhere.folder);
    expect((await listed(other)).get('orders')?.link).toBeNull();
  });

  it('comes page by page, the first before the others are asked for', async () => {
    for (const name of ['one', 'two', 'three', 'four', 'five']) await aws.deploy(name);
    aws.emulator.settings.functionsPerPage = 2;
    await using engine = engineOf(await temporaryFolder());
    const from = aws.emulator.actions.length;
    const askedAtFirstRow: number[] = [];
    let rows = 0;
    const result = await engine.deployed({ target }, never, (page) => {
      askedAtFirstRow.push(aws.emulator.actions.slice(from).filter((action) => action === 'ListFunctions').length);
      rows += page.length;
    });
    expect(result).toEqual({ functions: 5, tagsProblem: null });
    expect(rows).toBe(5);
    expect(askedAtFirstRow[0]).toBe(1);
    const asked = aws.emulator.actions.slice(from);
    expect(asked.filter((action) => action === 'ListFunctions')).toHaveLength(3);
    expect(new Set(asked)).toEqual(new Set(['ListFunctions', 'GetResources']));
  });

  it('stops when that is wanted, with what came so far', async () => {
    for (const name of ['one', 'two', 'three']) await aws.deploy(name);
    aws.emulator.settings.functionsPerPage = 1;
    await using engine = engineOf(await temporaryFolder());
    const stopping = new AbortController();
    const names: string[] = [];
    const listing = engine.deployed({ target }, stopping.signal, (page) => {
      names.push(...page.map(({ name }) => name));
      stopping.abort();
    });
    await expect(listing).rejects.toMatchObject({ code: 'cancelled' });
    expect(names).toHaveLength(1);
  });

  it('has aliases with their shares, and versions, newest first', async () => {
    await aws.deploy('versioned');
    const publish = (Description: string) =>
      aws.lambda().send(new PublishVersionCommand({ FunctionName: 'versioned', Description }));
    await publish('first');
    await aws.lambda().send(new UpdateFunctionConfigurationCommand({ FunctionName: 'versioned', MemorySize: 640 }));
    await publish('second');
    const shares = { AdditionalVersionWeights: { '2': 0.25 } };
    await aws
      .lambda()
      .send(new CreateAliasCommand({ FunctionName: 'versioned', Name: 'live', FunctionVersion: '1', RoutingConfig: shares }));
    await using engine = engineOf(await temporaryFolder());
    const arn = (await listed(engine)).get('versioned')?.id ?? '';
    for (const wanted of ['versioned', arn, `${arn}:live`]) {
      expect(await engine.deployedVersions({ target, function: wanted }, never)).toMatchObject({
        aliases: [{ name: 'live', version: '1', shares: { '2': 0.25 } }],
        versions: [
          { version: '2', description: 'second', memoryMb: 640, codeSha256: expect.stringMatching(/=$/) },
          { version: '1', description: 'first', memoryMb: 512 },
        ],
      });
    }
  });

  it('has its versions by its ARN where the workspace cannot be searched', async () => {
    await aws.deploy('alone');
    await aws.lambda().send(new PublishVersionCommand({ FunctionName: 'alone' }));
    await using engine = engineOf(join(await temporaryFolder(), 'gone'));
    await expect(engine.deployedVersions({ target, function: 'alone' }, never)).rejects.toThrow(/gone/);
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:alone';
    expect((await engine.deployedVersions({ target, function: arn }, never)).versions).toHaveLength(1);
  });

  it('is listed without tags where they may not be read, and says which permission that takes', async () => {
    await aws.deploy('shop-Orders-1A2B3C4D5E6F', {}, { Tags: stack('shop', 'Orders') });
    await using workspace = await workspaceWith(files);
    await using engine = engineOf(workspace.folder);
    aws.emulator.faults.push({ action: 'GetResources', times: 1, reply: failure(400, 'AccessDeniedException', 'no') });
    const rows: DeployedRow[] = [];
    expect(await engine.deployed({ target }, never, (page) => rows.push(...page))).toMatchObject({
      functions: 1,
      tagsProblem: expect.stringContaining('allow tag:GetResources in the IAM policy'),
    });
    expect(rows).toMatchObject([{ tags: {}, link: { kind: 'linked', by: 'made-name' } }]);
  });

  it.for([
    ['access-denied', 403, 'AccessDeniedException', /may not do lambda:ListFunctions: allow lambda:ListFunctions in/, 1],
    ['no-credentials', 403, 'ExpiredTokenException', /have expired: sign in again with aws sso login/, 1],
    ['throttled', 429, 'TooManyRequestsException', /throttled lambda:ListFunctions/, 9],
    ['service-failed', 500, 'ServiceException', /refused lambda:ListFunctions: ServiceException/, 9],
    ['region-disabled', 403, 'UnrecognizedClientException', /^The region us-east-1 is not enabled for the account \d+/, 1],
  ] as const)('cannot be listed: %s', async ([code, status, type, sentence, times]) => {
    await using engine = engineOf(await temporaryFolder());
    aws.emulator.faults.push({ action: 'ListFunctions', times, reply: failure(status, type, 'The words of the service.') });
    const listing = listed(engine);
    await expect(listing).rejects.toMatchObject({ code, message: expect.stringMatching(sentence) });
  });

  it('in the region that the environment names, where that is not enabled, says so too', async () => {
    await using engine = engineOf(await temporaryFolder());
    const unknown = failure(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.');
    aws.emulator.faults.push({ action: 'ListFunctions', times: 1, reply: unknown });
    const listing = engine.deployed({ target: 'aws' }, never, () => {});
    await expect(listing).rejects.toMatchObject({ code: 'region-disabled', message: /^The region us-east-1 is not enabled/ });
  });

  it('with keys that no region knows says that these are wrong', async () => {
    await using engine = engineOf(await temporaryFolder());
    const unknown = failure(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.');
    aws.emulator.faults.push(
      { action: 'ListFunctions', times: 1, reply: unknown },
      { action: 'GetCallerIdentity', times: 1, reply: unknown },
    );
    await expect(listed(engine)).rejects.toMatchObject({ code: 'no-credentials', message: /does not accept the credentials/ });
  });

  it('that fails in the middle has shown what came before', async () => {
    for (const name of ['one', 'two', 'three']) await aws.deploy(name);
    aws.emulator.settings.functionsPerPage = 1;
    aws.emulator.faults.push({
      action: 'ListFunctions',
      after: 2,
      times: 9,
      reply: failure(429, 'TooManyRequestsException', 'x'),
    });
    await using engine = engineOf(await temporaryFolder());
    const rows: DeployedRow[] = [];
    await expect(engine.deployed({ target }, never, (page) => rows.push(...page))).rejects.toMatchObject({ code: 'throttled' });
    expect(rows).toHaveLength(2);
  });

  it('is nothing on a target without a cloud', async () => {
    await using engine = engineOf(await temporaryFolder());
    const sentence = 'Nothing is deployed on process: name "aws" with a profile and region.';
    await expect(engine.deployed({ target: 'process' }, never, () => {})).rejects.toMatchObject({
      code: 'no-such-target',
      message: sentence,
    });
  });
});

describe.skipIf(skipped !== null)('a function that is asked for by its ARN', () => {
  it('keeps its measurements with the source that its tags name, and is the one that was asked for', async () => {
    await aws.deploy('dev-Orders-1A2B3C4D5E6F', {}, { Tags: stack('dev', 'Orders'), MemorySize: 256 });
    await aws.deploy('prod-Orders-1A2B3C4D5E6F', {}, { Tags: stack('prod', 'Orders'), MemorySize: 1024 });
    await using workspace = await workspaceWith(files);
    const logged: string[] = [];
    await using engine = engineOf(workspace.folder, logged);
    const id = (await listed(engine)).get('prod-Orders-1A2B3C4D5E6F')?.id ?? '';
    const { runId } = await engine.invoke({ function: id, target, event: { text: '{}' } }, never);
    expect(engine.store().run(runId)).toMatchObject({ functionId: 'template.yaml#Orders' });
    expect(engine.store().samples(runId)).toMatchObject([{ memoryMb: 1024, outcome: 'ok' }]);
    expect(logged).toContain(
      'warn: Orders is deployed with other settings than its template states: memory 1024 MB, not 256 MB.',
    );
  });

  it('stays on its own where several could be its source, and says so', async () => {
    await aws.deploy('Orders', {}, { Handler: 'bundle.handler' });
    const other = template.replace('basic.empty', 'basic.other');
    await using workspace = await workspaceWith({ ...files, 'b/template.yaml': other, 'b/basic.js': files['basic.js'] });
    const logged: string[] = [];
    await using engine = engineOf(workspace.folder, logged);
    const row = (await listed(engine)).get('Orders');
    expect(row?.link).toMatchObject({
      kind: 'ambiguous',
      candidates: [{ functionId: 'b/template.yaml#Orders' }, { functionId: 'template.yaml#Orders' }],
    });
    const { runId } = await engine.invoke({ function: row?.id ?? '', target, event: { text: '{}' } }, never);
    expect(engine.store().run(runId)).toMatchObject({ functionId: row?.id });
    expect(logged.join('\n')).toMatch(
      /Orders could be any of b\/template.yaml#Orders, template.yaml#Orders: its measurements are kept/,
    );
  });
});
