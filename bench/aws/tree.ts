import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { paginateGetResources, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { URI } from 'vscode-uri';
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { assetPath } from '../../src/engine/assets.ts';
import { deployedTree } from '../../src/extension/views/deployed-model.ts';
import { idlePlace, type PlaceState } from '../../src/extension/deployed/place-state.ts';
import type { DeployedRow } from '../../src/protocol/deployed.ts';
import type { ServerSettings } from '../../src/protocol/requests.ts';
import { defaultSizingSettings } from '../../src/protocol/sizing.ts';
import { medianOf } from '../median.ts';
import type { Table } from '../table.ts';

const rounds = 9;
const target = 'aws';

type Listed = {
  /** From the start to the first functions, ms. */
  firstMs: number;
  wholeMs: number;
  functions: number;
};

/** The view's rows of 1,500 functions through the real server process, beside the bare SDK's pages of the same two lists. */
export async function treeTable(endpoint: string, folder: string): Promise<Table> {
  const lambda = new LambdaClient({ endpoint });
  const tagging = new ResourceGroupsTaggingAPIClient({ endpoint });
  const child = spawn(process.execPath, [assetPath('server/main.js'), '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const server = await startServer(child, folder, endpoint);
    const ways: [string, () => Promise<Listed>, Listed[]][] = [
      ['floor: pages of the SDK, functions', () => functionPages(lambda), []],
      ['floor: the same with tags', () => bothPages(lambda, tagging), []],
      ["the view's rows, with tags, groups and links", () => treeRows(server, folder), []],
    ];
    for (let round = 0; round < rounds; round++) {
      for (const [, list, all] of round % 2 === 0 ? ways : ways.toReversed()) all.push(await list());
    }
    const draw = drawingMs((await listRows(server, folder, () => {})).rows);
    await server.sendRequest('shutdown');
    return await table(
      ways.map(([name, , all]) => [name, all]),
      draw,
    );
  } finally {
    lambda.destroy();
    tagging.destroy();
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}

async function functionPages(client: LambdaClient): Promise<Listed> {
  const startMs = performance.now();
  let firstMs = 0;
  let functions = 0;
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    if (functions === 0) firstMs = performance.now() - startMs;
    functions += Functions.length;
  }
  return { firstMs, wholeMs: performance.now() - startMs, functions };
}

async function bothPages(lambda: LambdaClient, client: ResourceGroupsTaggingAPIClient): Promise<Listed> {
  const startMs = performance.now();
  const query = { ResourceTypeFilters: ['lambda:function'], ResourcesPerPage: 100 };
  const tags = async (): Promise<number> => {
    let count = 0;
    for await (const { ResourceTagMappingList = [] } of paginateGetResources({ client }, query))
      count += ResourceTagMappingList.length;
    return count;
  };
  const [listed] = await Promise.all([functionPages(lambda), tags()]);
  return { ...listed, wholeMs: performance.now() - startMs };
}

async function startServer(
  child: ChildProcessByStdio<Writable, Readable, null>,
  folder: string,
  awsEndpoint: string,
): Promise<ProtocolConnection> {
  const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  connection.listen();
  const uri = URI.file(folder).toString();
  const settings: ServerSettings = {
    trusted: true,
    target: 'process',
    storePath: '.reef/samples.db',
    objective: defaultSizingSettings.objective,
    maxInvocations: 8,
    nodePath: '',
    pythonPath: '',
    codeLens: true,
    awsEndpoint,
  };
  const workspaceFolders = [{ uri, name: 'bench' }];
  const initialize = {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    workspaceFolders,
    initializationOptions: settings,
  };
  await connection.sendRequest('initialize', initialize);
  await connection.sendNotification('initialized', {});
  await connection.sendRequest('reef/functions', { folder: uri });
  return connection;
}

async function listRows(server: ProtocolConnection, folder: string, onRows: (rows: Map<string, DeployedRow>) => void) {
  const rows = new Map<string, DeployedRow>();
  const listening = server.onNotification('reef/deployedRows', ({ rows: page }: { rows: DeployedRow[] }) => {
    for (const row of page) rows.set(row.id, row);
    onRows(rows);
  });
  const params = { folder: URI.file(folder).toString(), target, workDoneToken: 'bench' };
  await server.sendRequest('reef/deployed', params);
  listening.dispose();
  return { rows };
}

/** As the extension does: the tree is drawn with the first rows and when all are there. */
async function treeRows(server: ProtocolConnection, folder: string): Promise<Listed> {
  const startMs = performance.now();
  let firstMs: number | null = null;
  const { rows } = await listRows(server, folder, (soFar) => {
    if (firstMs !== null) return;
    void drawn(soFar, 'stack');
    firstMs = performance.now() - startMs;
  });
  void drawn(rows, 'stack');
  return { firstMs: firstMs ?? Number.NaN, wholeMs: performance.now() - startMs, functions: rows.size };
}

/** Nodes of an open place; the promise of its children is settled by then, as nothing has to be asked. */
function drawn(rows: ReadonlyMap<string, DeployedRow>, by: 'stack' | 'none'): Promise<unknown> | undefined {
  const place: PlaceState = { ...idlePlace(target), listing: 'ready', rows };
  const tree = {
    folder: 'file:///bench',
    place: () => place,
    details: () => ({}),
    open: async () => {},
    openFunction: async () => {},
    t: (message: string) => message,
    day: String,
    time: String,
  };
  return deployedTree([place], tree, { filter: '', grouping: { by } })[0]?.load?.();
}

/** What the extension host is busy for with 1,500 rows at once, ms: grouped, and all of them in one list. */
async function drawingMs(rows: ReadonlyMap<string, DeployedRow>): Promise<{ grouped: number; flat: number }> {
  const timed = async (by: 'stack' | 'none'): Promise<number> => {
    const startMs = performance.now();
    await drawn(rows, by);
    return performance.now() - startMs;
  };
  const grouped: number[] = [];
  const flat: number[] = [];
  for (let i = 0; i < rounds; i++) {
    grouped.push(await timed('stack'));
    flat.push(await timed('none'));
  }
  return { grouped: medianOf(grouped), flat: medianOf(flat) };
}

async function table(ways: (readonly [string, Listed[]])[], drawing: Promise<{ grouped: number; flat: number }>): Promise<Table> {
  const { grouped, flat } = await drawing;
  const [, [, floor] = ['', []]] = ways;
  const rows = ways.map(([name, all]) => {
    const [first, whole] = [all.map(({ firstMs }) => firstMs), all.map(({ wholeMs }) => wholeMs)];
    const later = all.map(({ firstMs }, round) => firstMs - (floor?.[round]?.firstMs ?? Number.NaN));
    const ratio = all.map(({ wholeMs }, round) => wholeMs / (floor?.[round]?.wholeMs ?? Number.NaN));
    return [
      name,
      String(all[0]?.functions),
      medianOf(first).toFixed(0),
      medianOf(later).toFixed(0),
      medianOf(whole).toFixed(0),
      medianOf(ratio).toFixed(2),
    ];
  });
  return {
    title: 'AWS: the tree of deployed functions, 50 a page',
    columns: ['way', 'functions', 'first, ms', 'after the first page, ms', 'all, ms', 'time ÷ pages with tags'],
    rows,
    notes: [
      `Medians of ${rounds} rounds, each way first in turn, of differences and ratios within a round. The rows come from a server process over stdio, and are drawn as nodes as in the extension host.`,
      `Drawing the nodes of all functions takes ${grouped.toFixed(1)} ms by stack, ${flat.toFixed(1)} ms in one list.`,
      'The emulator makes each page from its whole list, one request at a time, and gives 100 tags a page, where AWS gives 100 functions.',
      'Aim: first rows within 300 ms after the first page, all within the pages + 20 %.',
    ],
  };
}
