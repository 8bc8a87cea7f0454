import { describe, expect, test } from 'vitest';
import { handlerTarget } from '../../../src/engine/functions/handler-path.ts';
import { isAwsRuntime, languageOfFile, languageOfRuntime } from '../../../src/engine/functions/runtimes.ts';

const files = (...args: Parameters<typeof handlerTarget>): string[] =>
  (handlerTarget(...args)?.candidates ?? []).map(({ file }) => file);

describe('a Node handler', () => {
  test('names a file of any extension that Node runs', () => {
    expect(files('src/app.handler', 'node', 'api')).toEqual(
      ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts', 'tsx'].map((ext) => `api/src/app.${ext}`),
    );
  });

  test('ends its file name at the first dot', () => {
    expect(handlerTarget('./src/app.routes.get', 'node', '.')).toMatchObject({
      symbol: 'routes.get',
      candidates: [{ file: 'src/app.js' }, {}, {}, {}, {}, {}, {}],
    });
  });

  test('of build output may have its source beside', () => {
    expect(files('dist/app.handler', 'node', '.')).toEqual(expect.arrayContaining(['dist/app.js', 'src/app.ts', 'app.ts']));
    const target = handlerTarget('fn/app.handler', 'node', 'api/dist');
    expect(target?.candidates.find(({ file }) => file === 'api/src/fn/app.ts')?.codeRoot).toBe('api/src');
    expect(target?.candidates.find(({ file }) => file === 'api/fn/app.ts')?.codeRoot).toBe('api');
  });
});

test('a Python handler names its module with dots or slashes', () => {
  expect(files('a/b.handler', 'python', '.')).toEqual(['a/b.py', 'a/b/__init__.py']);
  expect(files('a.b.handler', 'python', 'src')).toEqual(['src/a/b.py', 'src/a/b/__init__.py']);
});

test.each(['app', '.handler', 'app.', '../../../out.handler'])('"%s" is no handler', (handler) => {
  expect(handlerTarget(handler, 'node', 'src')).toBeNull();
});

test.each([
  ['nodejs22.x', true, 'node'],
  ['nodejs24.x', true, 'node'],
  ['nodejs21.x', false, 'node'],
  ['python3.9', true, 'python'],
  ['python3.14', true, 'python'],
  ['python2.7', true, null],
  ['java21', true, null],
  ['provided.al2023', true, null],
  ['cobol', false, null],
])('runtime %s', (runtime, isKnown, language) => {
  expect(isAwsRuntime(runtime)).toBe(isKnown);
  expect(languageOfRuntime(runtime)).toBe(language);
});

test('a declaration file is no source', () => {
  expect(languageOfFile('a.d.ts')).toBeNull();
  expect(languageOfFile('a.ts')).toBe('node');
  expect(languageOfFile('a.py')).toBe('python');
  expect(languageOfFile('a.go')).toBeNull();
});
