import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { codeHash, listCode } from '../../../src/engine/functions/code-hash.ts';
import type { FunctionInfo } from '../../../src/protocol/functions.ts';
import { workspaceWith } from '../../support/cli.ts';
import { functionInfo } from '../../support/functions.ts';

const never = new AbortController().signal;
const files = {
  'template.yaml': 'Resources: {}',
  'package-lock.json': '{}',
  '.gitignore': '*.log\n',
  'orders/app.mjs': 'export const handler = () => 1;',
  'orders/lib/price.mjs': 'export const price = 1;',
  'orders/events/basket.json': '{}',
  'orders/debug.log': 'x',
  'orders/node_modules/dep/index.js': '1',
  'other/app.mjs': 'export const handler = () => 2;',
};
const orders = functionInfo({
  name: 'Orders',
  handler: 'app.handler',
  handlerFile: 'orders/app.mjs',
  codeRoot: 'orders',
  environment: { API_KEY: 'k-1' },
  events: [{ name: 'basket', file: 'orders/events/basket.json' }],
});

const hashOf = async (fn: FunctionInfo, folder: string): Promise<string | null> =>
  codeHash(fn, folder, await listCode(folder, never), never);

/** Whether the hash differs after a change of the workspace or of the function. */
async function differsAfter(change: { file?: string; text?: string | null; fn?: Partial<FunctionInfo> }): Promise<boolean> {
  await using workspace = await workspaceWith(files);
  const before = await hashOf(orders, workspace.folder);
  expect(before).toMatch(/^[0-9a-f]{32}$/);
  if (change.file !== undefined) {
    const path = join(workspace.folder, change.file);
    await (change.text === null ? rm(path) : writeFile(path, change.text ?? ''));
  }
  return (await hashOf({ ...orders, ...change.fn }, workspace.folder)) !== before;
}

describe('the hash of a function’s code', () => {
  test('is the same in another folder', async () => {
    await using one = await workspaceWith(files);
    await using other = await workspaceWith(files);
    expect(await hashOf(orders, one.folder)).toBe(await hashOf(orders, other.folder));
  });

  test.for([
    ['its handler', { file: 'orders/app.mjs', text: 'export const handler = () => 3;' }],
    ['a module beside it', { file: 'orders/lib/price.mjs', text: 'export const price = 2;' }],
    ['a file that is new', { file: 'orders/lib/tax.mjs', text: '' }],
    ['a file that is gone', { file: 'orders/lib/price.mjs', text: null }],
    ['the lock file of its packages', { file: 'package-lock.json', text: '{"a":1}' }],
    ['its runtime', { fn: { runtime: 'nodejs24.x' } }],
    ['its architecture', { fn: { architecture: 'arm64' } }],
    ['the name of a variable', { fn: { environment: { API_TOKEN: 'k-1' } } }],
  ] as const)('differs after a change of %s', async ([, change]) => {
    expect(await differsAfter(change)).toBe(true);
  });

  test.for([
    ['its template', { file: 'template.yaml', text: 'Resources: { A: {} }' }],
    ['its event', { file: 'orders/events/basket.json', text: '{"a":1}' }],
    ['what git ignores', { file: 'orders/debug.log', text: 'y' }],
    ['installed packages', { file: 'orders/node_modules/dep/index.js', text: '2' }],
    ['another function', { file: 'other/app.mjs', text: '' }],
    ['memory and timeout', { fn: { memoryMb: 1024, timeoutS: 60 } }],
    ['the value of a variable, which may be a secret', { fn: { environment: { API_KEY: 'k-2' } } }],
  ] as const)('stays after a change of %s', async ([, change]) => {
    expect(await differsAfter(change)).toBe(false);
  });

  test('covers build output that is the code', async () => {
    await using workspace = await workspaceWith({ ...files, '.gitignore': 'dist\n', 'dist/app.js': '1', 'dist/lib.js': '1' });
    const built = functionInfo({ codeRoot: '.', handlerFile: 'dist/app.js', handler: 'dist/app.handler' });
    const before = await hashOf(built, workspace.folder);
    await writeFile(join(workspace.folder, 'dist/lib.js'), '2');
    expect(await hashOf(built, workspace.folder)).not.toBe(before);
  });

  test('is not known of an image and of a recorded curve', async () => {
    await using workspace = await workspaceWith(files);
    expect(await hashOf(functionInfo({ packageType: 'image' }), workspace.folder)).toBeNull();
    expect(await hashOf(functionInfo({ codeRoot: null, handlerFile: null }), workspace.folder)).toBeNull();
  });
});
