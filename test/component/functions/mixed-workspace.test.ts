import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FunctionIndex } from '../../../src/engine/functions/function-index.ts';
import { Discovery, type FunctionInfo } from '../../../src/protocol/functions.ts';
import { textAt } from '../../unit/functions/template-text.ts';
import { scanned } from './temporary-workspace.ts';

const folder = join(import.meta.dirname, '../../fixtures/workspaces/mixed');
let index: FunctionIndex;

beforeAll(async () => {
  index = await scanned(folder);
});

function named(name: string): FunctionInfo {
  const fn = index.discovery().functions.find((one) => one.name === name);
  if (fn === undefined) throw new Error(`There is no ${name}`);
  return fn;
}

test('every function is found once, by template or source', () => {
  expect(index.discovery().functions.map(({ id, source, language }) => [id, source, language])).toEqual([
    ['images/stack.yaml#ResizeFunction', 'sam', 'node'],
    ['images/stack.yaml#ThumbnailFunction', 'sam', 'python'],
    ['images/stack.yaml#CatalogFunction', 'sam', null],
    ['images/stack.yaml#LostFunction', 'sam', 'node'],
    ['images/stack.yaml#MisspeltFunction', 'sam', null],
    ['legacy/stack.json#Report', 'cloudformation', 'node'],
    ['legacy/stack.json#Inline', 'cloudformation', 'node'],
    ['shop/more.yml#pay', 'serverless', 'node'],
    ['shop/serverless.yml#cart', 'serverless', 'node'],
    ['tools/clean.py#clean.lambda_handler', 'code', 'python'],
    ['tools/nightly/index.ts#nightly.handler', 'code', 'node'],
  ]);
});

test('what is found is what the protocol says', () => {
  expect(Discovery.parse(index.discovery())).toEqual(index.discovery());
});

test('a function knows its settings, its code and its events', async () => {
  const fn = named('ResizeFunction');
  expect(fn).toMatchObject({
    runtime: 'nodejs22.x',
    handler: 'app.resize',
    handlerFile: 'images/src/resize/app.ts',
    symbol: 'resize',
    codeRoot: 'images/src/resize',
    memoryMb: 1024,
    timeoutS: 30,
    architecture: null,
    environment: { BUCKET: 'images', QUALITY: '80' },
    template: 'images/stack.yaml',
    events: [
      { name: 'small', file: 'images/events/resize/small.json' },
      { name: 'any', file: 'images/events/any.json' },
    ],
  });
  const template = await readFile(join(folder, 'images/stack.yaml'), 'utf8');
  const source = await readFile(join(folder, 'images/src/resize/app.ts'), 'utf8');
  expect(textAt(template, fn.templateRange ?? undefined)).toBe('ResizeFunction');
  expect(textAt(template, fn.properties.memory?.value)).toBe('!Ref Memory');
  expect(textAt(source, fn.handlerRange ?? undefined)).toBe('resize');
});

test('other kinds know theirs', () => {
  expect(named('ThumbnailFunction')).toMatchObject({
    handlerFile: 'images/src/thumbnail/index.py',
    symbol: 'handler',
    memoryMb: 512,
    codeRoot: 'images/src',
  });
  expect(named('Report')).toMatchObject({ handlerFile: 'legacy/lambda/report.js', architecture: 'arm64', memoryMb: null });
  expect(named('cart')).toMatchObject({ handlerFile: 'shop/functions/cart.mjs', memoryMb: 256, timeoutS: 10, events: [] });
  expect(named('pay')).toMatchObject({ handlerFile: 'shop/functions/pay.cjs', memoryMb: 768, events: [{ name: 'pay-visa' }] });
  expect(named('nightly.handler')).toMatchObject({
    handlerFile: 'tools/nightly/index.ts',
    codeRoot: 'tools/nightly',
    handler: 'index.handler',
    runtime: null,
    template: null,
  });
});

describe('diagnostics', () => {
  test('stand where the mistake is', async () => {
    const template = await readFile(join(folder, 'images/stack.yaml'), 'utf8');
    const found = index.discovery().diagnostics.filter(({ file }) => file === 'images/stack.yaml');
    expect(found.map(({ code, severity, range }) => [code, severity, textAt(template, range)])).toEqual([
      ['runtime-unsupported', 'information', 'java21'],
      ['handler-file-missing', 'error', 'gone.handler'],
      ['runtime-unknown', 'warning', 'node22'],
    ]);
    expect(found[1]?.message).toBe(
      'The file of handler "gone.handler" is missing: Reef looked for images/src/resize/gone.js, correct Handler or the code folder.',
    );
  });

  test('say why code in a template does not run here', () => {
    expect(index.discovery().diagnostics.find(({ file }) => file === 'legacy/stack.json')).toMatchObject({
      code: 'code-not-local',
      severity: 'information',
    });
    expect(named('Inline').handlerFile).toBeNull();
  });
});

describe('queries', () => {
  test('give the functions of a template, an included file or a source', () => {
    const ids = (file: string): string[] => index.inFile(file).map(({ name }) => name);
    expect(ids('images/stack.yaml')).toHaveLength(5);
    expect(ids('images/src/resize/app.ts')).toEqual(['ResizeFunction']);
    expect(ids('shop/more.yml')).toEqual(['pay']);
    expect(ids('tools/clean.py')).toEqual(['clean.lambda_handler']);
    expect(ids('generated/app.js')).toEqual([]);
  });

  test('give a function by its id', () => {
    expect(index.byId('legacy/stack.json#Report')?.name).toBe('Report');
    expect(index.byId('nothing')).toBeUndefined();
  });
});

describe('an edit of the memory size', () => {
  test('stands in the file of the function, with its line ends', async () => {
    expect(await index.memoryEdit('shop/more.yml#pay', 1024)).toEqual([
      { file: 'shop/more.yml', range: { start: { line: 2, character: 14 }, end: { line: 2, character: 17 } }, newText: '1024' },
    ]);
    expect(await index.memoryEdit('shop/serverless.yml#cart', 1024)).toMatchObject([
      { file: 'shop/serverless.yml', newText: '\n      memorySize: 1024' },
    ]);
  });

  test('is refused, with a reason, where there is no template or no function', async () => {
    await expect(index.memoryEdit('tools/clean.py#clean.lambda_handler', 512)).rejects.toMatchObject({
      code: 'invalid-settings',
    });
    await expect(index.memoryEdit('nothing', 512)).rejects.toMatchObject({ code: 'no-such-function' });
  });
});
