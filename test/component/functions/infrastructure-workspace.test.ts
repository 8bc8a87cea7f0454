import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Discovery } from '../../../src/protocol/functions.ts';
import { reef } from '../../support/cli.ts';
import { needsPython } from '../../support/python.ts';
import { scanned } from './temporary-workspace.ts';

/** Two CDK programs and a Terraform module, copied as the commands write into it. */
const fixture = join(import.meta.dirname, '../../fixtures/workspaces/infrastructure');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reef-infrastructure-'));
  await cp(fixture, folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('functions of CDK programs and of Terraform are found with their code, size and events, and nothing is wrong', async () => {
  const discovery = (await scanned(folder)).discovery();
  expect(Discovery.parse(discovery)).toEqual(discovery);
  expect(discovery.diagnostics).toEqual([]);
  const found = discovery.functions.map(({ id, source, handlerFile, symbol, memoryMb, events }) => ({
    id,
    source,
    handler: `${handlerFile ?? ''}#${symbol ?? ''}`,
    memoryMb,
    events: events.map(({ name }) => name),
  }));
  const stack = { source: 'cdk', events: ['basket'] };
  expect(found).toEqual([
    {
      id: 'orders/main.tf#take',
      source: 'terraform',
      handler: 'orders/src/take/app.py#handler',
      memoryMb: 512,
      events: ['order'],
    },
    {
      id: 'orders/main.tf#quote',
      source: 'terraform',
      handler: 'orders/src/quote/index.mjs#handler',
      memoryMb: 128,
      events: [],
    },
    {
      id: 'reports/reports_stack.py#Monthly',
      source: 'cdk',
      handler: 'reports/lambda/monthly.py#handler',
      memoryMb: null,
      events: ['january'],
    },
    { id: 'shop/lib/shop-stack.ts#Checkout', handler: 'shop/functions/checkout.ts#handler', memoryMb: 1024, ...stack },
    { id: 'shop/lib/shop-stack.ts#Stock', handler: 'shop/functions/stock.mjs#handler', memoryMb: 256, ...stack },
    { id: 'shop/lib/shop-stack.ts#Restock', handler: 'shop/functions/stock.mjs#restock', memoryMb: null, ...stack },
  ]);
});

describe('each of them', () => {
  test.each([
    ['take', { table: 'orders', order: 7 }],
    ['quote', { quote: 'EUR 3' }],
    ['Monthly', { month: '2026-01' }],
    ['Checkout', { total: 10, currency: 'EUR' }],
    ['Restock', { ordered: 20 }],
  ])('runs: %s', async (name, response) => {
    if (name === 'take' || name === 'Monthly') needsPython();
    const done = await reef(['invoke', name, '--workspace', folder, '--node', process.execPath, '--json']);
    expect(done).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(done.stdout)).toMatchObject({ outcome: 'ok', response });
  });

  test.each([
    ['take', 'orders/variables.tf', '  default     = 512\n', '  default     = 2048\n'],
    ['quote', 'orders/main.tf', 'memory_size   = 128 # the least', 'memory_size   = 2048 # the least'],
    ['Monthly', 'reports/reports_stack.py', 'timeout=Dur', 'memory_size=2048,\n            timeout=Dur'],
    ['Checkout', 'shop/lib/shop-stack.ts', 'checkoutMemory = 1024;', 'checkoutMemory = 2048;'],
    ['Stock', 'shop/lib/shop-stack.ts', "handler: 'stock.handler'", "memorySize: 2048,\n      handler: 'stock.handler'"],
  ])('gets a size where its source has it, and only there: %s', async (name, file, before, after) => {
    const text = await readFile(join(folder, file), 'utf8');
    expect(text.split(before)).toHaveLength(2);
    expect(await reef(['apply', name, '--memory', '2048', '--yes', '--workspace', folder])).toMatchObject({ exitCode: 0 });
    expect(await readFile(join(folder, file), 'utf8')).toBe(text.replace(before, after));
    const { functions } = (await scanned(folder)).discovery();
    expect(functions.find((fn) => fn.name === name)).toMatchObject({ memoryMb: 2048 });
  });

  test('keeps its size, with the reason, where the program computes it', async () => {
    expect(await reef(['apply', 'Restock', '--memory', '2048', '--yes', '--workspace', folder])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        "reef: The memory size of Restock in shop/lib/shop-stack.ts stays as it is, as it comes from this.node.tryGetContext('restockMemory'): set memorySize by hand.\n",
    });
  });
});
