import { describe, expect, test } from 'vitest';
import { functionOf, functionsOf, read, textAt } from './template-text.ts';

const service = `service: shop
custom:
  stage: \${opt:stage, self:provider.stage}
  memory: { dev: 256, prod: 1024 }
  list: [1, 640]
provider:
  name: aws
  runtime: nodejs22.x
  stage: dev
  timeout: 20
  architecture: arm64
  environment: { STAGE: '\${self:custom.stage}', LEVEL: info }
functions:
`;

describe('a Serverless Framework function', () => {
  test('takes from the provider what it does not state', async () => {
    const text = `${service}  quote:
    handler: src/quote.handler
    memorySize: 512 # MB
    environment: { LEVEL: debug }
`;
    const fn = await functionOf('shop/serverless.yml', text);
    expect(fn).toMatchObject({
      name: 'quote',
      source: 'serverless',
      template: 'shop/serverless.yml',
      runtime: 'nodejs22.x',
      handler: 'src/quote.handler',
      code: { kind: 'path', path: 'shop' },
      memoryMb: 512,
      timeoutS: 20,
      architecture: 'arm64',
      environment: { STAGE: 'dev', LEVEL: 'debug' },
    });
    expect(textAt(text, fn.templateRange)).toBe('quote');
    expect(textAt(text, fn.properties.memory?.value)).toBe('512');
    expect(fn.properties.memory).toMatchObject({ inherited: false, literal: true });
    expect(fn.properties.timeout).toMatchObject({ inherited: true });
  });

  test.each([
    ['name: live-quote', 'live-quote'],
    ['name: ${self:custom.stage}-quote', 'dev-quote'],
    ['name: ${ssm:/name}', undefined],
    ['timeout: 3', undefined],
  ])('knows its name where it is deployed when that is stated: %s', async (line, deployedName) => {
    const fn = await functionOf('serverless.yml', `${service}  quote:\n    handler: quote.handler\n    ${line}\n`);
    expect(fn.deployedName).toBe(deployedName);
  });

  test.each([
    ['512', 512, true],
    ['${self:custom.memory.dev}', 256, false],
    ['${self:custom.memory.${self:custom.stage}}', 256, false],
    ["${self:custom.memory.${opt:stage, 'prod'}}", 1024, false],
    ['${self:custom.list.1}', 640, false],
    ['${opt:memory, 384}', 384, false],
    ["${env:MEMORY, '128'}", 128, false],
    ['${self:custom.nothing, 192}', 192, false],
    ['"5${self:custom.list.0}2"', 512, false],
    ['${file(sizes.yml):quote.memory}', 896, false],
    ['${file(./sizes.${self:custom.stage}.json):memory}', 960, false],
    ['${file(sizes.js):memory}', null, false],
    ['${ssm:/memory}', null, false],
    ['${env:MEMORY}', null, false],
    ['${self:custom.loop}', null, false],
  ])('memorySize: %s is %s', async (value, memoryMb, literal) => {
    const text = `${service.replace('custom:', 'custom:\n  loop: ${self:custom.loop}')}  quote: { handler: a.b, memorySize: '${value.replaceAll("'", "''").replaceAll('"', '')}' }\n`;
    const fn = await functionOf('serverless.yml', text, {
      'sizes.yml': 'quote: { memory: 896 }',
      'sizes.dev.json': '{"memory": 960}',
      'sizes.js': 'module.exports = { memory: 1 }',
    });
    expect(fn.memoryMb).toBe(memoryMb);
    expect(fn.properties.memory?.literal).toBe(literal);
  });
});

describe('functions', () => {
  const names = async (text: string, others: Record<string, string> = {}): Promise<string[]> =>
    (await functionsOf('serverless.yml', service.replace('functions:\n', '') + text, others)).map(
      ({ name, template }) => `${template}#${name}`,
    );

  test('may be a map or a list of maps', async () => {
    expect(await names('functions:\n  a: { handler: x.a }\n  b: { handler: x.b }\n')).toEqual([
      'serverless.yml#a',
      'serverless.yml#b',
    ]);
    expect(await names('functions:\n  - a: { handler: x.a }\n    b: { handler: x.b }\n  - c: { handler: x.c }\n')).toHaveLength(
      3,
    );
  });

  test('may come from other files', async () => {
    const others = { 'fns.yml': 'a: { handler: x.a }\n', 'more/b.yml': 'entry: { handler: x.b, memorySize: 96 }' };
    expect(await names('functions: ${file(fns.yml)}\n', others)).toEqual(['fns.yml#a']);
    expect(await names('functions:\n  - ${file(fns.yml)}\n  - b: ${file(more/b.yml):entry}\n', others)).toEqual([
      'fns.yml#a',
      'serverless.yml#b',
    ]);
    const [, b] = await functionsOf(
      'serverless.yml',
      `provider: aws\nfunctions:\n  - \${file(fns.yml)}\n  - b: \${file(more/b.yml):entry}\n`,
      others,
    );
    expect(b).toMatchObject({ handler: 'x.b', memoryMb: 96, code: { kind: 'path', path: '.' } });
    expect(b?.properties.memory?.file).toBe('more/b.yml');
  });

  test('that only a deployment knows are named in a diagnostic', async () => {
    const content = await read('serverless.yml', 'provider: aws\nfunctions: ${file(functions.js)}\n');
    expect(content?.entries).toEqual([]);
    expect(content?.diagnostics).toMatchObject([{ code: 'variable-unresolved', severity: 'information' }]);
    expect(content?.includes).toEqual([]);
  });

  test('of a file outside the workspace are not read', async () => {
    const content = await read('serverless.yml', 'provider: aws\nfunctions: ${file(../x.yml)}\n', {
      '../x.yml': 'a: { handler: b.c }',
    });
    expect(content?.entries).toEqual([]);
  });

  test('with an image have its command', async () => {
    const fn = await functionOf(
      'serverless.yml',
      'provider: { name: aws }\nfunctions:\n  a: { image: { uri: x, command: [app.run] } }\n',
    );
    expect(fn).toMatchObject({ handler: 'app.run', code: { kind: 'image' } });
  });

  test('of another provider are left out, with a reason', async () => {
    const content = await read('serverless.yml', 'provider: { name: google }\nfunctions: { a: { handler: b } }\n');
    expect(content?.entries).toEqual([]);
    expect(content?.diagnostics[0]?.message).toContain('those of google are not listed');
  });
});

describe('files', () => {
  test.each(['serverless.yml', 'serverless.yaml', 'a/serverless.prod.yml', 'serverless-api.yaml'])(
    '%s is a service',
    async (file) => {
      expect(await functionsOf(file, 'provider: aws\nfunctions: { a: { handler: b.c } }\n')).toHaveLength(1);
    },
  );

  test('in JSON are services too', async () => {
    const fn = await functionOf(
      'serverless.json',
      '{"provider": {"name": "aws", "memorySize": 300}, "functions": {"a": {"handler": "b.c"}}}',
    );
    expect(fn).toMatchObject({ name: 'a', memoryMb: 300 });
  });

  test('without provider and functions are none', async () => {
    expect(await read('serverless.components.yml', 'component: x\n')).toBeNull();
    expect(await read('other.yml', 'provider: aws\nfunctions: { a: { handler: b.c } }\n')).toBeNull();
  });

  test('that are broken keep what can be read', async () => {
    const content = await read(
      'serverless.yml',
      `${service}  a:\n    handler: x.a\n    memorySize: 512\n   b: ]\n  c:\n    handler: x.c\n`,
    );
    expect(content?.diagnostics.some(({ code }) => code === 'template-syntax')).toBe(true);
    expect(content?.entries.map((entry) => entry.function.name)).toContain('a');
    expect(content?.entries.map((entry) => entry.function.name)).toContain('c');
  });
});
