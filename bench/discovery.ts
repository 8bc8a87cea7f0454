import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forEachConcurrent } from '../src/engine/functions/files/concurrent.ts';
import { createFunctionIndex } from '../src/engine/functions/workspace-index.ts';
import type { Bench, Table } from './table.ts';

const services = 200;
const functionsPerService = 10;
const modulesPerFunction = 3;
const rounds = 5;
const concurrency = 16;
const signal = new AbortController().signal;

/** A workspace as monorepos have them: services with a template, handlers, modules, events, and files of no interest. */
async function writeWorkspace(folder: string): Promise<number> {
  let files = 0;
  const write = async (path: string, text: string): Promise<void> => {
    await writeFile(join(folder, path), text);
    files++;
  };
  await write('.gitignore', 'generated/\n*.log\n');
  for (let service = 0; service < services; service++) {
    const root = `services/team-${service % 20}/service-${service}`;
    await mkdir(join(folder, root, 'src/lib'), { recursive: true });
    await mkdir(join(folder, root, 'events'));
    const isPython = service % 4 === 3;
    const isServerless = service % 4 === 2;
    await write(
      `${root}/${isServerless ? 'serverless.yml' : 'template.yaml'}`,
      (isServerless ? serverlessText : samText)(isPython),
    );
    await write(`${root}/package.json`, JSON.stringify({ name: `service-${service}`, dependencies: { a: '^1.0.0' } }, null, 2));
    await write(`${root}/README.md`, `# Service ${service}\n`.repeat(40));
    await write(`${root}/events/default.json`, '{ "id": 1 }');
    for (let index = 0; index < functionsPerService; index++) {
      await write(`${root}/src/fn${index}.${isPython ? 'py' : 'ts'}`, isPython ? pythonText : nodeText);
      await write(`${root}/events/fn${index}.json`, '{ "id": 2 }');
      for (let module = 0; module < modulesPerFunction; module++) {
        await write(`${root}/src/lib/part${index}-${module}.${isPython ? 'py' : 'ts'}`, isPython ? pythonLibrary : nodeLibrary);
      }
    }
  }
  return files;
}

const indices = Array.from({ length: functionsPerService }, (_unused, index) => index);

function samText(isPython: boolean): string {
  const head = `AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Size: { Type: Number, Default: 512 }
Globals:
  Function:
    Runtime: ${isPython ? 'python3.13' : 'nodejs22.x'}
    Timeout: 10
    Environment:
      Variables:
        STAGE: dev
Resources:
`;
  const one = (index: number): string => `  Fn${index}Function:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: fn${index}.handler
      MemorySize: ${index % 3 === 0 ? '!Ref Size' : '1024'} # measured last year
      Environment:
        Variables:
          TABLE: !Sub 'table-\${Size}'
      Events:
        Api:
          Type: Api
          Properties: { Path: /fn${index}, Method: post }
`;
  return head + indices.map(one).join('');
}

function serverlessText(): string {
  const one = (index: number): string =>
    `  fn${index}:\n    handler: src/fn${index}.handler\n    timeout: \${self:custom.timeout}\n`;
  const head =
    'service: bench\nprovider:\n  name: aws\n  runtime: nodejs22.x\n  memorySize: 512\ncustom:\n  timeout: 10\nfunctions:\n';
  return head + indices.map(one).join('');
}

const nodeText = `import { load } from './lib/part0-0';
import type { Context } from 'aws-lambda';

type Order = { id: string; lines: { sku: string; count: number }[] };

async function total(order: Order): Promise<number> {
  let sum = 0;
  for (const line of order.lines) sum += (await load(line.sku)) * line.count;
  return sum;
}

export const handler = async (event: { body: string }, context: Context) => {
  const order: Order = JSON.parse(event.body);
  console.log('request', context.awsRequestId, order.id);
  return { statusCode: 200, body: JSON.stringify({ id: order.id, total: await total(order) }) };
};
`;
const nodeLibrary = `const cache = new Map<string, number>();

/** Loads one price. */
export async function load(sku: string): Promise<number> {
  const known = cache.get(sku);
  if (known !== undefined) return known;
  const response = await fetch('https://prices.example/' + sku);
  const price = Number(await response.text());
  cache.set(sku, price);
  return price;
}
`;
const pythonText = `import json\nfrom lib import part0\n\ndef total(lines):\n    return sum(line["count"] for line in lines)\n
def handler(event, context):\n    order = json.loads(event["body"])\n    return {"statusCode": 200, "body": json.dumps({"total": total(order["lines"])})}\n`;
const pythonLibrary = `CACHE = {}\n\ndef load(sku):\n    if sku not in CACHE:\n        CACHE[sku] = len(sku)\n    return CACHE[sku]\n`;

/** The floor: lists the same folders and reads the bytes of all files, nothing else. */
async function listAndRead(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  await forEachConcurrent(files, concurrency, signal, async (file) => {
    await readFile(file);
  });
}

async function timed(work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function run(): Promise<Table[]> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-discovery-'));
  try {
    const files = await writeWorkspace(folder);
    return [await scanTable(folder, files), await openFileTable(folder)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function scanTable(folder: string, files: number): Promise<Table> {
  await listAndRead(folder);
  await createFunctionIndex(folder).scan(signal);
  const floors: number[] = [];
  const scans: number[] = [];
  let functions = 0;
  for (let round = 0; round < rounds; round++) {
    floors.push(await timed(() => listAndRead(folder)));
    const index = createFunctionIndex(folder);
    scans.push(await timed(() => index.scan(signal)));
    functions = index.discovery().functions.length;
  }
  const row = (what: string, ms: number): string[] => [
    what,
    ms.toFixed(0),
    ((ms * 1000) / files).toFixed(0),
    `${(ms / median(floors)).toFixed(1)}×`,
  ];
  return {
    title: `Discovery of ${functions} functions over ${files} files`,
    columns: ['work', 'time, ms', 'per file, µs', 'to the floor'],
    rows: [row('list folders and read every file (floor)', median(floors)), row('scan', median(scans))],
    notes: [`Medians of ${rounds} rounds, interleaved; files are in the page cache.`],
  };
}

async function openFileTable(folder: string): Promise<Table> {
  const index = createFunctionIndex(folder);
  await index.scan(signal);
  const root = 'services/team-1/service-1';
  const template = `${root}/template.yaml`;
  const source = `${root}/src/fn1.ts`;
  const texts = {
    [template]: await readFile(join(folder, template), 'utf8'),
    [source]: await readFile(join(folder, source), 'utf8'),
  };
  const figures: [string, number][] = [];
  const measure = async (what: string, work: (round: number) => unknown): Promise<void> => {
    const times: number[] = [];
    for (let round = 0; round < 21; round++) times.push(await timed(() => work(round)));
    figures.push([what, median(times)]);
  };
  await measure('read one file (floor)', () => readFile(join(folder, template)));
  await measure('functions of one template, for its lenses', () => index.inFile(template));
  for (const [file, text] of Object.entries(texts)) {
    const kind = file === template ? 'template' : 'source';
    await measure(`update of a ${kind} that changed`, async (round) => {
      await writeFile(join(folder, file), changed(text, round));
      await index.update([file], signal);
    });
    await measure(`unsaved change of a ${kind}`, (round) => index.overlay(file, changed(text, round + 100)));
  }
  await measure('update of an event that came or went', async (round) => {
    const event = `${root}/events/fn1-${Math.floor(round / 2)}.json`;
    if (round % 2 === 0) await writeFile(join(folder, event), '{}');
    else await rm(join(folder, event));
    await index.update([event], signal);
  });
  await measure('edit of a memory size, worked out and checked', () => index.memoryEdit(`${template}#Fn1Function`, 2048));
  const floor = figures[0]?.[1] ?? Number.NaN;
  return {
    title: 'One file of that workspace',
    columns: ['work', 'time, ms', 'to the floor', 'limit, ms'],
    rows: figures.map(([what, ms], index) => [what, ms.toFixed(2), `${(ms / floor).toFixed(1)}×`, index === 0 ? '' : '20']),
    notes: ['Medians of 21 calls; updates include writing the file.'],
  };
}

/** A text that gives another result each time: a new size in a template, new lines above the handler in a source. */
function changed(text: string, round: number): string {
  return text.includes('MemorySize') ? text.replace('1024', String(1024 + round)) : '\n'.repeat(round % 7) + text;
}

export const bench: Bench = {
  name: 'discovery',
  summary: 'finding 2,000 functions over 10,000 files, and keeping up with one file that changes',
  run,
};
