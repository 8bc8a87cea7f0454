import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  CreateAliasCommand,
  LambdaClient,
  PublishLayerVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { elf } from '../../../support/binaries.ts';
import { failure } from '../../../support/aws/request.ts';
import { never, skipped, useAws } from '../support.ts';
import { liveOf, publishBehind, shapeOf } from './support.ts';

const aws = useAws();
const change = (action: string): boolean => !/^(?:Get|List)/i.test(action);

describe.skipIf(skipped !== null)('the size of a deployed function', () => {
  it('is planned without a change, set, and set back', async () => {
    await aws.deploy('Set');
    await publishBehind(aws, 'Set', 'live');
    await aws.lambda().send(new CreateAliasCommand({ FunctionName: 'Set', Name: 'test', FunctionVersion: '$LATEST' }));
    const before = await aws.state('Set');
    const live = await liveOf(aws, 'Set');
    const from = aws.emulator.actions.length;
    const step = await live.plan({ kind: 'set', memoryMb: 1024 });
    expect(aws.emulator.actions.slice(from).filter(change)).toEqual([]);
    expect(step.changes).toEqual([{ what: 'memory', from: '512 MB', to: '1024 MB' }]);
    expect(step.notes).toEqual([
      'All who call Set without a version or alias get it at once, and those of the alias test.',
      'Callers of live keep their version with its own size.',
      expect.stringMatching(/^This is planned for its revision [\w-]+, last changed at .*: any change after that stops it\.$/),
    ]);
    await step.apply(never);
    expect(aws.emulator.actions.slice(from).filter(change)).toEqual([
      'CreateAlias',
      'UpdateFunctionConfiguration',
      'DeleteAlias',
    ]);
    expect(await live.state()).toMatchObject({ memoryMb: 1024, undoMb: 512 });
    expect(await readdir(live.journals)).toEqual([]);

    const undo = await live.apply({ kind: 'undo' });
    expect(undo.changes).toEqual([{ what: 'memory', from: '1024 MB', to: '512 MB' }]);
    expect(await aws.state('Set')).toBe(before);
    expect(await live.state()).toMatchObject({ memoryMb: 512, undoMb: null });
    await expect(live.plan({ kind: 'undo' })).rejects.toMatchObject({
      code: 'invalid-settings',
      message: 'There is nothing to set back: Reef has not changed Set from this workspace.',
    });
  });

  it('is set back step by step, as it was set', async () => {
    await aws.deploy('Steps');
    const live = await liveOf(aws, 'Steps');
    await live.apply({ kind: 'set', memoryMb: 1024 });
    await live.apply({ kind: 'set', memoryMb: 2048 });
    await live.apply({ kind: 'undo' });
    expect(await live.state()).toMatchObject({ memoryMb: 1024, undoMb: 512 });
    await live.apply({ kind: 'undo' });
    expect(await live.state()).toMatchObject({ memoryMb: 512, undoMb: null });
  });

  it('that it has already needs no change', async () => {
    await aws.deploy('Same');
    const live = await liveOf(aws, 'Same');
    expect((await live.plan({ kind: 'set', memoryMb: 512 })).changes).toEqual([]);
  });

  it('that takes a while to come into force is waited for and checked', async () => {
    await aws.deploy('Slow');
    aws.emulator.settings.slowUpdates = 3;
    const live = await liveOf(aws, 'Slow');
    await live.apply({ kind: 'set', memoryMb: 1024 });
    expect((await live.state()).memoryMb).toBe(1024);
  });

  it('is left alone where the function was changed after it was planned', async () => {
    await aws.deploy('Meanwhile');
    const live = await liveOf(aws, 'Meanwhile');
    const step = await live.plan({ kind: 'set', memoryMb: 1024 });
    await aws.lambda().send(new UpdateFunctionConfigurationCommand({ FunctionName: 'Meanwhile', Timeout: 9 }));
    const before = await aws.state('Meanwhile');
    await expect(step.apply(never)).rejects.toMatchObject({
      code: 'in-use',
      message: 'Meanwhile was changed in the meantime: look at the change again.',
    });
    expect(await aws.state('Meanwhile')).toBe(before);
    expect(await readdir(live.journals).catch(() => [])).toEqual([]);
  });

  it('is left alone where the change comes at the very last moment', async () => {
    await aws.deploy('Last');
    const before = await aws.state('Last');
    const live = await liveOf(aws, 'Last');
    const reply = failure(412, 'PreconditionFailedException', 'The Revision Id provided does not match the latest Revision Id.');
    aws.emulator.faults.push({ action: 'UpdateFunctionConfiguration', times: 1, reply });
    await expect(live.apply({ kind: 'set', memoryMb: 1024 })).rejects.toMatchObject({ code: 'in-use' });
    expect(await aws.state('Last')).toBe(before);
    expect((await live.state()).undoMb).toBeNull();
  });

  it('is set although the answer to that is lost', async () => {
    await aws.deploy('Lost');
    const live = await liveOf(aws, 'Lost');
    aws.emulator.faults.push({ action: 'UpdateFunctionConfiguration', times: 1, reply: null, carriedOut: true });
    await live.apply({ kind: 'set', memoryMb: 1024 });
    expect(await live.state()).toMatchObject({ memoryMb: 1024, undoMb: 512 });
  });

  it('is left alone while the function is being updated, or a study of Reef holds it', async () => {
    await aws.deploy('Busy');
    const live = await liveOf(aws, 'Busy');
    const target = await aws.target();
    const fn = await target.find('Busy');
    const sandbox = await target.open({ function: fn, memoryMb: 1024, architecture: 'x86_64' }, never);
    await expect(live.plan({ kind: 'set', memoryMb: 1024 })).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringMatching(/^Busy has the alias reef-lock of another study or change of Reef's \(Reef study/),
    });
    await sandbox.close();
    await target[Symbol.asyncDispose]();
    const step = await live.plan({ kind: 'set', memoryMb: 1024 });
    // An update that somebody else has begun.
    aws.emulator.settings.slowUpdates = 20;
    const other = new LambdaClient({ endpoint: aws.url });
    await other.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'Busy', Timeout: 8 }));
    other.destroy();
    const message = 'Busy is being updated: wait until that is over, and look at the change again.';
    await expect(live.plan({ kind: 'set', memoryMb: 1024 })).rejects.toMatchObject({ code: 'in-use', message });
    await expect(step.apply(never)).rejects.toMatchObject({ code: 'in-use', message });
    expect((await live.state()).memoryMb).toBe(512);
  });

  it('is set back where it was changed by somebody else since only by hand', async () => {
    await aws.deploy('Theirs');
    const live = await liveOf(aws, 'Theirs');
    await live.apply({ kind: 'set', memoryMb: 1024 });
    await aws.lambda().send(new UpdateFunctionConfigurationCommand({ FunctionName: 'Theirs', MemorySize: 3008 }));
    expect((await live.state()).undoMb).toBeNull();
    await expect(live.plan({ kind: 'undo' })).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringMatching(/^Theirs was changed after Reef had set it to 1024 MB on x86_64/),
    });
  });

  it.each([
    ['TooManyRequestsException', 429, 2, 'done'],
    ['TooManyRequestsException', 429, 40, 'AWS throttled lambda:UpdateFunctionConfiguration'],
    ['ServiceException', 500, 1, 'done'],
    ['ExpiredTokenException', 403, 40, 'The credentials of aws:/us-east-1 have expired'],
    ['AccessDeniedException', 403, 1, 'allow lambda:UpdateFunctionConfiguration in the IAM policy'],
  ])('after %s (%i), %i times, is set whole or not at all', async (type, status, times, ending) => {
    const name = `Fault-${type}-${times}`;
    await aws.deploy(name);
    const before = await aws.state(name);
    const live = await liveOf(aws, name);
    const step = await live.plan({ kind: 'set', memoryMb: 1024 });
    const reply = failure(status, type, 'not authorized to perform: lambda:UpdateFunctionConfiguration on resource: f');
    aws.emulator.faults.push({ action: 'UpdateFunctionConfiguration', times, reply });
    const ended = await step.apply(never).then(() => 'done', String);
    aws.emulator.faults.length = 0;
    expect(ended).toContain(ending);
    const state = await live.state();
    expect(state.memoryMb).toBe(ending === 'done' ? 1024 : 512);
    expect(ending === 'done' || (await aws.state(name)) === before).toBe(true);
    expect(await readdir(live.journals)).toEqual([]);
  });

  it('that the account does not allow is refused in the service’s words', async () => {
    await aws.deploy('Large');
    aws.emulator.settings.largestMb = 3008;
    const before = await aws.state('Large');
    const live = await liveOf(aws, 'Large');
    await expect(live.apply({ kind: 'set', memoryMb: 4096 })).rejects.toThrow('less than or equal to 3008');
    expect(await aws.state('Large')).toBe(before);
  });

  it('is not touched where the record of what was before cannot be written, or is damaged', async () => {
    await aws.deploy('NoRecord');
    const before = await aws.state('NoRecord');
    const live = await liveOf(aws, 'NoRecord');
    const records = join(dirname(live.journals), 'aws-applied');
    await mkdir(dirname(records), { recursive: true });
    await writeFile(records, 'a file in the way');
    await expect(live.apply({ kind: 'set', memoryMb: 1024 })).rejects.toMatchObject({ code: expect.stringContaining('store-') });
    expect(await aws.state('NoRecord')).toBe(before);

    const other = await liveOf(aws, 'NoRecord');
    await other.apply({ kind: 'set', memoryMb: 1024 });
    const folder = join(dirname(other.journals), 'aws-applied');
    const [file = ''] = await readdir(folder);
    expect(await readFile(join(folder, file), 'utf8')).not.toContain('secret-value');
    await writeFile(join(folder, file), '{');
    await expect(other.plan({ kind: 'undo' })).rejects.toMatchObject({ code: 'store-damaged' });
  });

  it('is as planned, and the lock is named, where only the lock could not be removed', async () => {
    await aws.deploy('Locked');
    const live = await liveOf(aws, 'Locked');
    const denial = failure(403, 'AccessDeniedException', 'User is not authorized to perform: lambda:DeleteAlias on resource: f');
    aws.emulator.faults.push({ action: 'DeleteAlias', times: 1, reply: denial });
    await expect(live.apply({ kind: 'set', memoryMb: 1024 })).rejects.toThrow(
      /^Locked is changed as planned, but Reef's lock on it could not be removed: run "reef recover".*allow lambda:DeleteAlias/,
    );
    const { recover } = await import('../../../../src/engine/targets/aws/recover.ts');
    expect(await recover(live.journals, { log: () => {} }, never)).toMatchObject([
      { state: 'undone', message: expect.stringContaining('the change of arn:') },
    ]);
    expect(await shapeOf(aws, 'Locked')).toEqual({ memoryMb: 1024, versions: [], aliases: [] });
  });
});

describe.skipIf(skipped !== null)('the architecture of a deployed function', () => {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);

  it('is changed with the same package, and back', async () => {
    const zip = zipSync({
      'app.js': text('exports.handler = 1;'),
      'node_modules/x/prebuilds/linux-arm64/x.node': elf('arm64'),
      'node_modules/x/prebuilds/linux-x64/x.node': elf('x86_64'),
    });
    await aws.deploy('Arm', {}, { zip });
    const before = await aws.state('Arm');
    const live = await liveOf(aws, 'Arm');
    const step = await live.apply({ kind: 'set', memoryMb: 1024, architecture: 'arm64' });
    expect(step.changes).toEqual([
      { what: 'memory', from: '512 MB', to: '1024 MB' },
      { what: 'architecture', from: 'x86_64', to: 'arm64' },
    ]);
    expect(step.notes.join(' ')).toContain(
      'The native files of the package are for arm64 too: node_modules/x/prebuilds/linux-arm64/x.node',
    );
    expect(await live.state()).toMatchObject({ memoryMb: 1024, architecture: 'arm64' });
    await live.apply({ kind: 'undo' });
    expect(await live.state()).toMatchObject({ memoryMb: 512, architecture: 'x86_64' });
    expect(await aws.state('Arm')).toBe(before);
  });

  it.each([
    [
      'Only',
      { 'lib/only.so': elf('x86_64') },
      /^Only cannot be moved to arm64, as its package has files for another: lib\/only\.so\.$/,
    ],
    [
      'Wheel',
      { 'n.dist-info/WHEEL': text('Tag: cp313-cp313-manylinux_2_17_x86_64\n') },
      /its package has files for another: n\.dist-info\/WHEEL/,
    ],
  ])('is refused where the package has native files for another: %s', async (name, files, message) => {
    await aws.deploy(name, {}, { zip: zipSync(files) });
    const live = await liveOf(aws, name);
    await expect(live.plan({ kind: 'set', architecture: 'arm64' })).rejects.toMatchObject({
      code: 'invalid-settings',
      message: expect.stringMatching(message),
    });
  });

  it('is refused where the package may not be read, as Lambda takes it only with the code', async () => {
    await aws.deploy('Closed');
    const live = await liveOf(aws, 'Closed');
    const denial = failure(403, 'AccessDeniedException', 'User is not authorized to perform: lambda:GetFunction on resource: f');
    aws.emulator.faults.push({ action: 'GetFunction', times: 1, reply: denial });
    await expect(live.plan({ kind: 'set', architecture: 'arm64' })).rejects.toMatchObject({
      code: 'access-denied',
      message: expect.stringContaining('allow lambda:GetFunction in the IAM policy'),
    });
  });

  it.each([
    ['x86_64', /^ReefError: Layer-x86_64 cannot be moved to arm64, as its layer arn:.* is for x86_64 only\.$/],
    ['x86_64 arm64', /^The package has no native files\.\nThis is planned/],
    ['', /^The layer arn:.* does not say for which architecture it is: make sure that it is for arm64\.$/m],
    ['unknown', /^Whether the layer arn:.* is for arm64 cannot be told: /m],
  ])('is checked against what its layers say: %j', async (told, ending) => {
    const name = `Layer-${told.replace(' ', '-')}`;
    await aws.deploy(name);
    const content = { LayerName: name, Content: { ZipFile: zipSync({ a: text('a') }) } };
    const { LayerVersionArn: arn = '' } = await aws.lambda().send(new PublishLayerVersionCommand(content));
    await aws.lambda().send(new UpdateFunctionConfigurationCommand({ FunctionName: name, Layers: [arn] }));
    const architectures = told.split(' ').filter((each) => each !== '');
    if (told !== 'unknown') aws.emulator.layers.set(arn, { CompatibleArchitectures: architectures });
    const live = await liveOf(aws, name);
    const planned = live.plan({ kind: 'set', architecture: 'arm64' });
    const [, ...looked] = await planned.then(
      ({ notes }) => notes,
      (error: unknown) => ['', String(error)],
    );
    expect(looked.join('\n')).toMatch(ending);
  });

  it('goes back with the size where the upload fails', async () => {
    await aws.deploy('Half');
    const before = await aws.state('Half');
    const live = await liveOf(aws, 'Half');
    const denial = failure(
      403,
      'AccessDeniedException',
      'User is not authorized to perform: lambda:UpdateFunctionCode on resource: f',
    );
    aws.emulator.faults.push({ action: 'UpdateFunctionCode', times: 1, reply: denial });
    await expect(live.apply({ kind: 'set', memoryMb: 1024, architecture: 'arm64' })).rejects.toThrow(
      'allow lambda:UpdateFunctionCode',
    );
    expect(await aws.state('Half')).toBe(before);
    expect(await readdir(live.journals)).toEqual([]);
  });
});
