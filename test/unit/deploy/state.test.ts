import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type DeploymentState, forgetState, statesOf, writeState } from '../../../src/engine/deploy/state.ts';

const state: DeploymentState = {
  schema: 'reef/deployment@1',
  name: 'hello',
  target: 'aws:dev/eu-west-1',
  functionId: 'reef.yaml#hello',
  arn: 'arn:aws:lambda:eu-west-1:123456789012:function:hello',
  version: '3',
  alias: 'live',
  url: null,
};

it('where a function is deployed is remembered by target, replaced and forgotten; what is damaged is as if it were not there', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'reef-state-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  const folder = join(parent, 'deployments');
  expect(statesOf(folder, 'hello')).toEqual([]);
  writeState(folder, state);
  writeState(folder, { ...state, version: '4' });
  writeState(folder, { ...state, target: 'aws' });
  writeState(folder, { ...state, name: 'hello-2' });
  expect(
    statesOf(folder, 'hello')
      .map(({ target, version }) => `${target} ${version}`)
      .toSorted(),
  ).toEqual(['aws 3', 'aws:dev/eu-west-1 4']);
  const [first = ''] = (await readdir(folder)).filter((name) => name.startsWith('hello-2'));
  await writeFile(join(folder, first), '{"schema":');
  expect(statesOf(folder, 'hello-2')).toEqual([]);
  forgetState(folder, state);
  forgetState(folder, state);
  expect(statesOf(folder, 'hello').map(({ target }) => target)).toEqual(['aws']);
  expect((await readdir(folder)).every((name) => name.endsWith('.json'))).toBe(true);
});

it('that cannot be written is said, with the function as it is', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'reef-state-')), 'file');
  await writeFile(file, '');
  expect(() => writeState(join(file, 'deployments'), state)).toThrow(
    /^hello is deployed, but .* cannot be written, which remembers where: /,
  );
});
