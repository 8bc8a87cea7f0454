import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import type { FunctionSpec } from '../../../../src/engine/deploy/spec.ts';
import { recover } from '../../../../src/engine/targets/aws/recover.ts';
import { specOf } from '../../../support/aws/deploy/packed.ts';
import { never, returning, skipped, temporaryFolder, useDeployer } from './support.ts';

const cloud = useDeployer();
const quiet = { log: () => {} };

/** Deploys in a process of its own to its end, or to where `kill` of its `started` is called. */
async function deploying(journals: string, spec: FunctionSpec, text: string, started: (kill: () => void) => void = () => {}) {
  const packages = await temporaryFolder();
  return new Promise<string>((resolve, reject) => {
    const script = join(import.meta.dirname, 'deploy-process.ts');
    const args = [script, cloud.aws.url, journals, packages, text, JSON.stringify(spec)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => void (errors += chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? (code === 0 ? 'done' : errors)));
    started(() => child.kill('SIGKILL'));
  });
}

type Moment = { action: string; nth: number; carriedOut: boolean };

/** Kills a deployment at the nth request of an action: before AWS carries it out, or once it has, before the answer arrives. */
async function killedAt(journals: string, spec: FunctionSpec, text: string, { action, nth, carriedOut }: Moment): Promise<void> {
  const ending = await deploying(journals, spec, text, (kill) => {
    cloud.aws.emulator.faults.push({ action, after: nth, times: 1, reply: null, carriedOut, meanwhile: kill });
  });
  expect(ending).toBe('SIGKILL');
}

/** Every change that deployments make, in their order. */
const created = [
  ['CreateRole', 0],
  ['AttachRolePolicy', 0],
  ['CreateFunction', 0],
  ['PublishVersion', 0],
  ['CreateAlias', 0],
  ['CreateFunctionUrlConfig', 0],
] as const;
const updated = [
  ['CreateAlias', 0],
  ['PublishVersion', 0],
  ['UpdateFunctionConfiguration', 0],
  ['UpdateFunctionCode', 0],
  ['PublishVersion', 1],
  ['TagResource', 0],
  ['UpdateAlias', 0],
  ['CreateFunctionUrlConfig', 0],
  ['DeleteAlias', 0],
] as const;
const momentsOf = (changes: readonly (readonly [string, number])[]): Moment[] =>
  changes.flatMap(([action, nth]) => [false, true].map((carriedOut) => ({ action, nth, carriedOut })));

const before = (name: string): FunctionSpec => specOf({ name, alias: 'live', environment: { TOKEN: 'old-value' } });
const after = (name: string): FunctionSpec =>
  specOf({ name, alias: 'live', memoryMb: 512, description: 'changed', environment: { TOKEN: 'new-value' }, url: 'iam' });

/** Reef's own tags tell of code that is not there any more: the next deployment sees that. */
function withoutTags(state: string): unknown {
  const { tags: _tags, ...rest } = JSON.parse(state) as { tags: unknown };
  return rest;
}

describe.skipIf(skipped !== null)('after kill -9', () => {
  it('knows every change that a deployment makes', async () => {
    await cloud.request({ name: 'Known' });
    const journals = await temporaryFolder();
    for (const [spec, text, changes] of [
      [{ ...before('Known'), url: 'iam' as const }, 'old', created],
      [after('Known'), 'new', updated.filter(([action]) => action !== 'CreateFunctionUrlConfig')],
    ] as const) {
      const from = cloud.aws.emulator.actions.length;
      expect(await deploying(journals, spec, text)).toBe('done');
      expect(cloud.changesSince(from)).toEqual(changes.map(([action]) => action));
      await cloud.setElsewhere('Known', 192);
    }
    expect(await readdir(journals)).toEqual([]);
  });

  it.for(momentsOf(created))('nothing is left of a new function: at $action $nth, carried out: $carriedOut', async (moment) => {
    const name = `Made-${moment.action}-${moment.carriedOut}`;
    await cloud.request({ name });
    const journals = await temporaryFolder();
    await killedAt(journals, { ...before(name), url: 'iam' }, 'new', moment);
    expect(await recover(journals, quiet, never)).toMatchObject([{ state: 'undone' }]);
    expect(await cloud.exists(name)).toBe(false);
    expect(await cloud.rolePolicies(`reef-${name}-us-east-1`)).toBeNull();
    expect(await readdir(journals)).toEqual([]);
  });

  it.for(momentsOf(updated))(
    'the function is as before, or as after: at $action $nth, carried out: $carriedOut',
    async (moment) => {
      const name = `Changed-${moment.action}-${moment.nth}-${moment.carriedOut}`;
      await cloud.request({ name });
      const journals = await temporaryFolder();
      expect(await deploying(journals, before(name), 'old')).toBe('done');
      await cloud.setElsewhere(name, 192);
      const old = await cloud.state(name);
      await killedAt(journals, after(name), 'new', moment);
      // Callers of the alias have the whole old version or the whole new one, whenever it was.
      const met = await cloud.invoke(name, 'live');
      expect(['old', 'new']).toContain(met);
      expect(await recover(journals, quiet, never)).toMatchObject([{ state: 'undone' }]);
      expect(await readdir(journals)).toEqual([]);
      // Where only the lock was left, all had been done.
      const isOver = moment.action === 'DeleteAlias';
      expect(await cloud.invoke(name, 'live')).toBe(isOver ? 'new' : 'old');
      expect(isDeepStrictEqual(withoutTags(await cloud.state(name)), withoutTags(old))).toBe(!isOver);
      // And the next deployment brings all to its end.
      expect(await deploying(journals, after(name), 'new')).toBe('done');
      expect(await cloud.invoke(name, 'live')).toBe('new');
      expect(JSON.parse(await cloud.state(name))).toMatchObject({
        configuration: { MemorySize: 512, Description: 'changed', Environment: { Variables: { TOKEN: 'new-value' } } },
        aliases: [['live', expect.any(String), null]],
        urls: [[expect.stringMatching(/:live$/), 'AWS_IAM']],
      });
    },
  );

  it('the next deployment undoes what is left before it begins', async () => {
    await cloud.request({ name: 'Next' });
    const journals = await temporaryFolder();
    await deploying(journals, before('Next'), 'old');
    await killedAt(journals, after('Next'), 'new', { action: 'UpdateFunctionCode', nth: 0, carriedOut: true });
    expect(await deploying(journals, before('Next'), 'third')).toBe('done');
    expect(await cloud.invoke('Next', 'live')).toBe('third');
    expect(JSON.parse(await cloud.state('Next'))).toMatchObject({ configuration: { MemorySize: 128, Description: '' } });
    expect(await readdir(journals)).toEqual([]);
  });

  it('what somebody else has set since stays', async () => {
    await cloud.request({ name: 'Theirs' });
    const journals = await temporaryFolder();
    await deploying(journals, before('Theirs'), 'old');
    await killedAt(journals, after('Theirs'), 'new', { action: 'UpdateFunctionCode', nth: 0, carriedOut: false });
    await cloud.client().send(new UpdateFunctionConfigurationCommand({ FunctionName: 'Theirs', MemorySize: 3008 }));
    await recover(journals, quiet, never);
    expect(JSON.parse(await cloud.state('Theirs'))).toMatchObject({
      configuration: { MemorySize: 3008, Description: 'changed' },
      aliases: [['live', '1', null]],
    });
    expect(await readdir(journals)).toEqual([]);
  });

  it('the journal has no values of the environment', async () => {
    await cloud.request({ name: 'Quiet' });
    const journals = await temporaryFolder();
    await deploying(journals, before('Quiet'), 'old');
    await killedAt(journals, after('Quiet'), 'new', { action: 'UpdateFunctionCode', nth: 0, carriedOut: false });
    const [file = ''] = await readdir(journals);
    const text = await readFile(join(journals, file), 'utf8');
    expect(text).toContain('"memoryMb":512');
    expect(text).not.toMatch(/old-value|new-value|TOKEN/);
    await recover(journals, quiet, never);
  });

  it('a function that somebody else has made under the name is not touched', async () => {
    const journals = await temporaryFolder();
    const name = 'Raced';
    await cloud.request({ name });
    await killedAt(journals, before(name), 'ours', { action: 'CreateFunction', nth: 0, carriedOut: false });
    await cloud.deploy({ name }, { code: returning('theirs'), journals: await temporaryFolder() });
    expect(await recover(journals, quiet, never)).toMatchObject([{ state: 'undone' }]);
    expect(await cloud.invoke(name)).toBe('theirs');
  });
});
