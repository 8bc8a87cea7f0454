/** The target aws against an emulator on this machine: listing 1,500 functions, API calls of a study, reading a long log. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../src/engine/create-engine.ts';
import { createLogReader } from '../src/engine/exchange/logs/read-logs.ts';
import { reportLines } from '../src/engine/serve/report-lines.ts';
import { defaultSizingSettings } from '../src/protocol/sizing.ts';
import { createDeployer, type Deployer } from '../test/support/aws/deployer.ts';
import { type Emulator, startEmulator } from '../test/support/aws/emulator.ts';
import { startMoto, testCredentials, whyNoMoto } from '../test/support/aws/moto.ts';
import { functionInfo } from '../test/support/functions.ts';
import { deployTable } from './aws/deploy.ts';
import { treeTable } from './aws/tree.ts';
import { medianOf } from './median.ts';
import type { Bench, Table } from './table.ts';

const functionCount = 1_500;
const logCalls = 250_000;
const rounds = 9;
const { signal } = new AbortController();
const fixtures = join(import.meta.dirname, '../test/fixtures/handlers');

export const bench: Bench = {
  name: 'aws',
  summary: 'functions listed and drawn, API calls of a study, a function deployed, log lines read; against an emulator',
  async run() {
    const why = await whyNoMoto();
    if (why !== null) throw new Error(why);
    // First, before others have filled the memory.
    const read = reading();
    Object.assign(process.env, testCredentials);
    await using moto = await startMoto();
    await using emulator = await startEmulator(moto.url, fixtures);
    using deployer = await createDeployer(moto.url);
    const study = await callsOfAStudy(emulator, deployer);
    const deploying = await deployTable(emulator);
    for (let i = 0; i < functionCount; i++) await deployer.deploy(`stack-${i % 40}-Function${i}`, { Tags: tagsOf(i) });
    return [await tree(emulator), study, deploying, read];
  },
};

function tagsOf(i: number): Record<string, string> {
  return { 'aws:cloudformation:stack-name': `stack-${i % 40}`, 'aws:cloudformation:logical-id': `Function${i}`, team: 'bench' };
}

/** In the workspace of the examples, whose functions are candidates for links. */
function tree({ url }: Emulator): Promise<Table> {
  return treeTable(url, join(import.meta.dirname, '../examples'));
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
  const readings = Array.from({ length: rounds }, () => readOnce(lines));
  const perSecond = medianOf(readings.map(({ perSecond: lineRate }) => lineRate));
  const lost = Math.max(...readings.map(({ kept }) => logCalls - kept));
  return {
    title: 'AWS: reading a log in the text format',
    columns: ['lines', 'calls', 'lost', 'lines per second of CPU'],
    rows: [[String(lines.length), String(logCalls), String(lost), Math.round(perSecond).toLocaleString('en')]],
    notes: [
      `Four lines a call: START, one of the function, END, REPORT. Median of ${rounds} readings; the collector's work counts.`,
    ],
  };
}

/** Calls that were kept whole, and lines per second of CPU time. */
function readOnce(lines: readonly string[]): { kept: number; perSecond: number } {
  const reader = createLogReader();
  const before = process.cpuUsage();
  for (const message of lines) reader.take({ message, atMs: null, stream: null });
  const { calls, withoutReport, unparsed } = reader.reading();
  const { user, system } = process.cpuUsage(before);
  return { kept: calls.length - withoutReport - unparsed.count, perSecond: (lines.length / (user + system)) * 1e6 };
}
