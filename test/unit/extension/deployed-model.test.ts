import { describe, expect, test } from 'vitest';
import type { FunctionDetails, PlaceState, Problem } from '../../../src/extension/deployed/place-state.ts';
import { idlePlace } from '../../../src/extension/deployed/place-state.ts';
import { type DeployedNode, deployedTree, type Shown } from '../../../src/extension/views/deployed-model.ts';
import type { DeployedRow, LogFigures, SourceFunction, SourceLink } from '../../../src/protocol/deployed.ts';
import { deployedRow, inStack } from './deployed-rows.ts';
import { english } from './english.ts';

const target = 'aws:dev/eu-west-1';
const folder = 'file:///work';
const byStack: Shown = { filter: '', grouping: { by: 'stack' } };

const orders: SourceFunction = {
  folder: 'file:///other',
  functionId: 'template.yaml#Orders',
  name: 'Orders',
  template: 'template.yaml',
  handlerFile: 'orders/app.mjs',
};

function placeWith(rows: DeployedRow[], more: Partial<PlaceState> = {}): PlaceState {
  return { ...idlePlace(target), listing: 'ready', rows: new Map(rows.map((row) => [row.id, row])), ...more };
}

/** The node of a place whose list is known, and what was asked of a cloud. */
function drawn(place: PlaceState, details: FunctionDetails = {}, shown = byStack) {
  const asked: string[] = [];
  const tree = {
    folder,
    place: () => place,
    details: () => details,
    open: async (name: string) => void asked.push(name),
    openFunction: async (name: string, id: string) => void asked.push(`${name} ${id}`),
    t: english,
    day: (ms: number) => new Date(ms).toISOString().slice(0, 10),
    time: (ms: number) => new Date(ms).toISOString().slice(0, 16),
  };
  const [node] = deployedTree([place], tree, shown);
  if (node === undefined) throw new Error('There is no place.');
  return { node, asked };
}

const opened = async (node: DeployedNode): Promise<readonly DeployedNode[]> => node.load?.() ?? node.children;
const childrenOf = async (place: PlaceState, shown = byStack): Promise<readonly DeployedNode[]> =>
  opened(drawn(place, {}, shown).node);
const labels = (nodes: readonly DeployedNode[]): string[] => nodes.map(({ label }) => label);

/** What a function's node holds when it is open. */
async function inside(row: DeployedRow, details: FunctionDetails = {}): Promise<readonly DeployedNode[]> {
  const { node } = drawn(placeWith([row]), details);
  const [fn] = await opened(node);
  return fn === undefined ? [] : opened(fn);
}

function figures(more: Partial<LogFigures> = {}): LogFigures {
  return {
    from: 'logs',
    calls: 1234,
    failed: 0,
    firstMs: Date.UTC(2026, 10, 1),
    lastMs: Date.UTC(2026, 10, 14),
    days: 14,
    complete: true,
    leftOut: 0,
    memoryMb: 512,
    warm: 1200,
    p50Ms: 41,
    p95Ms: 90,
    initMs: 210,
    peakMb: 88,
    coldRate: 0.03,
    callsPerDay: 88.1,
    costPerMonthUsd: 1.5,
    ...more,
  };
}

describe('a place', () => {
  test('asks nothing before it is opened, and then for its list', async () => {
    const { node, asked } = drawn(idlePlace(target));
    expect(node).toMatchObject({ label: 'dev/eu-west-1', traits: ['place'], payload: { folder, target } });
    expect(node.accessibilityLabel).toBe('dev/eu-west-1, not listed yet');
    expect(asked).toEqual([]);
    await opened(node);
    expect(asked).toEqual([target]);
  });

  test.each([
    ['aws', 'AWS, default profile'],
    ['aws:/eu-west-1', 'eu-west-1, default profile'],
    ['aws:team/dev', 'team/dev'],
  ])('%s is called %s', (name, label) => {
    expect(drawn(idlePlace(name)).node.label).toBe(label);
  });

  test('groups functions by stack, those without one beside the groups', async () => {
    const rows = [
      deployedRow('pay', { tags: inStack('shop') }),
      deployedRow('lone'),
      deployedRow('cart', { tags: inStack('shop') }),
      deployedRow('count', { tags: inStack('depot') }),
    ];
    const { node } = drawn(placeWith(rows));
    expect(node).toMatchObject({ description: '4', accessibilityLabel: 'dev/eu-west-1, 4 functions' });
    const children = await opened(node);
    expect(labels(children)).toEqual(['depot', 'shop', 'lone']);
    const [, shop, lone] = children;
    expect(shop).toMatchObject({ description: '2', traits: ['group'], expanded: false });
    expect(labels(shop === undefined ? [] : await opened(shop))).toEqual(['cart', 'pay']);
    expect(lone).toMatchObject({ description: 'nodejs22.x · 512 MB', traits: ['function'] });
  });

  test('shows what a filter leaves, in open groups', async () => {
    const place = placeWith([deployedRow('pay', { tags: inStack('shop') }), deployedRow('count')]);
    const shown: Shown = { ...byStack, filter: 'shop' };
    expect(drawn(place, {}, shown).node).toMatchObject({
      description: '1 / 2',
      accessibilityLabel: 'dev/eu-west-1, 1 of 2 functions',
    });
    expect(await childrenOf(place, shown)).toMatchObject([{ label: 'shop', expanded: true }]);
    expect(labels(await childrenOf(place, { ...byStack, filter: 'nothing' }))).toEqual(['No function matches: nothing']);
  });

  test('that is being listed shows what came so far; one that was stopped offers the rest', async () => {
    const loading = placeWith([deployedRow('one')], { listing: 'loading' });
    expect(drawn(loading).node.description).toBe('1…');
    expect(labels(await childrenOf(loading))).toEqual(['one', 'Listing functions…']);
    const stopped = await childrenOf(placeWith([deployedRow('one')], { listing: 'stopped' }));
    expect(stopped[1]).toMatchObject({ label: 'Stopped: list the rest', command: 'reef.deployed.refresh' });
    expect(labels(await childrenOf(placeWith([])))).toEqual(['No functions are deployed here.']);
  });

  test.each<[Problem['code'], string]>([
    ['no-credentials', 'Not signed in'],
    ['access-denied', 'Not allowed'],
    ['throttled', 'Asked too often'],
    ['region-disabled', 'Region not enabled'],
    ['unreachable', 'Not reachable'],
    ['service-failed', 'Not listed'],
  ])('that cannot be listed says why: %s', async (code, label) => {
    const problem = { code, sentence: 'What to do.', signIn: null };
    const [node, ...more] = await childrenOf(placeWith([deployedRow('one')], { listing: 'failed', problem }));
    expect(node).toMatchObject({ label, description: 'What to do.', command: 'reef.deployed.refresh', traits: ['problem'] });
    expect(node?.accessibilityLabel).toBe(`${label}: What to do. Click to try again.`);
    expect(labels(more)).toEqual(['one']);
  });

  test('whose sign-in has expired offers to sign in', async () => {
    const signIn = ['aws', 'sso', 'login', '--profile', 'dev'];
    const problem: Problem = { code: 'no-credentials', sentence: 'Sign in again.', signIn };
    expect(await childrenOf(placeWith([], { listing: 'failed', problem }))).toMatchObject([
      { label: 'Not signed in' },
      { label: 'Sign in', description: 'aws sso login --profile dev', command: 'reef.place.signIn', payload: { target } },
    ]);
  });

  test('without its tags says so', async () => {
    const [note] = await childrenOf(placeWith([deployedRow('one')], { tagsProblem: 'Allow tag:GetResources.' }));
    expect(note).toMatchObject({ label: 'Stacks and tags are not known', tooltip: 'Allow tag:GetResources\\.' });
  });
});

describe('a deployed function', () => {
  test('asks for its versions when it is opened', async () => {
    const row = deployedRow('one');
    const { node, asked } = drawn(placeWith([row]));
    const [fn] = await opened(node);
    expect(asked).toEqual([target]);
    if (fn !== undefined) await opened(fn);
    expect(asked).toEqual([target, `${target} ${row.id}`]);
  });

  test('whose source is known opens it, and is called with its events', async () => {
    const link: SourceLink = { kind: 'linked', by: 'logical-id', source: orders, differences: [] };
    const row = deployedRow('shop-Orders', { link });
    const [fn] = await childrenOf(placeWith([row]));
    const source = { folder: orders.folder, functionId: orders.functionId };
    expect(fn).toMatchObject({
      traits: ['function', 'linked'],
      accessibilityLabel: 'shop-Orders, nodejs22.x · 512 MB, source Orders',
      payload: { folder: orders.folder, target, functionId: row.id, functionName: 'shop-Orders', source },
    });
    expect(await inside(row)).toMatchObject([
      {
        label: 'Orders',
        description: 'template.yaml · by its logical id',
        command: 'reef.deployed.openSource',
        traits: ['source', 'hasHandler', 'hasTemplate'],
        payload: { ...source, source },
      },
      { label: 'Figures from Logs' },
    ]);
  });

  test('that differs from its source says in what', async () => {
    const differences = [
      { what: 'memory', deployed: 1024, source: 512 },
      { what: 'runtime', deployed: 'nodejs20.x', source: 'nodejs22.x' },
    ] as const;
    const row = deployedRow('x', { link: { kind: 'linked', by: 'name', source: orders, differences: [...differences] } });
    expect((await childrenOf(placeWith([row])))[0]).toMatchObject({
      icon: { id: 'diff' },
      accessibilityLabel: 'x, nodejs22.x · 512 MB, differs from its source Orders',
    });
    expect(await inside(row)).toMatchObject([
      { label: 'Orders' },
      { label: 'memory 1024 MB', description: 'source: 512 MB' },
      { label: 'runtime nodejs20.x', description: 'source: nodejs22.x' },
      { label: 'Figures from Logs' },
    ]);
  });

  test('that several functions could be the source of shows them, and is linked to none', async () => {
    const other = { ...orders, functionId: 'b.yaml#Orders', template: 'b.yaml' };
    const row = deployedRow('x', { link: { kind: 'ambiguous', by: 'name', candidates: [orders, other] } });
    expect((await childrenOf(placeWith([row])))[0]).toMatchObject({ traits: ['function'], icon: { id: 'question' } });
    const [candidates] = await inside(row);
    expect(candidates).toMatchObject({
      label: 'Several functions could be its source',
      expanded: true,
      children: [{ description: 'template.yaml' }, { description: 'b.yaml' }],
    });
  });

  test('has aliases with their shares, and versions, each of which a call can name', async () => {
    const code = { codeSha256: 'x=', codeBytes: 380, isLatest: false };
    const version = { description: '', runtime: 'nodejs22.x', memoryMb: 640, timeoutS: 3, ...code };
    const value = {
      aliases: [{ name: 'live', description: 'for all', version: '1', shares: { '2': 0.25 } }],
      versions: [{ ...version, version: '2', lastModified: '2026-11-02T10:00:00Z' }],
    };
    const row = deployedRow('x');
    expect(await inside(row, { versions: { state: 'ready', value } })).toMatchObject([
      { label: 'Figures from Logs' },
      {
        label: 'live',
        description: '→ 1 (75 %), 2 (25 %) · for all',
        traits: ['alias'],
        payload: { functionId: row.id, qualifier: 'live' },
      },
      {
        label: 'Versions',
        description: '1',
        children: [
          {
            label: '2',
            description: '640 MB · 2026-11-02',
            accessibilityLabel: 'Version 2, 640 MB · 2026-11-02',
            traits: ['version'],
            payload: { functionId: row.id, qualifier: '2' },
          },
        ],
      },
    ]);
  });

  test('whose versions may not be listed says so; a click asks again', async () => {
    const problem: Problem = { code: 'access-denied', sentence: 'Allow lambda:ListAliases.', signIn: null };
    const row = deployedRow('x');
    expect(await inside(row, { versions: { state: 'failed', problem } })).toMatchObject([
      { label: 'Figures from Logs' },
      { label: 'Not allowed', command: 'reef.deployed.refresh', payload: { functionId: row.id } },
    ]);
  });
});

describe('figures from logs', () => {
  const nodeOf = async (value: LogFigures): Promise<DeployedNode | undefined> =>
    (await inside(deployedRow('x'), { figures: { state: 'ready', value } }))[0];

  test('are read by a click', async () => {
    expect(await inside(deployedRow('x'))).toMatchObject([
      { label: 'Figures from Logs', description: 'click to read', command: 'reef.deployed.readFigures', traits: ['figures'] },
    ]);
    expect(await inside(deployedRow('x'), { figures: { state: 'loading' } })).toMatchObject([
      { description: 'reading the log…' },
    ]);
  });

  test('say of how many calls and of which days they are', async () => {
    const node = await nodeOf(figures());
    expect(node).toMatchObject({ description: 'calls: 1,234 in 14 days', traits: ['figures', 'read'], expanded: true });
    expect(node?.accessibilityLabel).toBe(
      'Figures from Logs, calls: 1,234 in 14 days, from 2026-11-01T00:00 to 2026-11-14T00:00, of its log, durations of 1200 warm calls at 512 MB',
    );
    expect((node?.children ?? []).map(({ label, description }) => [label, description])).toEqual([
      ['p50 41 ms', 'p95 90 ms'],
      ['3 % cold', 'init 210 ms'],
      ['peak 88.0 MB', 'of 512 MB'],
      ['88 calls a day', undefined],
      ['$1.50 a month', undefined],
    ]);
  });

  test('are beside the name of the function', async () => {
    const { node } = drawn(placeWith([deployedRow('x')]), { figures: { state: 'ready', value: figures() } });
    expect(await opened(node)).toMatchObject([{ label: 'x', description: 'nodejs22.x · 512 MB · p50 41 ms' }]);
  });

  test('that are missing are left out, and what is not whole says so', async () => {
    const none = { p50Ms: null, p95Ms: null, coldRate: null, peakMb: null, costPerMonthUsd: null, warm: 0 };
    const node = await nodeOf(
      figures({ ...none, calls: 0, callsPerDay: 0, days: 0.01, complete: false, leftOut: 3, from: 'store' }),
    );
    expect(labels(node?.children ?? [])).toEqual(['0 calls a day']);
    expect(node?.accessibilityLabel).toContain(
      'of logs that were imported, the log has more: the latest were read, 3 calls without a report that can be read are left out',
    );
    expect(labels((await nodeOf(figures({ failed: 7 })))?.children ?? [])).toContain('7 calls failed');
  });
});
