import { describe, expect, test } from 'vitest';
import { functionOf, functionsOf, read, textAt } from '../../../unit/functions/template-text.ts';
import { commented, edited } from './edited.ts';

const file = 'infra/shop/stack.py';
const app = { 'infra/cdk.json': '{}' };
const head = `import os
from pathlib import Path
from aws_cdk import Duration, Stack, aws_lambda as _lambda
from aws_cdk.aws_lambda_python_alpha import PythonFunction
`;
const stack = (body: string, before = ''): string => `${head}${before}
class Shop(Stack):
    def __init__(self, scope, construct_id, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
${body}
`;
const fn = (args: string, before = ''): string => stack(`        _lambda.Function(self, "Report"${args})`, before);

describe('a function that a CDK program in Python makes', () => {
  test('is known with what the program states', async () => {
    const text = fn(
      `,
            function_name="shop-report",
            runtime=_lambda.Runtime.PYTHON_3_13,
            handler="app.handler",  # entry
            code=_lambda.Code.from_asset(os.path.join(os.path.dirname(__file__), "..", "src")),
            memory_size=512,
            timeout=Duration.seconds(30),
            architecture=_lambda.Architecture.ARM_64,
            environment={"TABLE": "orders", "STAGE": stage, "URL": f"https://{host}"},
        `,
      'host = "example.org"\n',
    );
    const found = await functionOf(file, text, app);
    expect(found).toMatchObject({
      name: 'Report',
      source: 'cdk',
      deployedName: 'shop-report',
      runtime: 'python3.13',
      handler: 'app.handler',
      code: { kind: 'path', path: 'infra/src' },
      memoryMb: 512,
      timeoutS: 30,
      architecture: 'arm64',
      environment: { TABLE: 'orders', URL: 'https://example.org' },
    });
    expect(textAt(text, found.properties.memory?.value)).toBe('512');
  });

  test.each([
    ['_lambda.Code.from_asset("src")', 'infra/src'],
    ['_lambda.Code.from_asset(path="src")', 'infra/src'],
    ['_lambda.Code.from_asset(str(Path(__file__).parent / "src"))', 'infra/shop/src'],
    ['_lambda.Code.from_asset(os.path.abspath("src"))', 'infra/src'],
  ])('has its code where %s says', async (code, path) => {
    expect((await functionOf(file, fn(`, handler="a.b", code=${code}`), app)).code).toEqual({ kind: 'path', path });
  });

  test('by its entry has the handler in a module there', async () => {
    const text = stack('        self.pages = PythonFunction(self, "Pages", entry="src", index="web/pages.py", runtime=x)');
    expect(await functionOf(file, text, app)).toMatchObject({
      name: 'Pages',
      handler: 'web/pages.handler',
      code: { kind: 'path', path: 'infra/src' },
      isRuntimeKnown: false,
    });
  });

  test.each([
    ['import aws_cdk.aws_lambda as fns\nfns.Function(self, "F", memory_size=512)\n'],
    ['import aws_cdk as cdk\ncdk.aws_lambda.Function(self, "F", memory_size=512)\n'],
    ['from aws_cdk.aws_lambda import Function as Fn\nFn(self, id="F", memory_size=512)\n'],
    ['import aws_cdk.aws_lambda\naws_cdk.aws_lambda.Function(self, "F", memory_size=512)\n'],
  ])('is found however it is imported: %s', async (text) => {
    expect(await functionOf('a.py', text)).toMatchObject({ name: 'F', memoryMb: 512 });
  });

  test.each([
    ['from aws_cdk import aws_cloudfront as cf\ncf.Function(self, "F", memory_size=1)\n'],
    ['from aws_cdk import aws_lambda as l\n# l.Function(self, "F")\ntext = """l.Function(self, "F")"""\n'],
  ])('is not seen in what is none: %s', async (text) => {
    expect(await read('a.py', text)).toBeNull();
  });
});

describe('the size in a CDK program in Python', () => {
  test.each([
    [', memory_size=512', ', memory_size=1024'],
    [', memory_size = 1_024', ', memory_size = 1024'],
    [
      ',\n            memory_size=512,  # MB\n            handler="a.b"\n        ',
      ',\n            memory_size=1024,  # MB\n            handler="a.b"\n        ',
    ],
    [', **common, memory_size=512', ', **common, memory_size=1024'],
  ])('is replaced where it stands: %j', async (before, after) => {
    expect(await edited(file, fn(before), 'Report', 1024)).toBe(fn(after));
  });

  test.each([
    [', handler="a.b", timeout=t', ', handler="a.b", memory_size=1024, timeout=t'],
    [
      ',\n            # the code\n            code=c,\n        ',
      ',\n            # the code\n            memory_size=1024,\n            code=c,\n        ',
    ],
    ['', ', memory_size=1024'],
  ])('is put in where there is none: %j', async (before, after) => {
    expect(await edited(file, fn(before), 'Report', 1024)).toBe(fn(after));
  });

  test('follows a constant that only this function names', async () => {
    expect(await edited(file, fn(', memory_size=MEMORY', 'MEMORY = 512  # MB\n'), 'Report', 1024)).toBe(
      fn(', memory_size=MEMORY', 'MEMORY = 1024  # MB\n'),
    );
    const shared = 'MEMORY = 512\nOTHER = MEMORY\n';
    expect(await edited(file, fn(', memory_size=MEMORY', shared), 'Report', 1024)).toBe(fn(', memory_size=1024', shared));
  });

  test.each([
    [', memory_size=memory', '', 'it comes from memory'],
    [', memory_size=self.memory', '', 'it comes from self.memory'],
    [', memory_size=MEMORY', 'MEMORY = 512\nMEMORY = 256\n', 'it comes from MEMORY'],
    [', **settings', '', 'it may come from **settings'],
    [', **common', 'common = {"memory_size": 512}\n', 'it comes from a map, beside which Python takes no second one'],
  ])('that the program does not tell stays: %j', async (args, before, why) => {
    await expect(edited(file, fn(args, before), 'Report', 1024)).rejects.toThrow(`as ${why}: set memory_size by hand.`);
  });

  test.each([
    ['        for name in names:\n            _lambda.Function(self, name, memory_size=512)', 'function'],
    ['        fns = [_lambda.Function(self, f"{n}-fn", memory_size=512) for n in names]', 'fn'],
  ])('of several functions at once stays: %j', async (body, name) => {
    await expect(edited(file, stack(body), name, 1024)).rejects.toThrow('may make several functions');
  });

  test('gets a comment where there is room', async () => {
    const args = (line: string): string => `,\n            ${line}\n        `;
    expect(await commented(file, fn(args('memory_size=512,')), 'Report', 1024, 'why')).toBe(
      fn(args('memory_size=1024, # Reef: why')),
    );
    expect(await commented(file, fn(', memory_size=512'), 'Report', 1024, 'why')).toBeNull();
  });

  test('of two functions is that of the one that is named', async () => {
    const text = stack(
      '        _lambda.Function(self, "A", memory_size=512)\n        _lambda.Function(self, "B", memory_size=512)',
    );
    expect(await edited(file, text, 'B', 1024)).toBe(text.replace('"B", memory_size=512', '"B", memory_size=1024'));
    expect((await functionsOf(file, text)).map(({ name }) => name)).toEqual(['A', 'B']);
  });
});
