import { describe, expect, test } from 'vitest';
import { functionOf, functionsOf, read, textAt } from '../../../unit/functions/template-text.ts';
import { commented, edited } from './edited.ts';

const file = 'infra/lib/stack.ts';
const app = { 'infra/cdk.json': '{}' };

const head = `import { Stack, Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as path from 'node:path';
`;
const stack = (body: string, before = ''): string => `${head}${before}
export class Shop extends Stack {
  constructor(scope: Construct, id: string, props: ShopProps) {
    super(scope, id, props);
${body}
  }
}
`;
const fn = (props: string, before = ''): string => stack(`    new lambda.Function(this, 'Orders', ${props});`, before);

describe('a function that a CDK program in TypeScript makes', () => {
  test('is known with what the program states', async () => {
    const text = fn(`{
      functionName: 'shop-orders',
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'app.handler', // entry
      code: lambda.Code.fromAsset(path.join(__dirname, '../src')),
      memorySize: 512,
      timeout: Duration.minutes(2),
      architecture: lambda.Architecture.ARM_64,
      environment: { TABLE: 'orders', STAGE: props.stage, LIMIT: \`\${2 * 5}\` },
    }`);
    const found = await functionOf(file, text, app);
    expect(found).toMatchObject({
      name: 'Orders',
      source: 'cdk',
      deployedName: 'shop-orders',
      runtime: 'nodejs22.x',
      handler: 'app.handler',
      code: { kind: 'path', path: 'infra/src' },
      memoryMb: 512,
      timeoutS: 120,
      architecture: 'arm64',
      environment: { TABLE: 'orders', LIMIT: '10' },
    });
    expect(textAt(text, found.templateRange)).toBe("'Orders'");
    expect(textAt(text, found.properties.memory?.value)).toBe('512');
    expect(found.properties.memory).toMatchObject({ literal: true, inherited: false });
  });

  test.each([
    ['lambda.Code.fromAsset("src")', { kind: 'path', path: 'infra/src' }],
    ['lambda.Code.fromAsset(`${__dirname}/../../src`)', { kind: 'path', path: 'src' }],
    ['lambda.Code.fromAsset("../../outside")', { kind: 'elsewhere', why: expect.stringContaining('synthesised') }],
    ['lambda.Code.fromAsset("build/fn.zip")', { kind: 'elsewhere', why: 'it is in the archive infra/build/fn.zip' }],
    ['lambda.Code.fromAsset(props.path)', { kind: 'elsewhere', why: expect.stringContaining('synthesised') }],
    ['lambda.Code.fromInline("exports.handler = 1")', { kind: 'inline' }],
    ['lambda.Code.fromBucket(bucket, "key")', { kind: 'elsewhere', why: 'it is in a bucket' }],
  ])('has its code where %s says', async (code, location) => {
    expect((await functionOf(file, fn(`{ handler: 'app.handler', code: ${code} }`), app)).code).toEqual(location);
  });

  test('without cdk.json has relative code nowhere that is known', async () => {
    const { code } = await functionOf(file, fn("{ handler: 'a.b', code: lambda.Code.fromAsset('src') }"));
    expect(code).toMatchObject({ kind: 'elsewhere' });
  });

  test('by its entry has the handler there, or beside the program', async () => {
    const text = stack(`    new NodejsFunction(this, 'Quote', { entry: 'src/quote.main.ts', handler: 'quote' });
    new NodejsFunction(this, 'Tax');`);
    const [quote, tax] = await functionsOf(file, text, app);
    expect(quote).toMatchObject({ handler: 'index.quote', entry: { files: ['infra/src/quote.main.ts'], symbol: 'quote' } });
    expect(tax?.entry).toMatchObject({ symbol: 'handler', files: expect.arrayContaining(['infra/lib/stack.Tax.ts']) });
  });

  test('as an image, a raw resource and from Python has what its kind has', async () => {
    const text = `import { aws_lambda as l, Duration } from 'aws-cdk-lib';
import { PythonFunction } from '@aws-cdk/aws-lambda-python-alpha';
new l.DockerImageFunction(stack, 'Image', { code: l.DockerImageCode.fromImageAsset('image', { cmd: ['app.main'] }) });
new l.CfnFunction(stack, 'Raw', { runtime: 'python3.13', handler: 'a.b', memorySize: 256, timeout: 9, architectures: ['arm64'],
  environment: { variables: { A: '1' } }, code: { zipFile: 'x' } });
new PythonFunction(stack, 'Py', { entry: 'py', index: 'pages.py', handler: 'main', runtime: l.Runtime.PYTHON_3_13 });
`;
    const [image, raw, python] = await functionsOf('app.ts', text, { 'cdk.json': '{}' });
    expect(image).toMatchObject({ code: { kind: 'image', contextPath: 'image' }, handler: 'app.main' });
    expect(raw).toMatchObject({
      memoryMb: 256,
      timeoutS: 9,
      architecture: 'arm64',
      environment: { A: '1' },
      runtime: 'python3.13',
    });
    expect(python).toMatchObject({ handler: 'pages.main', code: { kind: 'path', path: 'py' }, runtime: 'python3.13' });
  });

  test.each([
    ["const lambda = require('aws-cdk-lib/aws-lambda');\nnew lambda.Function(this, 'Orders', { memorySize: 512 });"],
    ["const { Function: Fn } = require('aws-cdk-lib/aws-lambda');\nnew Fn(this, 'Orders', { memorySize: 512 });"],
    ["import lambda = require('aws-cdk-lib/aws-lambda');\nnew lambda.Function(this, 'Orders', { memorySize: 512 });"],
    ["import { Function as Fn } from '@aws-cdk/aws-lambda';\nnew Fn(this, 'Orders', { memorySize: 512 });"],
    ["import * as cdk from 'aws-cdk-lib';\nnew cdk.aws_lambda.Function(this, 'Orders', { memorySize: 512 });"],
  ])('is found however it is imported: %s', async (text) => {
    expect(await functionOf('a.ts', text)).toMatchObject({ name: 'Orders', memoryMb: 512 });
  });

  test.each([
    ["import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';\nnew cloudfront.Function(this, 'F', { memorySize: 1 });"],
    ["import { App } from 'aws-cdk-lib';\nnew Function('a', 'b', 'return a');"],
    [
      "import * as lambda from 'aws-cdk-lib/aws-lambda';\n// new lambda.Function(this, 'F', {})\nconst text = `new lambda.Function(this, 'F', {})`;",
    ],
  ])('is not seen in what is none: %s', async (text) => {
    expect(await read('a.ts', text)).toBeNull();
  });

  test('of a test is not deployed', async () => {
    expect(await read('test/stack.test.ts', fn('{ memorySize: 512 }'))).toBeNull();
  });

  test('of a name that is given twice has a name of its own', async () => {
    const text = `${fn('{ memorySize: 1 }')}${fn('{ memorySize: 2 }').slice(head.length)}`;
    expect((await functionsOf(file, text)).map(({ name, memoryMb }) => [name, memoryMb])).toEqual([
      ['Orders', 1],
      ['Orders 2', 2],
    ]);
  });

  test('with a size that is none says so where it stands', async () => {
    const content = await read(file, fn('{ memorySize: "much" }'));
    expect(content?.diagnostics).toMatchObject([{ code: 'value-invalid', message: expect.stringContaining('not "much"') }]);
  });
});

describe('the size in a CDK program in TypeScript', () => {
  test.each([
    ['{ memorySize: 512 }', '{ memorySize: 1024 }'],
    ['{\n      memorySize: 512, // MB\n    }', '{\n      memorySize: 1024, // MB\n    }'],
    ['{ "memorySize": 1_024 /* big */ }', '{ "memorySize": 2048 /* big */ }', 2048],
    ['{ memorySize: 2 * 256 }', '{ memorySize: 1024 }'],
    ['{ memorySize: (512 as number) }', '{ memorySize: (1024 as number) }'],
    ['{ memorySize: 128, ...{}, memorySize: 512 }', '{ memorySize: 128, ...{}, memorySize: 1024 }'],
  ])('is replaced where it stands: %j', async (before, after, memoryMb = 1024) => {
    expect(await edited(file, fn(before), 'Orders', memoryMb)).toBe(fn(after));
  });

  test.each([
    ['{ timeout: Duration.seconds(3) }', '{ memorySize: 1024, timeout: Duration.seconds(3) }'],
    [
      "{\n      handler: 'a.b', // entry\n      code,\n    }",
      "{\n      memorySize: 1024,\n      handler: 'a.b', // entry\n      code,\n    }",
    ],
    ['{\n\t\tcode: c\n}', '{\n\t\tmemorySize: 1024,\n\t\tcode: c\n}'],
    ['{}', '{ memorySize: 1024 }'],
    ['{ /* none yet */ }', '{ memorySize: 1024  /* none yet */ }'],
  ])('is put in where there is none: %j', async (before, after) => {
    expect(await edited(file, fn(before), 'Orders', 1024)).toBe(fn(after));
    const windows = (text: string): string => text.replaceAll('\n', '\r\n');
    expect(await edited(file, windows(fn(before)), 'Orders', 1024)).toBe(windows(fn(after)));
  });

  test('is put in behind what a spread brings', async () => {
    const before = 'const common = { memorySize: 512, timeout };\n';
    expect(await edited(file, fn("{ handler: 'a.b', ...common }", before), 'Orders', 1024)).toBe(
      fn("{ handler: 'a.b', ...common, memorySize: 1024 }", before),
    );
    expect(await edited(file, fn("{\n  ...common, // ours\n  handler: 'a.b',\n}", before), 'Orders', 1024)).toBe(
      fn("{\n  ...common, // ours\n  memorySize: 1024,\n  handler: 'a.b',\n}", before),
    );
    expect(await edited(file, fn('{\n  handler,\n  ...common,\n}', before), 'Orders', 1024)).toBe(
      fn('{\n  handler,\n  ...common,\n  memorySize: 1024,\n}', before),
    );
  });

  test('is put in with props where there are none', async () => {
    expect(await edited(file, stack("    new NodejsFunction(this, 'Tax');"), 'Tax', 1024)).toBe(
      stack("    new NodejsFunction(this, 'Tax', { memorySize: 1024 });"),
    );
  });

  test('follows a constant that only this function names', async () => {
    const before = 'const memory = 512; // measured\n';
    expect(await edited(file, fn('{ memorySize: memory }', before), 'Orders', 1024)).toBe(
      fn('{ memorySize: memory }', 'const memory = 1024; // measured\n'),
    );
    expect(await edited(file, fn('{ memorySize }', 'const memorySize = 512;\n'), 'Orders', 1024)).toBe(
      fn('{ memorySize }', 'const memorySize = 1024;\n'),
    );
    const own = 'const options = { memorySize: 512, handler };\n';
    expect(await edited(file, fn('options', own), 'Orders', 1024)).toBe(fn('options', own.replace('512', '1024')));
  });

  test('leaves a constant alone that others name, or may', async () => {
    const shared = 'const memory = 512;\nconst doubled = memory * 2;\n';
    expect(await edited(file, fn('{ memorySize: memory }', shared), 'Orders', 1024)).toBe(fn('{ memorySize: 1024 }', shared));
    const exported = 'export const memory = 512;\n';
    expect(await edited(file, fn('{ memorySize: memory }', exported), 'Orders', 1024)).toBe(fn('{ memorySize: 1024 }', exported));
    const short = 'const memorySize = 512;\nconst doubled = memorySize * 2;\n';
    expect(await edited(file, fn('{ memorySize }', short), 'Orders', 1024)).toBe(fn('{ memorySize: 1024 }', short));
    const member = 'const sizes = { orders: 512, quote: 256 };\nconst other = sizes.quote;\n';
    expect(await edited(file, fn('{ memorySize: sizes.orders }', member), 'Orders', 1024)).toBe(
      fn('{ memorySize: 1024 }', member),
    );
  });

  test.each([
    ['{ memorySize: props.memory }', '', 'it comes from props.memory'],
    ['{ memorySize: this.node.tryGetContext("memory") }', '', 'it comes from this.node.tryGetContext("memory")'],
    ['{ memorySize: memory }', 'let memory = 512;\n', 'it comes from memory'],
    ['{ handler, ...props.common }', '', 'it may come from ...props.common'],
    ['{ memorySize: 512, ...props.common }', '', 'it may come from ...props.common'],
    ['props.fn', '', 'it may come from props.fn'],
    ['shared', 'const shared = { memorySize: 512 };\nconst again = shared;\n', 'others share its settings (shared)'],
  ])('that the program does not tell stays: %j', async (props, before, why) => {
    const found = await functionOf(file, fn(props, before));
    expect(found.memoryMb).toBe(props === 'shared' ? 512 : null);
    await expect(edited(file, fn(props, before), 'Orders', 1024)).rejects.toThrow(
      `The memory size of Orders in ${file} stays as it is, as ${why}: set memorySize by hand.`,
    );
  });

  test('says what it is written as', async () => {
    const { properties } = await functionOf(file, fn('{ memorySize: props.memory }'));
    expect(properties.memory).toMatchObject({ literal: false, origin: 'props.memory' });
  });

  test.each([
    ['    for (const name of names) new lambda.Function(this, name, { memorySize: 512 });', 'function'],
    ['    names.forEach((name) => new lambda.Function(this, `${name}-fn`, { memorySize: 512 }));', 'fn'],
    ['    const make = (id: string) => new lambda.Function(this, id, { memorySize: 512 });', 'function'],
  ])('of several functions at once stays: %j', async (body, name) => {
    await expect(edited(file, stack(body), name, 1024)).rejects.toThrow('may make several functions of this construct');
  });

  test('a parameter hides the constant of its name', async () => {
    const text = stack(
      "    const f = (memory: number) => { new lambda.Function(this, 'Orders', { memorySize: memory }); };",
      'const memory = 1;',
    );
    expect((await functionOf(file, text)).memoryMb).toBeNull();
  });

  test.each([
    ['{\n  memorySize: 512,\n}', '{\n  memorySize: 1024, // Reef: why\n}'],
    ['{\n  memorySize: 512, // Reef: before\n}', '{\n  memorySize: 1024, // Reef: why\n}'],
    ['{\n  handler,\n}', '{\n  memorySize: 1024, // Reef: why\n  handler,\n}'],
    ['{ memorySize: 512 }', null],
    ['{\n  memorySize: 512, // ours\n}', null],
  ])('gets a comment where there is room: %j', async (before, after) => {
    expect(await commented(file, fn(before), 'Orders', 1024, 'why')).toBe(after === null ? null : fn(after));
  });

  test('in a constant gets its comment there', async () => {
    expect(await commented(file, fn('{ memorySize: m }', 'const m = 512;\n'), 'Orders', 1024, 'a\nb')).toBe(
      fn('{ memorySize: m }', 'const m = 1024; // Reef: a b\n'),
    );
  });
});

describe('a CDK program in the middle of an edit', () => {
  test.each([
    ['{ memorySize: 512, timeout: Duration.', 512],
    ['{ memorySize: , timeout: Duration.seconds(3) }', null],
    ['{ memorySize: 512, environment: { A: `${', 512],
    ['{ memorySize: 512 } } ]', 512],
  ])('still has its function: %j', async (props, memoryMb) => {
    const text = stack(`    new lambda.Function(this, 'Orders', ${props}`);
    expect(await functionsOf(file, text)).toMatchObject([{ name: 'Orders', memoryMb }]);
  });
});
