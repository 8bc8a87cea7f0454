import { expect, test } from 'vitest';
import { createFunctionIndex } from '../../../src/engine/functions/workspace-index.ts';
import type { Deployable } from '../../../src/engine/packaging/build.ts';
import { specOf } from '../../../src/engine/packaging/spec-of.ts';
import { never, reefYaml, workspaceOf } from './support.ts';

async function deployable(files: Record<string, string>, environment: Record<string, string> = {}): Promise<Deployable> {
  const folder = await workspaceOf(files);
  const { functions } = await createFunctionIndex(folder).scan(never);
  const [fn] = functions;
  if (fn === undefined) throw new Error('There is no function');
  return specOf(fn, { folder, functions, environment, programOf: () => Promise.resolve(process.execPath) });
}

const app = { 'src/app.js': 'exports.handler = async () => 1;\n' };
const handler = { handler: 'src/app.handler', runtime: 'nodejs22.x' };

test('all that a reef.yaml states is in the specification', async () => {
  const stated = {
    ...handler,
    memory: 512,
    timeout: 20,
    architecture: 'arm64',
    storage: 1024,
    description: 'What it does',
    environment: { COUNT: 3, KEY: '${env:SECRET}', NODE_OPTIONS: '--max-http-header-size=9000' },
    layers: ['arn:aws:lambda:eu-west-1:123456789012:layer:one:3'],
    vpc: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
    tags: { team: 'media', cost: 12 },
    logFormat: 'JSON',
    role: 'arn:aws:iam::123456789012:role/own',
    url: 'iam',
    alias: 'live',
    deployedName: 'shop-fn',
  };
  const { spec, notes } = await deployable({ ...app, 'reef.yaml': reefYaml(stated) }, { SECRET: 's3cret' });
  expect(spec).toEqual({
    name: 'shop-fn',
    packageType: 'zip',
    runtime: 'nodejs22.x',
    handler: 'src/app.handler',
    description: 'What it does',
    memoryMb: 512,
    timeoutS: 20,
    ephemeralStorageMb: 1024,
    architecture: 'arm64',
    environment: { COUNT: '3', KEY: 's3cret', NODE_OPTIONS: '--max-http-header-size=9000' },
    layers: ['arn:aws:lambda:eu-west-1:123456789012:layer:one:3'],
    vpc: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
    tags: { team: 'media', cost: '12' },
    logFormat: 'JSON',
    role: 'arn:aws:iam::123456789012:role/own',
    url: 'iam',
    alias: 'live',
  });
  expect(notes).toEqual(['NODE_OPTIONS is yours and has no --enable-source-maps: stack traces tell places in the bundle.']);
});

test('what it does not state is as on AWS Lambda', async () => {
  const { spec } = await deployable({ ...app, 'reef.yaml': reefYaml(handler) });
  expect(spec).toMatchObject({
    name: 'fn',
    memoryMb: 128,
    timeoutS: 3,
    ephemeralStorageMb: 512,
    architecture: 'x86_64',
    environment: { NODE_OPTIONS: '--enable-source-maps' },
    role: null,
    url: 'none',
    alias: null,
    vpc: null,
  });
});

test('an image has neither runtime nor handler, and is built in the folder of its Dockerfile', async () => {
  const { spec, build } = await deployable({
    'docker/Dockerfile': '',
    'reef.yaml': reefYaml({ dockerfile: 'docker/Dockerfile', memory: 256 }),
  });
  expect(spec).toMatchObject({ packageType: 'image', runtime: null, handler: null, memoryMb: 256, environment: {} });
  expect(build).toMatchObject({
    kind: 'image',
    dockerfile: expect.stringMatching(/docker[/\\]Dockerfile$/),
    context: expect.stringMatching(/docker$/),
  });
});

test('plain code says what it gets, and has a name for what it is', async () => {
  const { spec, notes } = await deployable({ 'jobs/nightly.py': 'def lambda_handler(event, context):\n    return 1\n' });
  expect(spec).toMatchObject({ name: 'nightly', handler: 'nightly.lambda_handler', environment: {} });
  expect(notes.at(-1)).toBe('nightly.lambda_handler has no entry in a reef.yaml: it gets 128 MB and 3 s.');
});
