import { aliasesOf } from '../../../../src/protocol/deployed.ts';
import { readdir } from 'node:fs/promises';
import { DeleteFunctionCommand, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import type { RollBackRequest } from '../../../../src/engine/targets/deployer.ts';
import type { CloudPlan } from '../../../../src/protocol/deploying.ts';
import { failure } from '../../../support/aws/request.ts';
import { lineOf, never, returning, skipped, temporaryFolder, useDeployer } from './support.ts';

const cloud = useDeployer();

async function rollBack(name: string, more: Partial<RollBackRequest> = {}, journals?: string): Promise<CloudPlan> {
  const { plan, apply } = await (await cloud.deployer(journals)).rollBack({ name, to: null, alias: null, ...more }, never);
  if (plan.changes.length > 0) await apply(never, () => {});
  return plan;
}

describe.skipIf(skipped !== null)('rolling back with an alias', () => {
  it('sends callers to the version before, one at a time, and the next deployment forward again', async () => {
    const wanted = { name: 'Back', alias: 'live' };
    await cloud.deploy({ ...wanted, memoryMb: 128 }, { code: returning('one') });
    await cloud.deploy({ ...wanted, memoryMb: 256 }, { code: returning('two') });
    await cloud.deploy({ ...wanted, memoryMb: 256 }, { code: returning('three') });
    const plan = await rollBack('Back');
    expect(lineOf(plan, 'alias live')).toMatchObject({ from: 'version 3', to: 'version 2' });
    expect(plan.changes.map(({ what }) => what)).toEqual(['alias live', 'code']);
    expect(await cloud.invoke('Back', 'live')).toBe('two');
    expect((await rollBack('Back')).changes.map(({ what }) => what)).toEqual(['alias live', 'code', 'memory']);
    expect(await cloud.invoke('Back', 'live')).toBe('one');
    await expect(rollBack('Back')).rejects.toThrow(/no version from before version 1 of the alias live/);
    // $LATEST is what it was, and the alias follows it with the next deployment.
    expect(await cloud.invoke('Back')).toBe('three');
    const { plan: forward } = await cloud.deploy({ ...wanted, memoryMb: 256 }, { code: returning('three') });
    expect(forward.changes.map(({ what }) => what)).toEqual(['version', 'alias live']);
    expect(await cloud.invoke('Back', 'live')).toBe('three');
  });

  it('goes to the version that is named, in both directions', async () => {
    const wanted = { name: 'There', alias: 'live' };
    for (const text of ['one', 'two', 'three']) await cloud.deploy(wanted, { code: returning(text) });
    await rollBack('There', { to: '1' });
    expect(await cloud.invoke('There', 'live')).toBe('one');
    await rollBack('There', { to: '3' });
    expect(await cloud.invoke('There', 'live')).toBe('three');
    expect((await rollBack('There', { to: '3' })).changes).toEqual([]);
    await expect(rollBack('There', { to: '7' })).rejects.toThrow(/no version 7: it has 3, 2, 1/);
    await expect(rollBack('There', { alias: 'dead' })).rejects.toThrow(/no alias "dead": it has live/);
  });

  it('asks which where there are several', async () => {
    await cloud.deploy({ name: 'Several', alias: 'live' }, { code: returning('one') });
    await cloud.deploy({ name: 'Several', alias: 'test' }, { code: returning('two') });
    await expect(rollBack('Several')).rejects.toThrow(/several aliases: name the one to roll back \(--alias\), live, test/);
    await rollBack('Several', { alias: 'test' });
    expect(await cloud.invoke('Several', 'test')).toBe('one');
  });

  it('lists the versions with their aliases', async () => {
    await cloud.deploy({ name: 'Listed', alias: 'live' }, { code: returning('one') });
    await cloud.deploy({ name: 'Listed', alias: 'live' }, { code: returning('two') });
    await using target = await cloud.aws.target();
    const { catalog } = target;
    if (catalog === undefined) throw new Error('The target lists nothing');
    const { versions, aliases } = await catalog.versions('Listed', never);
    expect(versions).toMatchObject([
      { version: '2', isLatest: true, description: expect.stringMatching(/^Reef [0-9a-f]{12} \(/) },
      { version: '1', isLatest: false, memoryMb: 128, codeBytes: expect.any(Number) },
    ]);
    expect(versions.map((each) => aliasesOf(each, aliases))).toEqual([['live'], []]);
    await expect(catalog.versions('Nowhere', never)).rejects.toMatchObject({ code: 'no-such-function' });
  });
});

describe.skipIf(skipped !== null)('rolling back without an alias', () => {
  it('makes $LATEST what the version before was, code, settings and values, and keeps what it is now', async () => {
    await cloud.deploy(
      { name: 'Whole', memoryMb: 256, environment: { TOKEN: 'one' }, description: 'mine' },
      { code: returning('one') },
    );
    await cloud.deploy(
      { name: 'Whole', memoryMb: 512, environment: { TOKEN: 'two', MORE: 'x' }, description: 'mine' },
      { code: returning('two') },
    );
    const plan = await rollBack('Whole');
    expect(plan.changes.map(({ what }) => what)).toEqual(['code', 'memory', 'environment']);
    expect(lineOf(plan, 'environment')).toMatchObject({ to: 'MORE removed, TOKEN changed' });
    expect(await cloud.invoke('Whole')).toBe('one');
    const configuration = await cloud.client().send(new GetFunctionConfigurationCommand({ FunctionName: 'Whole' }));
    expect(configuration).toMatchObject({ MemorySize: 256, Environment: { Variables: { TOKEN: 'one' } }, Description: 'mine' });
    // And forward again, by rolling back once more.
    await rollBack('Whole');
    expect(await cloud.invoke('Whole')).toBe('two');
  });

  it('says so where there is nothing to go back to', async () => {
    await cloud.deploy({ name: 'First' });
    await expect(rollBack('First')).rejects.toThrow(/no version from before what is deployed: there is nothing to go back to/);
    await expect(rollBack('Nowhere')).rejects.toMatchObject({ code: 'no-such-function' });
  });

  it('leaves what was there when it fails half way', async () => {
    await cloud.deploy({ name: 'Half', memoryMb: 256 }, { code: returning('one') });
    await cloud.deploy({ name: 'Half', memoryMb: 512 }, { code: returning('two') });
    const before = await cloud.state('Half');
    const journals = await temporaryFolder();
    const denial = failure(
      403,
      'AccessDeniedException',
      'User is not authorized to perform: lambda:UpdateFunctionCode on resource: x',
    );
    cloud.aws.emulator.faults.push({ action: 'UpdateFunctionCode', times: 1, reply: denial });
    await expect(rollBack('Half', {}, journals)).rejects.toThrow(/allow lambda:UpdateFunctionCode/);
    expect(await cloud.state('Half')).toBe(before);
    expect(await readdir(journals)).toEqual([]);
  });

  it('a version that is deleted between plan and yes is said', async () => {
    await cloud.deploy({ name: 'Gone', alias: 'live' }, { code: returning('one') });
    await cloud.deploy({ name: 'Gone', alias: 'live' }, { code: returning('two') });
    const { apply } = await (await cloud.deployer()).rollBack({ name: 'Gone', to: null, alias: null }, never);
    await cloud.client().send(new DeleteFunctionCommand({ FunctionName: 'Gone', Qualifier: '1' }));
    await expect(apply(never, () => {})).rejects.toMatchObject({
      code: expect.stringMatching(/no-such-function|service-failed/),
    });
    expect(await cloud.invoke('Gone', 'live')).toBe('two');
  });
});
