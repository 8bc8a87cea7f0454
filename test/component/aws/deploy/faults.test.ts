import { readdir } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { recover } from '../../../../src/engine/targets/aws/recover.ts';
import { bothErrors, isCancelled, messageOf, ReefError } from '../../../../src/protocol/errors.ts';
import type { Fault } from '../../../support/aws/emulator.ts';
import { failure } from '../../../support/aws/request.ts';
import { never, returning, skipped, temporaryFolder, useDeployer } from './support.ts';

const cloud = useDeployer();
const quiet = { log: () => {} };

/** Every call that changes something, of a deployment onto a function that is there. */
const changes = [
  ['CreateAlias', 0],
  ['PublishVersion', 0],
  ['UpdateFunctionConfiguration', 0],
  ['GetFunctionConfiguration', 3],
  ['UpdateFunctionCode', 0],
  ['PublishVersion', 1],
  ['TagResource', 0],
  ['UpdateAlias', 0],
  ['CreateFunctionUrlConfig', 0],
] as const;

const faults: Record<string, Omit<Fault, 'action' | 'after'>> = {
  throttled: { times: 2, reply: failure(429, 'TooManyRequestsException', 'Rate Exceeded.') },
  'throttled for long': { times: 12, reply: failure(429, 'TooManyRequestsException', 'Rate Exceeded.') },
  'a failing service': { times: 1, reply: failure(500, 'ServiceException', 'Service error') },
  'a conflict': { times: 1, reply: failure(409, 'ResourceConflictException', 'An update is in progress') },
  'an answer that is lost': { times: 1, reply: null, carriedOut: true },
  'a denial': { times: 1, reply: failure(403, 'AccessDeniedException', 'User is not authorized to perform: lambda:Some on x') },
  'an expired token': { times: 40, reply: failure(403, 'ExpiredTokenException', 'The security token has expired') },
};
const cases = changes.flatMap(([action, after]) => Object.keys(faults).map((fault) => ({ action, after, fault })));

const before = { alias: 'live', environment: { TOKEN: 'old-value' } };
const after = { alias: 'live', memoryMb: 512, environment: { TOKEN: 'new-value' }, url: 'iam' } as const;

/** Without Reef's own tags: those of code that is not there any more tell the next deployment just that. */
function visible(state: string): unknown {
  const { tags: _tags, ...rest } = JSON.parse(state) as { tags: unknown };
  return rest;
}

describe.skipIf(skipped !== null)('a deployment that meets', () => {
  it.for(cases)(
    '$fault at $action leaves the whole old function or the whole new one',
    { timeout: 120_000 },
    async ({ action, after: nth, fault }) => {
      const kind = faults[fault];
      if (kind === undefined) throw new Error(`Unknown: ${fault}`);
      const name = `${action}-${nth}-${fault.replaceAll(' ', '-')}`;
      const journals = await temporaryFolder();
      await cloud.deploy({ name, ...before }, { code: returning('old'), journals });
      await cloud.setElsewhere(name, 192);
      const old = await cloud.state(name);
      const deployer = await cloud.deployer(journals);
      const { apply } = await deployer.deploy(
        await cloud.request({ name, ...after }, { code: returning('new') }),
        never,
        () => {},
      );
      cloud.aws.emulator.faults.push({ ...kind, action, after: nth });
      const failed = await apply(never, () => {}).then(() => null, bothErrors);
      expect(failed === null || failed instanceof ReefError, String(failed)).toBe(true);
      const ending = failed === null ? 'done' : messageOf(failed);
      cloud.aws.emulator.faults.length = 0;
      expect(ending).not.toMatch(/old-value|new-value/);
      const left = await readdir(journals);
      expect(left.length === 0 || /run "reef recover"/.test(ending), ending).toBe(true);
      expect((await recover(journals, quiet, never)).map(({ state }) => state)).toEqual(left.map(() => 'undone'));
      const isNew = (await cloud.invoke(name, 'live')) === 'new';
      expect(isNew, ending).toBe(ending === 'done' || ending.includes('is changed as planned'));
      expect(isDeepStrictEqual(visible(await cloud.state(name)), visible(old)), ending).toBe(!isNew);
      expect(await readdir(journals)).toEqual([]);
    },
  );

  it.for(changes)('a cancellation at %s %i leaves the old function', async ([action, nth]) => {
    const name = `Cancelled-${action}-${nth}`;
    const journals = await temporaryFolder();
    await cloud.deploy({ name, ...before }, { code: returning('old'), journals });
    await cloud.setElsewhere(name, 192);
    const old = await cloud.state(name);
    const controller = new AbortController();
    const deployer = await cloud.deployer(journals);
    const { apply } = await deployer.deploy(await cloud.request({ name, ...after }, { code: returning('new') }), never, () => {});
    cloud.aws.emulator.faults.push({
      action,
      after: nth,
      times: 1,
      reply: null,
      carriedOut: true,
      meanwhile: () => controller.abort(),
    });
    const ending: unknown = await apply(controller.signal, () => {}).catch((error: unknown) => error);
    expect(isCancelled(ending), String(ending)).toBe(true);
    expect(visible(await cloud.state(name))).toEqual(visible(old));
    expect(await readdir(journals)).toEqual([]);
  });

  it.for(['CreateRole', 'AttachRolePolicy', 'CreateFunction', 'PublishVersion', 'CreateAlias', 'CreateFunctionUrlConfig'])(
    'a cancellation at %s leaves nothing of a new function',
    async (action) => {
      const name = `Never-${action}`;
      const journals = await temporaryFolder();
      const controller = new AbortController();
      const deployer = await cloud.deployer(journals);
      const { apply } = await deployer.deploy(await cloud.request({ name, alias: 'live', url: 'iam' }), never, () => {});
      cloud.aws.emulator.faults.push({ action, times: 1, reply: null, carriedOut: true, meanwhile: () => controller.abort() });
      const ending: unknown = await apply(controller.signal, () => {}).catch((error: unknown) => error);
      expect(isCancelled(ending), String(ending)).toBe(true);
      expect(await cloud.exists(name)).toBe(false);
      expect(await cloud.rolePolicies(`reef-${name}-us-east-1`)).toBeNull();
      expect(await readdir(journals)).toEqual([]);
    },
  );

  it('an update that AWS cannot bring into force is undone, with the reason', async () => {
    await cloud.deploy({ name: 'Failing', ...before }, { code: returning('old') });
    const old = await cloud.state('Failing');
    const deployer = await cloud.deployer();
    const { apply } = await deployer.deploy(await cloud.request({ name: 'Failing', ...after }), never, () => {});
    cloud.aws.emulator.settings.failingUpdates = ['The subnet has no free addresses'];
    await expect(apply(never, () => {})).rejects.toThrow(/could not bring .* into force: The subnet has no free addresses/);
    expect(visible(await cloud.state('Failing'))).toEqual(visible(old));
  });

  it('a function whose last update failed can be deployed again', async () => {
    await cloud.deploy({ name: 'Repaired', ...before }, { code: returning('old') });
    cloud.aws.emulator.settings.failingUpdates = ['The image was deleted'];
    await cloud.client().send(new UpdateFunctionConfigurationCommand({ FunctionName: 'Repaired', Timeout: 9 }));
    const { deployment } = await cloud.deploy({ name: 'Repaired', ...after }, { code: returning('new') });
    expect(deployment.alias).toBe('live');
    expect(await cloud.invoke('Repaired', 'live')).toBe('new');
  });
});

describe.skipIf(skipped !== null)('two deployments at a time', () => {
  it('the second finds that the first has changed the function, and changes nothing', async () => {
    await cloud.deploy({ name: 'Raced', ...before }, { code: returning('old') });
    const plan = async (text: string) =>
      (await cloud.deployer()).deploy(
        await cloud.request({ name: 'Raced', alias: 'live' }, { code: returning(text) }),
        never,
        () => {},
      );
    const [first, second] = [await plan('first'), await plan('second')];
    await first.apply(never, () => {});
    await expect(second.apply(never, () => {})).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringContaining('was changed in the meantime'),
    });
    expect(await cloud.invoke('Raced', 'live')).toBe('first');
  });

  it('only one of two at the same moment wins, and the function is whole', async () => {
    await cloud.deploy({ name: 'Both', ...before }, { code: returning('old') });
    const plans = await Promise.all(
      ['first', 'second'].map(async (text) => {
        const request = await cloud.request({ name: 'Both', alias: 'live' }, { code: returning(text) });
        return (await cloud.deployer()).deploy(request, never, () => {});
      }),
    );
    const endings = await Promise.allSettled(plans.map(({ apply }) => apply(never, () => {})));
    expect(endings.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const winner = endings.findIndex(({ status }) => status === 'fulfilled');
    const text = ['first', 'second'][winner];
    expect(await cloud.invoke('Both', 'live')).toBe(text);
    expect(await cloud.invoke('Both')).toBe(text);
  });

  it('of two that make the same function one wins, and stays', async () => {
    const plans = await Promise.all(
      ['first', 'second'].map(async (text) => {
        const request = await cloud.request(
          { name: 'Twins', role: 'arn:aws:iam::123456789012:role/lambda' },
          { code: returning(text) },
        );
        return (await cloud.deployer()).deploy(request, never, () => {});
      }),
    );
    const endings = await Promise.allSettled(plans.map(({ apply }) => apply(never, () => {})));
    expect(endings.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(['first', 'second']).toContain(await cloud.invoke('Twins'));
  });

  it('a change between plan and yes is found', async () => {
    await cloud.deploy({ name: 'Between', ...before });
    const { apply } = await (await cloud.deployer()).deploy(await cloud.request({ name: 'Between', ...after }), never, () => {});
    await cloud.client().send(new UpdateFunctionConfigurationCommand({ FunctionName: 'Between', Timeout: 77 }));
    await expect(apply(never, () => {})).rejects.toMatchObject({ code: 'in-use' });
    expect(JSON.parse(await cloud.state('Between'))).toMatchObject({ configuration: { Timeout: 77, MemorySize: 128 } });
  });
});
