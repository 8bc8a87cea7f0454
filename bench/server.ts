/** CodeLens through the real server process and protocol, beside an empty request over the same pipe. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { URI } from 'vscode-uri';
import {
  type CodeLens,
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { assetPath } from '../src/engine/assets.ts';
import type { FunctionsResult } from '../src/protocol/requests.ts';
import type { Bench, Table } from './table.ts';

const templates = 100;
const functionsPerTemplate = 20;
const rounds = 200;
const listRounds = 30;

export const bench: Bench = {
  name: 'server',
  summary: 'CodeLens and function list over the real protocol, 2,000 functions',
  run,
};

async function run(): Promise<Table[]> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-bench-server-'));
  const child = spawn(process.execPath, [assetPath('server/main.js'), '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await generate(folder);
    return [await measure(folder, child)];
  } finally {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, child: ChildProcessByStdio<Writable, Readable, null>): Promise<Table> {
  const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  connection.listen();
  const uri = URI.file(folder).toString();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    workspaceFolders: [{ uri, name: 'bench' }],
  });
  await connection.sendNotification('initialized', {});
  const { functions } = await connection.sendRequest<FunctionsResult>('reef/functions', { folder: uri });

  const template = `${uri}/service-7/template.yaml`;
  const text = templateText(7);
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri: template, languageId: 'yaml', version: 1, text },
  });
  const lenses = (): Promise<CodeLens[]> => connection.sendRequest('textDocument/codeLens', { textDocument: { uri: template } });
  const found = await lenses();

  let version = 1;
  const afterChange = async (): Promise<unknown> => {
    version += 1;
    const textDocument = { uri: template, version };
    await connection.sendNotification('textDocument/didChange', {
      textDocument,
      contentChanges: [{ text: `# ${version}\n${text}` }],
    });
    return lenses();
  };
  const floor = (): Promise<void> => empty(connection);
  const open = await interleave(rounds, [
    ['empty request (floor)', floor],
    ['CodeLens, one open template', lenses],
    ['CodeLens right after a change of that template', afterChange],
  ]);
  const list = await interleave(listRounds, [
    ['empty request (floor)', floor],
    ['reef/functions, all of them', () => connection.sendRequest('reef/functions', { folder: uri })],
  ]);
  await connection.sendRequest('shutdown');
  connection.dispose();
  return {
    title: `Language server, ${functions.length} functions in ${templates} templates`,
    columns: ['request', 'p50', 'p99', '× floor (p50)'],
    rows: [...rowsOf(open), ...rowsOf(list)],
    notes: [
      `Real server process over stdio, ${rounds} and ${listRounds} interleaved rounds. The template has ${functionsPerTemplate} functions and gets ${found.length} lenses.`,
      'Aim: CodeLens of an open file within 20 ms once indexed; re-index of one changed file within 20 ms.',
    ],
  };
}

/** A request that the server answers from its dispatcher: what a round trip costs at least. */
async function empty(connection: ProtocolConnection): Promise<void> {
  await connection.sendRequest('reef/none').catch(() => undefined);
}

type Case = [name: string, work: () => Promise<unknown>];
type Times = Map<string, number[]>;

/** Milliseconds of each case, taken in turns so that what else the machine does meets all of them; the first is the floor. */
async function interleave(rounds: number, cases: readonly Case[]): Promise<Times> {
  const times: Times = new Map(cases.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, work] of cases) {
      const startMs = performance.now();
      await work();
      times.get(name)?.push(performance.now() - startMs);
    }
  }
  return times;
}

function rowsOf(times: Times): string[][] {
  const floorMs = quantile([...times.values()][0] ?? [], 0.5);
  return [...times].map(([name, values]) => {
    const p50 = quantile(values, 0.5);
    return [name, `${p50.toFixed(2)} ms`, `${quantile(values, 0.99).toFixed(2)} ms`, (p50 / floorMs).toFixed(1)];
  });
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

async function generate(folder: string): Promise<void> {
  for (let service = 0; service < templates; service += 1) {
    const root = join(folder, `service-${service}`);
    await mkdir(join(root, 'src'), { recursive: true });
    await writeFile(join(root, 'template.yaml'), templateText(service));
    for (let index = 0; index < functionsPerTemplate; index += 1) {
      await writeFile(
        join(root, 'src', `job${index}.mjs`),
        `export const handler = async (event) => ({ index: ${index}, event });\n`,
      );
    }
  }
}

function templateText(service: number): string {
  const resources = Array.from(
    { length: functionsPerTemplate },
    (_, index) => `  Job${service}x${index}:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: job${index}.handler
      Runtime: nodejs22.x
      MemorySize: ${128 * (1 + (index % 8))} # to be sized
      Timeout: 10
`,
  );
  return `AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\nResources:\n${resources.join('')}`;
}
