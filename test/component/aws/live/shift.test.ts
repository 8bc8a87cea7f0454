import { readdir } from 'node:fs/promises';
import {
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { SizedAction } from '../../../../src/engine/targets/live-settings.ts';
import { failure } from '../../../support/aws/request.ts';
import { never, skipped, useAws } from '../support.ts';
import { liveOf, publishBehind, shapeOf } from './support.ts';

const aws = useAws();
const shift = { kind: 'shift', alias: 'live', memoryMb: 1024, weight: 0.1 } as const;

describe.skipIf(skipped !== null)('an alias of a deployed function', () => {
  it('gives a new version a share of its calls, more of them, and all; and takes it back at last', async () => {
    await aws.deploy('Shift');
    await publishBehind(aws, 'Shift', 'live');
    const before = await aws.state('Shift');
    const live = await liveOf(aws, 'Shift');
    const plan = await live.plan(shift);
    expect(plan.changes).toEqual([
      { what: 'a new version', from: 'none', to: '1024 MB' },
      { what: 'alias live', from: 'version 1 (512 MB)', to: 'version 1 (512 MB) 90 %, the new version (1024 MB) 10 %' },
    ]);
    expect(plan.notes).toEqual([
      'Callers of the alias live are affected: about 10 of 100 calls go to the new version.',
      'While the version is published, for a few seconds, $LATEST has 1024 MB; then 512 MB again.',
      expect.stringContaining('This is planned for its revision'),
    ]);
    expect(await aws.state('Shift')).toBe(before);
    await plan.apply(never);
    const shifted = { memoryMb: 512, versions: ['1: 512 MB', '2: 1024 MB'], aliases: ['live: 1, 2 0.1'] };
    expect(await shapeOf(aws, 'Shift')).toEqual(shifted);
    expect(await readdir(live.journals)).toEqual([]);
    expect((await live.state()).aliases).toEqual([
      { name: 'live', version: '1', memoryMb: 512, shift: { version: '2', memoryMb: 1024, weight: 0.1 }, replaced: null },
    ]);

    // The same again changes nothing; another share only that.
    expect((await live.plan(shift)).changes).toEqual([]);
    const more = await live.apply({ ...shift, weight: 0.5 });
    expect(more.changes).toEqual([
      {
        what: 'alias live',
        from: 'version 1 (512 MB) 90 %, version 2 (1024 MB) 10 %',
        to: 'version 1 (512 MB) 50 %, version 2 (1024 MB) 50 %',
      },
    ]);
    expect(await shapeOf(aws, 'Shift')).toEqual({ ...shifted, aliases: ['live: 1, 2 0.5'] });

    const finish = await live.apply({ kind: 'finish', alias: 'live' });
    expect(finish.changes).toMatchObject([{ what: 'alias live', to: 'version 2 (1024 MB)' }]);
    expect(await shapeOf(aws, 'Shift')).toEqual({ ...shifted, aliases: ['live: 2'] });
    expect((await live.plan({ kind: 'finish', alias: 'live' })).changes).toEqual([]);
    expect((await live.state()).aliases).toMatchObject([{ version: '2', shift: null, replaced: '1' }]);

    const back = await live.apply({ kind: 'rollBack', alias: 'live' });
    expect(back.changes).toEqual([
      { what: 'alias live', from: 'version 2 (1024 MB)', to: 'version 1 (512 MB)' },
      { what: 'version 2', from: '1024 MB', to: 'deleted' },
    ]);
    expect(await aws.state('Shift')).toBe(before);
    expect(await readdir(live.journals)).toEqual([]);
    await expect(live.plan({ kind: 'rollBack', alias: 'live' })).rejects.toMatchObject({
      code: 'invalid-settings',
      message: 'There is nothing to take back: the alias live of Shift has no shift, and version 1 was not made by Reef.',
    });
  });

  it('goes back in the middle of a shift, from another workspace too', async () => {
    await aws.deploy('Middle');
    await publishBehind(aws, 'Middle', 'live');
    const before = await aws.state('Middle');
    const live = await liveOf(aws, 'Middle');
    await live.apply(shift);
    const elsewhere = await liveOf(aws, 'Middle');
    await elsewhere.apply({ kind: 'rollBack', alias: 'live' });
    expect(await aws.state('Middle')).toBe(before);
  });

  it('gets the whole of a new version at once where that is wanted', async () => {
    await aws.deploy('Whole');
    await publishBehind(aws, 'Whole', 'live');
    const live = await liveOf(aws, 'Whole');
    await live.apply({ ...shift, weight: 1 });
    expect(await shapeOf(aws, 'Whole')).toMatchObject({ aliases: ['live: 2'], memoryMb: 512 });
  });

  it('takes the version of $LATEST as it is where that has the size already, and keeps it when rolled back', async () => {
    await aws.deploy('Ready');
    await publishBehind(aws, 'Ready', 'live');
    await aws.lambda().send(new UpdateFunctionConfigurationCommand({ FunctionName: 'Ready', MemorySize: 1024 }));
    await publishBehind(aws, 'Ready', 'other');
    const before = await aws.state('Ready');
    const live = await liveOf(aws, 'Ready');
    const from = aws.emulator.actions.length;
    const step = await live.apply(shift);
    expect(step.notes.join(' ')).not.toContain('$LATEST');
    expect(aws.emulator.actions.slice(from)).not.toContain('UpdateFunctionConfiguration');
    expect(await shapeOf(aws, 'Ready')).toMatchObject({
      versions: ['1: 512 MB', '2: 1024 MB'],
      aliases: ['live: 1, 2 0.1', 'other: 2'],
    });
    await live.apply({ kind: 'rollBack', alias: 'live' });
    expect(await aws.state('Ready')).toBe(before);
  });

  it('keeps a version of Reef’s that another alias has come to use', async () => {
    await aws.deploy('Used');
    await publishBehind(aws, 'Used', 'live');
    const live = await liveOf(aws, 'Used');
    await live.apply({ ...shift, weight: 1 });
    await publishBehind(aws, 'Used', 'beta');
    await aws.lambda().send(new UpdateAliasCommand({ FunctionName: 'Used', Name: 'beta', FunctionVersion: '2' }));
    const back = await live.apply({ kind: 'rollBack', alias: 'live' });
    expect(back.changes).toHaveLength(1);
    expect(await shapeOf(aws, 'Used')).toMatchObject({
      versions: expect.arrayContaining(['2: 1024 MB']),
      aliases: ['beta: 2', 'live: 1'],
    });
  });

  it('sends calls to both versions by their shares', async () => {
    await aws.deploy('Called');
    await publishBehind(aws, 'Called', 'live');
    const live = await liveOf(aws, 'Called');
    await live.apply({ ...shift, weight: 1 });
    const client = new LambdaClient({ endpoint: aws.url });
    const { ExecutedVersion: version } = await client.send(
      new InvokeCommand({ FunctionName: 'Called', Qualifier: 'live', Payload: '{}' }),
    );
    client.destroy();
    expect(version).toBe('2');
  });

  it.each([
    ['none', 'Nobody has no alias none: it has live.'],
    ['latest', 'The alias latest of Nobody follows $LATEST, whose calls Lambda does not share out: change the function itself.'],
  ])('that cannot be shifted says why: %s', async (alias, message) => {
    await aws.deploy('Nobody');
    await publishBehind(aws, 'Nobody', 'live');
    if (alias === 'latest') {
      await publishBehind(aws, 'Nobody', 'latest');
      await aws.lambda().send(new UpdateAliasCommand({ FunctionName: 'Nobody', Name: 'latest', FunctionVersion: '$LATEST' }));
    }
    const live = await liveOf(aws, 'Nobody');
    await expect(live.plan({ ...shift, alias })).rejects.toMatchObject({ code: 'invalid-settings', message });
  });

  it('does not bring along what else has changed in $LATEST', async () => {
    await aws.deploy('Drifted');
    await publishBehind(aws, 'Drifted', 'live');
    const live = await liveOf(aws, 'Drifted');
    for (const change of [{ Timeout: 9 }, { Environment: { Variables: { TOKEN: 'another-secret' } } }]) {
      await aws.lambda().send(new UpdateFunctionConfigurationCommand({ FunctionName: 'Drifted', ...change }));
      const ended = await live.plan(shift).then(() => 'planned', String);
      expect(ended).toContain('$LATEST of Drifted has other settings than version 1, which the alias live runs');
      expect(ended).not.toContain('secret');
    }
  });

  it('is not shifted to another size while a shift is under way', async () => {
    await aws.deploy('Twice');
    await publishBehind(aws, 'Twice', 'live');
    const live = await liveOf(aws, 'Twice');
    await live.apply(shift);
    await expect(live.plan({ ...shift, memoryMb: 2048 })).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringContaining('is being shifted to version 2 with 1024 MB: finish that shift, or roll it back, first.'),
    });
  });

  it.each<SizedAction>([shift, { kind: 'finish', alias: 'live' }, { kind: 'rollBack', alias: 'live' }])(
    'is not touched while a deployment shifts it to other code: $kind',
    async (action) => {
      const name = `Canary-${action.kind}`;
      await aws.deploy(name, {}, { zip: zipSync({ 'app.js': strToU8('exports.handler = async () => 1;') }) });
      await publishBehind(aws, name, 'live');
      const zip = zipSync({ 'app.js': strToU8('exports.handler = async () => 2;') });
      await aws.lambda().send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: zip }));
      const { Version: version = '' } = await aws.lambda().send(new PublishVersionCommand({ FunctionName: name }));
      const routing = { RoutingConfig: { AdditionalVersionWeights: { [version]: 0.2 } } };
      await aws.lambda().send(new UpdateAliasCommand({ FunctionName: name, Name: 'live', ...routing }));
      const before = await aws.state(name);
      const live = await liveOf(aws, name);
      await expect(live.plan(action)).rejects.toMatchObject({
        code: 'in-use',
        message: `The alias live of ${name} is being shifted from version 1 to version 2, which has other code: that is a deployment, and is for the tool that began it to end.`,
      });
      expect(await aws.state(name)).toBe(before);
    },
  );

  it.each(['plan', 'last moment'])('is left alone where somebody else changes it after the plan: %s', async (moment) => {
    const name = `Alias-${moment.replace(' ', '-')}`;
    await aws.deploy(name);
    await publishBehind(aws, name, 'live');
    const live = await liveOf(aws, name);
    const step = await live.plan(shift);
    const client = new LambdaClient({ endpoint: aws.url });
    const theirs = () =>
      client.send(new UpdateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1', Description: 'theirs' }));
    if (moment === 'plan') await theirs();
    else {
      const reply = failure(
        412,
        'PreconditionFailedException',
        'The Revision Id provided does not match the latest Revision Id.',
      );
      aws.emulator.faults.push({ action: 'UpdateAlias', times: 1, reply });
    }
    await expect(step.apply(never)).rejects.toMatchObject({ code: 'in-use' });
    client.destroy();
    expect(await shapeOf(aws, name)).toEqual({ memoryMb: 512, versions: ['1: 512 MB'], aliases: ['live: 1'] });
    expect(await readdir(live.journals)).toEqual([]);
  });

  it.each([
    ['PublishVersion', failure(429, 'TooManyRequestsException', 'Rate Exceeded.'), 40],
    ['PublishVersion', failure(500, 'ServiceException', 'Service error'), 40],
    [
      'UpdateAlias',
      failure(403, 'AccessDeniedException', 'User is not authorized to perform: lambda:UpdateAlias on resource: f'),
      1,
    ],
    ['UpdateAlias', failure(409, 'ResourceConflictException', 'An update is in progress'), 1],
    ['UpdateFunctionConfiguration', failure(403, 'AccessDeniedException', 'no'), 1],
  ])('leaves everything as it was after a fault at %s', async (action, reply, times) => {
    const name = `Fault-${action}-${reply.status}`;
    await aws.deploy(name);
    await publishBehind(aws, name, 'live');
    const before = await aws.state(name);
    const live = await liveOf(aws, name);
    const step = await live.plan(shift);
    aws.emulator.faults.push({ action, reply, times });
    const ended = await step.apply(never).then(() => 'done', String);
    aws.emulator.faults.length = 0;
    expect(ended).not.toBe('done');
    expect(await aws.state(name)).toBe(before);
    expect(await readdir(live.journals)).toEqual([]);
  });

  it.each(['UpdateAlias', 'PublishVersion', 'CreateAlias', 'DeleteAlias'])(
    'is shifted although the answer to %s is lost',
    async (action) => {
      const name = `Lost-${action}`;
      await aws.deploy(name);
      await publishBehind(aws, name, 'live');
      const live = await liveOf(aws, name);
      aws.emulator.faults.push({ action, times: 1, reply: null, carriedOut: true });
      await live.apply(shift);
      expect(await shapeOf(aws, name)).toEqual({
        memoryMb: 512,
        versions: ['1: 512 MB', '2: 1024 MB'],
        aliases: ['live: 1, 2 0.1'],
      });
    },
  );

  it('is as before after a cancellation', async () => {
    await aws.deploy('Cancelled');
    await publishBehind(aws, 'Cancelled', 'live');
    const before = await aws.state('Cancelled');
    const live = await liveOf(aws, 'Cancelled');
    const step = await live.plan(shift);
    const controller = new AbortController();
    aws.emulator.faults.push({
      action: 'PublishVersion',
      times: 1,
      reply: null,
      carriedOut: true,
      meanwhile: () => controller.abort(),
    });
    await expect(step.apply(controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await aws.state('Cancelled')).toBe(before);
  });
});
