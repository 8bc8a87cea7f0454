import { describe, expect, test } from 'vitest';
import { mayHoldHandler, readSourceSymbols } from '../../../src/engine/functions/syntax/source-symbols.ts';
import { textAt } from '../../unit/functions/template-text.ts';

async function handlersOf(text: string): Promise<readonly string[]> {
  return mayHoldHandler('app.py', text) ? (await readSourceSymbols('app.py', text)).handlers : [];
}

describe('handlers without a template', () => {
  test.each([
    ['def handler(event, context):\n    return 1\n', 'handler'],
    ['def lambda_handler(event, context):\n    pass\n', 'lambda_handler'],
    ['def lambda_handler(a, b):\n    pass\n', 'lambda_handler'],
    ['def handler(event: dict, context: LambdaContext) -> dict:\n    pass\n', 'handler'],
    ['def handler(event, _):\n    pass\n', 'handler'],
    ['def handler(event, context=None, *, log=print):\n    pass\n', 'handler'],
    ['def create_order_handler(event, context):\n    pass\n', 'create_order_handler'],
    ['@logger.inject_lambda_context\n@tracer.capture\ndef handler(event, context):\n    pass\n', 'handler'],
    ['try:\n    import x\nexcept ImportError:\n    x = None\nif x:\n    def handler(event, context):\n        pass\n', 'handler'],
  ])('%j', async (text, symbol) => {
    expect(await handlersOf(text)).toEqual([symbol]);
    expect(textAt(text, (await readSourceSymbols('app.py', text)).exports.get(symbol))).toBe(symbol);
  });

  test.each([
    ['asynchronous', 'async def handler(event, context):\n    pass\n'],
    ['one parameter', 'def handler(event):\n    pass\n'],
    ['three required', 'def handler(event, context, more):\n    pass\n'],
    ['of signals', 'def handler(signum, frame):\n    pass\n'],
    ['of requests', 'def error_handler(request, exc):\n    pass\n'],
    ['a method', 'class A:\n    def handler(self, event, context):\n        pass\n'],
    ['nested', 'def make():\n    def handler(event, context):\n        pass\n'],
    ['only stars', 'def handler(*args, **kwargs):\n    pass\n'],
    ['a text', '"""\ndef handler(event, context):\n"""\n'],
    ['a comment', '# def handler(event, context):\n'],
    ['another name', 'def handlers(event, context):\n    pass\n'],
  ])('none: %s', async (_why, text) => {
    expect(await handlersOf(text)).toEqual([]);
  });

  test.each(['test_app.py', 'a/app_test.py', 'conftest.py'])('none in %s', (file) => {
    expect(mayHoldHandler(file, 'def handler(event, context):\n    pass\n')).toBe(false);
  });
});

test('a template may name whatever the module defines', async () => {
  const text =
    'from a import b, c as d\nimport e.f\nx = y = Mangum(app)\np, q = 1, 2\nt: int = 1\nasync def g(): pass\nclass H: pass\nwith i: j = 1\n';
  expect([...(await readSourceSymbols('a.py', text)).exports.keys()]).toEqual([
    'b',
    'd',
    'e',
    'x',
    'y',
    'p',
    'q',
    't',
    'g',
    'H',
    'j',
  ]);
  expect((await readSourceSymbols('a.py', 'from a import *\n')).isOpen).toBe(true);
});

test('a handler stays while its body, or what precedes it, is being typed', async () => {
  for (const text of [
    'def handler(event, context):\n    return {\n',
    'x = [1,\nimport os\ndef handler(event, context):\n    pass\n',
    'def handler(event, context):\n    if event[\n    return 1\n',
  ]) {
    const symbols = await readSourceSymbols('a.py', text);
    expect(symbols.handlers).toEqual(['handler']);
    expect(symbols.syntaxError).not.toBeNull();
  }
});
