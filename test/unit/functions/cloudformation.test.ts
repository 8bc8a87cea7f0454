import { describe, expect, test } from 'vitest';
import { functionOf, functionsOf, read, sam, textAt } from './template-text.ts';

describe('a SAM function', () => {
  test('has its own settings, each with the place where it stands', async () => {
    const text = sam(`CodeUri: src/resize/
Handler: app.handler
Runtime: nodejs22.x
MemorySize: 512 # measured
Timeout: 15
Architectures: [arm64]
Environment:
  Variables:
    TABLE: images
    RETRIES: 3`);
    const fn = await functionOf('infra/stack.yaml', text);
    expect(fn).toMatchObject({
      name: 'Resize',
      source: 'sam',
      template: 'infra/stack.yaml',
      runtime: 'nodejs22.x',
      handler: 'app.handler',
      code: { kind: 'path', path: 'infra/src/resize' },
      memoryMb: 512,
      timeoutS: 15,
      architecture: 'arm64',
      environment: { TABLE: 'images', RETRIES: '3' },
    });
    expect(textAt(text, fn.templateRange)).toBe('Resize');
    const stated = Object.entries(fn.properties).map(([name, place]) => [
      name,
      textAt(text, place.key),
      textAt(text, place.value),
    ]);
    expect(stated).toEqual([
      ['runtime', 'Runtime', 'nodejs22.x'],
      ['handler', 'Handler', 'app.handler'],
      ['codeUri', 'CodeUri', 'src/resize/'],
      ['environment', 'Environment', 'Variables:\n          TABLE: images\n          RETRIES: 3'],
      ['memory', 'MemorySize', '512'],
      ['timeout', 'Timeout', '15'],
      ['architecture', 'Architectures', '[arm64]'],
    ]);
    expect(fn.properties.memory).toMatchObject({ file: 'infra/stack.yaml', inherited: false, literal: true });
  });

  test.each([
    ['FunctionName: live-orders', 'live-orders'],
    ['FunctionName: !Sub "orders-${Stage}"', undefined],
    ['Timeout: 3', undefined],
  ])('knows its name where it is deployed when the template states it: %s', async (line, deployedName) => {
    const fn = await functionOf('stack.yaml', sam(`Handler: app.handler\nRuntime: nodejs22.x\n${line}`));
    expect(fn.deployedName).toBe(deployedName);
  });

  test('takes from Globals what it does not state, and merges the environment', async () => {
    const globals = `Globals:
  Function:
    Runtime: python3.12
    MemorySize: 256
    Timeout: 9
    CodeUri: shared/
    Handler: main.handler
    Architectures:
      - x86_64
    Environment: { Variables: { STAGE: dev, LEVEL: info } }
`;
    const fn = await functionOf('template.yaml', sam('Timeout: 3\nEnvironment: { Variables: { LEVEL: debug } }', globals));
    expect(fn).toMatchObject({
      runtime: 'python3.12',
      memoryMb: 256,
      timeoutS: 3,
      architecture: 'x86_64',
      handler: 'main.handler',
    });
    expect(fn.code).toEqual({ kind: 'path', path: 'shared' });
    expect(fn.environment).toEqual({ STAGE: 'dev', LEVEL: 'debug' });
    expect(fn.properties.memory?.inherited).toBe(true);
    expect(fn.properties.timeout?.inherited).toBe(false);
  });

  test('stands beside others, of both resource types, whose names it does not share', async () => {
    const text = `Resources:
  One: { Type: AWS::Serverless::Function, Properties: { MemorySize: 128 } }
  Table: { Type: AWS::DynamoDB::Table }
  Two: { Type: AWS::Lambda::Function, Properties: { MemorySize: 256, Code: ./two } }
`;
    const found = await functionsOf('anything.template', text);
    expect(found.map(({ name, source, memoryMb }) => [name, source, memoryMb])).toEqual([
      ['One', 'sam', 128],
      ['Two', 'cloudformation', 256],
    ]);
  });
});

describe('code', () => {
  const codeOf = async (properties: string): Promise<unknown> => (await functionOf('a/t.yaml', sam(properties))).code;

  test.each([
    ['CodeUri: .', { kind: 'path', path: 'a' }],
    ['CodeUri: ../b/', { kind: 'path', path: 'b' }],
    ['CodeUri: .\\src\\x', { kind: 'path', path: 'a/src/x' }],
    ['Handler: app.handler', { kind: 'path', path: 'a' }],
    ['InlineCode: "exports.handler = 1"', { kind: 'inline' }],
    ['PackageType: Image', { kind: 'image', contextPath: null }],
  ])('%s', async (properties, expected) => {
    expect(await codeOf(properties)).toEqual(expected);
  });

  test.each(['s3://bucket/key', '../../outside', '/absolute', 'target/app.jar', 'dist/fn.zip', '{ Bucket: b, Key: k }'])(
    'CodeUri: %s is elsewhere',
    async (uri) => {
      expect(await codeOf(`CodeUri: ${uri}`)).toMatchObject({ kind: 'elsewhere' });
    },
  );

  test('of a plain CloudFormation function may be a local path, in the template, or in a bucket', async () => {
    const text = (code: string): string =>
      `Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Code: ${code}\n`;
    expect((await functionOf('t.json', text('./src'))).code).toEqual({ kind: 'path', path: 'src' });
    expect((await functionOf('t.json', text('{ ZipFile: "x" }'))).code).toEqual({ kind: 'inline' });
    expect((await functionOf('t.json', text('{ S3Bucket: b, S3Key: k }'))).code).toMatchObject({ kind: 'elsewhere' });
  });

  test('of an image: its command is the handler, its Docker context the folder', async () => {
    const fn = await functionOf(
      't.yaml',
      'Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      PackageType: Image\n      ImageConfig: { Command: [app.run] }\n    Metadata: { DockerContext: ./api }\n',
    );
    expect(fn).toMatchObject({ handler: 'app.run', code: { kind: 'image', contextPath: 'api' } });
  });
});

describe('templates', () => {
  test('in JSON are read like those in YAML', async () => {
    const text = JSON.stringify(
      {
        AWSTemplateFormatVersion: '2010-09-09',
        Parameters: { Memory: { Type: 'Number', Default: 320 } },
        Resources: {
          Api: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              Handler: 'index.handler',
              MemorySize: { Ref: 'Memory' },
              Code: 'api',
              Environment: { Variables: { A: 'b' } },
            },
          },
        },
      },
      null,
      2,
    );
    const fn = await functionOf('stack.json', text);
    expect(fn).toMatchObject({ name: 'Api', memoryMb: 320, environment: { A: 'b' } });
    expect(textAt(text, fn.templateRange)).toBe('"Api"');
  });

  test('with CRLF have the same positions by line', async () => {
    const text = sam('Runtime: nodejs22.x\nMemorySize: 512');
    const windows = await functionOf('t.yaml', text.replaceAll('\n', '\r\n'));
    expect(windows).toEqual(await functionOf('t.yaml', text));
  });

  test('may share settings by anchors and merge keys', async () => {
    const text = `x-defaults: &defaults
  Runtime: nodejs22.x
  MemorySize: &size 512
Resources:
  One:
    Type: AWS::Serverless::Function
    Properties: { <<: *defaults, Timeout: 5 }
  Two:
    Type: AWS::Serverless::Function
    Properties: *defaults
  Three:
    Type: AWS::Serverless::Function
    Properties:
      MemorySize: *size
`;
    const [one, two, three] = await functionsOf('t.yaml', text);
    expect(one).toMatchObject({ runtime: 'nodejs22.x', memoryMb: 512, timeoutS: 5 });
    expect(one?.properties.memory).toMatchObject({ inherited: true });
    expect(two).toMatchObject({ memoryMb: 512 });
    expect(two?.properties.memory).toMatchObject({ inherited: true });
    expect(three).toMatchObject({ memoryMb: 512 });
    expect(three?.properties.memory).toMatchObject({ inherited: false, literal: false });
  });

  test('that are broken give a diagnostic at the place and what can be read', async () => {
    const text = sam('MemorySize: 512\nTimeout: {\nHandler: a.b');
    const content = await read(
      't.yaml',
      `${text}  Next:\n    Type: AWS::Serverless::Function\n    Properties: { MemorySize: 64 }\n`,
    );
    const [first] = content?.diagnostics ?? [];
    expect(first).toMatchObject({ severity: 'error', code: 'template-syntax', file: 't.yaml' });
    expect(first?.range.start.line).toBe(8);
    expect(content?.entries.map((entry) => [entry.function.name, entry.function.memoryMb])).toEqual([
      ['Resize', 512],
      ['Next', 64],
    ]);
  });

  test('with a key twice say so', async () => {
    const content = await read('t.yaml', sam('MemorySize: 512\nMemorySize: 256'));
    expect(content?.diagnostics.map(({ code }) => code)).toEqual(['template-syntax']);
    expect(content?.entries[0]?.function.memoryMb).toBe(512);
  });

  test.each([
    ['a document that only mentions the types', '# AWS::Serverless::Function\na: 1\n'],
    ['a resource catalogue', 'types:\n  - AWS::Lambda::Function\n'],
    ['broken YAML that is no template', 'a: [AWS::Lambda::Function\nb: }\n'],
    ['an empty file', ''],
  ])('are not: %s', async (_name, text) => {
    expect(await read('notes.yaml', text)).toBeNull();
  });
});
