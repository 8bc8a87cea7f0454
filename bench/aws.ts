/** The target aws against an emulator on this machine: listing 1,500 functions, API calls of a study, reading a long log. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { createEngine } from '../src/engine/create-engine.ts';
import { createLogReader } from '../src/engine/exchange/logs/read-logs.ts';
import { reportLines } from '../src/engine/serve/report-lines.ts';
import { Lambda } from '../src/engine/targets/aws/lambda.ts';
import { defaultSizingSettings } from '../src/protocol/sizing.ts';
import { createDeployer, type Deployer } from '../test/support/aws/deployer.ts';
import { type Emulator, startEmulator } from '../test/support/aws/emulator.ts';
import { startMoto, testCredentials, whyNoMoto } from '../test/support/aws/moto.ts';
import { functionInfo } from '../test/support/functions.ts';
import type { Bench, Table } from './table.ts';

const functionCount = 1_500;
const rounds = 9;
const logCalls = 250_000;
const { signal } = new AbortController();
const fixtures = join(import.meta.dirname, '../test/fixtures/handlers');

export const bench: Bench = {
  name: 'aws',
  summary: 'functions listed, API calls of a study, log lines read; against an emulator',
  async run() {
    const why = await whyNoMoto();
    if (why !== null) throw new Error(why);
    Object.assign(process.env, testCredentials);
    await using moto = await startMoto();
    await using emulator = await startEmulator(moto.url, fixtures);
    using deployer = await createDeployer(moto.url);
    const study = await callsOfAStudy(emulator, deployer);
    for (let i = 0; i < functionCount; i++) await deployer.deploy(`Function${i}`);
    return [await listing(emulator), study, reading()];
  },
};

type Pages = { firstMs: number; wholeMs: number; functions: number };

async function timed(pages: AsyncIterable<{ length: number }>): Promise<Pages> {
  const startMs = performance.now();
  let firstMs = 0;
  let functions = 0;
  for await (const page of pages) {
    if (functions === 0) firstMs = performance.now() - startMs;
    functions += page.length;
  }
  return { firstMs, wholeMs: performance.now() - startMs, functions };
}

async function* barePages(client: LambdaClient): AsyncGenerator<{ length: number }> {
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) yield Functions;
}

async function listing({ url }: Emulator): Promise<Table> {
  const client = new LambdaClient({ endpoint: url });
  using lambda = new Lambda({ place: { profile: null, region: null }, endpoint: url });
  const bare: Pages[] = [];
  const reef: Pages[] = [];
  for (let round = 0; round < rounds; round++) {
    const ways = [
      async () => bare.push(await timed(barePages(client))),
      async () => reef.push(await timed(lambda.functionPages(signal))),
    ];
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) await way();
  }
  client.destroy();
  const row = (name: string, all: Pages[]): string[] => {
    const [first, whole] = [medianOf(all.map(({ firstMs }) => firstMs)), medianOf(all.map(({ wholeMs }) => wholeMs))];
    const ratio = medianOf(all.map(({ wholeMs }, round) => wholeMs / (bare[round]?.wholeMs ?? Number.NaN)));
    return [name, String(all[0]?.functions), first.toFixed(0), whole.toFixed(0), ratio.toFixed(2)];
  };
  return {
    title: 'AWS: listing functions, 50 a page',
    columns: ['way', 'functions', 'first page, ms', 'all, ms', 'time ÷ floor'],
    rows: [row('floor: the pages of the SDK', bare), row('functionPages', reef)],
    notes: [
      `Medians of ${rounds} rounds, each way first in turn, and of their ratios; the emulator makes each page from its whole list.`,
    ],
  };
}

async function callsOfAStudy(emulator: Emulator, deployer: Deployer): Promise<Table> {
  await deployer.deploy('Study');
  const fn = functionInfo({
    name: 'Study',
    handlerFile: 'node/basic.js',
    handler: 'basic.empty',
    symbol: 'empty',
    codeRoot: 'node',
  });
  emulator.behaviours.set('Study', { function: fn, usedMb: 90, durationMs: (size) => 20 + 400 / Math.min(1, size / 1769) });
  const folder = await mkdtemp(join(tmpdir(), 'reef-bench-'));
  try {
    const settings = { storePath: '.reef/samples.db', nodePath: process.execPath, pythonPath: '', awsEndpoint: emulator.url };
    await using engine = createEngine({ folder, settings, log: { log: () => {} }, onOutput: () => {} });
    const from = emulator.actions.length;
    const request = { function: 'Study', target: 'aws', event: { text: '{}' }, settings: defaultSizingSettings };
    await engine.profile(request, signal, () => {});
    const made = emulator.actions.slice(from);
    const invoked = made.filter((action) => action === 'Invoke').length;
    const sizes = made.filter((action) => action === 'PublishVersion').length;
    return studyTable(sizes, made.length - invoked, invoked);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Power Tuning's own calls, from its source (4.4.0): the initializer reads the configuration once; for each size the publisher
 * reads, updates, waits (one read at least), publishes, looks for the alias and creates it, the executor reads once, and the
 * cleaner reads and deletes the alias and deletes the version; at the end the configuration is read, updated, waited for and
 * published once more.
 */
function powerTuning(sizes: number, calls: number): string[] {
  return [
    `Power Tuning, ${sizes} sizes × ${calls}`,
    String(sizes),
    String(5 + 10 * sizes),
    String(sizes * calls),
    'one after the other, to the end',
  ];
}

function studyTable(sizes: number, control: number, invoked: number): Table {
  return {
    title: 'AWS: API calls of a sizing study',
    columns: ['tool', 'sizes', 'control plane', 'Invoke', '$LATEST has other sizes'],
    rows: [
      ['Reef', String(sizes), String(control), String(invoked), 'while each version is made'],
      powerTuning(sizes, 10),
      powerTuning(6, 10),
    ],
    notes: [
      'Reef: counted at the emulator, where updates are in force at once. It restores $LATEST after each size, checks revisions, and holds a lock.',
      'Power Tuning: by its source; its state transitions (6 + 3 a size) are not counted.',
    ],
  };
}

function reading(): Table {
  const lines = Array.from({ length: logCalls }, (_, i) => {
    const requestId = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
    const call = {
      requestId,
      version: '$LATEST',
      memoryMb: 512,
      durationMs: 10 + (i % 7),
      billedMs: 17,
      usedMb: 80,
      initMs: null,
    };
    return reportLines({
      ...call,
      status: 'success',
      errorType: null,
      output: [`2026-01-01T00:00:00.000Z\t${requestId}\tINFO\tdone`],
    });
  }).flat();
  const reader = createLogReader();
  const before = process.cpuUsage();
  for (const message of lines) reader.take({ message, atMs: null, stream: null });
  const { calls, withoutReport, unparsed } = reader.reading();
  const { user, system } = process.cpuUsage(before);
  const perSecond = Math.round((lines.length / (user + system)) * 1e6);
  const lost = logCalls - calls.length + withoutReport + unparsed.count;
  return {
    title: 'AWS: reading a log in the text format',
    columns: ['lines', 'calls', 'lost', 'lines per second of CPU'],
    rows: [[String(lines.length), String(calls.length), String(lost), perSecond.toLocaleString('en')]],
    notes: ['Four lines a call: START, one of the function, END, REPORT.'],
  };
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
