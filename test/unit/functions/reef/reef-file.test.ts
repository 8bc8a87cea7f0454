import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../../../src/engine/assets.ts';
import { reefJsonSchema } from '../../../../src/engine/functions/templates/reef/json-schema.ts';
import { functionOf, read, textAt } from '../template-text.ts';

const whole = `functions:
  resize:
    handler: src/app.handler
    runtime: nodejs22.x
    code: services/resize
    memory: 512 # MB
    timeout: 20
    architecture: arm64
    storage: 1024
    description: Makes pictures smaller
    environment: { TABLE: pictures, DEBUG: true, ACCOUNT: 012345678901, KEY: '\${env:API_KEY}' }
    layers: ['arn:aws:lambda:eu-west-1:123456789012:layer:sharp:3']
    vpc: { subnets: [subnet-1], securityGroups: [sg-1] }
    tags: { team: media }
    logFormat: JSON
    role: resize-role
    url: iam
    alias: live
    deployedName: resize-prod
    minify: false
    sourceMaps: false
    external: [sharp]
    provided: ['@aws-lambda-powertools/*']
    bundleAwsSdk: true
    include: ['fonts/**']
    exclude: ['*.md']
`;

describe('a function of a reef.yaml', () => {
  test('has all that it states, with the places of it', async () => {
    const fn = await functionOf('shop/reef.yaml', whole);
    expect(fn).toMatchObject({
      name: 'resize',
      source: 'reef',
      template: 'shop/reef.yaml',
      runtime: 'nodejs22.x',
      handler: 'src/app.handler',
      code: { kind: 'path', path: 'shop/services/resize' },
      memoryMb: 512,
      timeoutS: 20,
      architecture: 'arm64',
      environment: { TABLE: 'pictures', DEBUG: 'true', ACCOUNT: '012345678901', KEY: '${env:API_KEY}' },
      deployedName: 'resize-prod',
    });
    expect(textAt(whole, fn.templateRange)).toBe('resize');
    expect(textAt(whole, fn.properties.memory?.value)).toBe('512');
    expect(fn.properties.memory).toMatchObject({ inherited: false, literal: true });
    expect((await read('reef.yaml', whole))?.diagnostics).toEqual([]);
  });

  test('that is an image says where it is built', async () => {
    const text = 'functions: { fn: { dockerfile: docker/Dockerfile, memory: 256 } }\n';
    expect(await functionOf('a/reef.yaml', text)).toMatchObject({
      code: { kind: 'image', contextPath: 'a/docker' },
      handler: null,
      memoryMb: 256,
    });
    expect((await read('a/reef.yaml', text))?.diagnostics).toEqual([]);
  });

  test('may share settings with others by anchors below x- keys', async () => {
    const text =
      'x-defaults: &defaults { runtime: nodejs22.x, memory: 256 }\nfunctions:\n  a:\n    <<: *defaults\n    handler: a.handler\n';
    const fn = await functionOf('reef.yaml', text);
    expect(fn).toMatchObject({ runtime: 'nodejs22.x', memoryMb: 256 });
    expect(fn.properties.memory?.inherited).toBe(true);
    expect((await read('reef.yaml', text))?.diagnostics).toEqual([]);
  });

  test('is read as far as it is valid', async () => {
    const fn = await functionOf('reef.yml', 'functions:\n  a: { handler: a.handler, memory: lots, timeout: 5 }\n');
    expect(fn).toMatchObject({ handler: 'a.handler', memoryMb: null, timeoutS: 5 });
  });
});

const fn = (settings: string): string => `functions:\n  fn:\n    handler: a.handler\n${settings.replace(/^/gm, '    ')}\n`;

describe('what is wrong with a reef.yaml is told at its place, in one sentence', () => {
  test.each([
    ['nothing', '', 'This file must be a map with functions.', ''],
    ['no functions', 'function: {}\n', 'functions must be a map of functions by name.', ''],
    ['another word', 'function: {}\nfunctions: {}\n', '"function" is no setting of this file: it is functions here.', 'function'],
    ['functions as a list', 'functions: [a]\n', 'functions must be a map of functions by name.', '[a]'],
    [
      'a function without settings',
      'functions:\n  fn: app.handler\n',
      'functions.fn must be a map of settings, not "app.handler".',
      'app.handler',
    ],
    [
      'a name that is none',
      'functions:\n  a b: { handler: a.b }\n',
      'functions must be named by at most 64 letters, digits, - and _: a b is not.',
      'a b',
    ],
    [
      'a setting that another tool has',
      fn('memorySize: 512'),
      '"memorySize" is no setting of a function: it is memory here.',
      'memorySize',
    ],
    ['a setting that nobody has', fn('colour: red'), '"colour" is no setting of a function: take it out.', 'colour'],
    [
      'an inner setting that nobody has',
      fn('vpc: { subnets: [subnet-1], securityGroups: [sg-1], zone: 1 }'),
      '"vpc.zone" is no setting of a function: take it out.',
      'zone',
    ],
    [
      'a text for a number',
      fn('memory: lots'),
      'memory of fn must be a whole number of MB from 128 to 10240, not "lots".',
      'lots',
    ],
    [
      'a number that is too small',
      fn('timeout: 0'),
      'timeout of fn must be a whole number of seconds from 1 to 900, not 0.',
      '0',
    ],
    [
      'a value of another tool',
      fn('memory: !Ref Size'),
      'memory of fn must be a whole number of MB from 128 to 10240.',
      '!Ref Size',
    ],
    ['no value', fn('memory:'), 'memory of fn must be a whole number of MB from 128 to 10240.', 'memory'],
    [
      'a choice that there is not',
      fn('architecture: amd64'),
      'architecture of fn must be x86_64 or arm64, not "amd64".',
      'amd64',
    ],
    ['a public URL', fn('url: public'), 'url of fn must be none or iam: a public URL is not made, not "public".', 'public'],
    [
      'an entry of a list',
      fn('layers:\n  - arn:aws:lambda:eu-west-1:123456789012:layer:a:1\n  - sharp'),
      'entry 2 of layers of fn must be the ARN of a layer version, not "sharp".',
      'sharp',
    ],
    ['what is missing', fn('vpc: { subnets: [subnet-1] }'), 'vpc.securityGroups of fn must be a list of security groups.', 'vpc'],
    [
      'a reserved variable',
      fn('environment: { AWS_REGION: x }'),
      'environment of fn must not have a variable that AWS Lambda sets itself: AWS_REGION is not.',
      'AWS_REGION',
    ],
    [
      'a value that may be secret',
      fn('environment: { KEYS: [secret] }'),
      'environment.KEYS of fn must be a text, a number, or true or false.',
      '[secret]',
    ],
    [
      'a tag of its own',
      fn("tags: { 'reef:owner': me }"),
      'tags of fn must not have names that begin with "reef:", which are its own: reef:owner is not.',
      "'reef:owner'",
    ],
    ['a path out of the workspace', fn('code: ../x'), 'code of fn must be a path within the workspace folder.', '../x'],
    ['a path of this machine', fn('code: /x'), 'code of fn must be a path relative to this file, not "/x".', '/x'],
    [
      'a pattern that leads out',
      fn('include: [../x]'),
      'entry 1 of include of fn must be a pattern of files below the code folder, not "../x".',
      '../x',
    ],
    [
      'a handler beside a Dockerfile',
      fn('dockerfile: Dockerfile'),
      'handler of fn has no meaning beside dockerfile: take one of them out.',
      'a.handler',
    ],
    ['a context without one', fn('context: .'), 'context of fn goes with dockerfile only.', '.'],
    [
      'an alias of a study',
      fn('alias: reef-lock'),
      'alias of fn must not begin with "reef-", as aliases of studies do, not "reef-lock".',
      'reef-lock',
    ],
  ])('%s', async (_what, text, message, at) => {
    const [first, ...rest] = (await read('reef.yaml', text))?.diagnostics ?? [];
    expect(first).toMatchObject({ severity: 'error', message });
    expect(textAt(text, first?.range)).toBe(at);
    expect(rest.filter((each) => each.message === message)).toEqual([]);
  });

  test('text that is no YAML', async () => {
    const content = await read('reef.yaml', 'functions:\n  fn: { handler: a.handler\n  other: {}\n');
    expect(content?.diagnostics.map(({ code }) => code)).toContain('template-syntax');
    expect(content?.diagnostics.map(({ code }) => code)).not.toContain('value-invalid');
  });
});

test('the schema that ships is the one that the code has', () => {
  const shipped: unknown = JSON.parse(readFileSync(join(packageRoot(), 'schemas/reef.schema.json'), 'utf8'));
  expect(shipped).toEqual(JSON.parse(JSON.stringify(reefJsonSchema())));
});
