/** Packing functions: how long it takes and how large it gets, first and when nothing has changed, beside `sam build`. */
import { cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { assetPath } from '../src/engine/assets.ts';
import { createEngine } from '../src/engine/create-engine.ts';
import type { Packaged } from '../src/engine/features/packaging.ts';
import { findProgram, runCommand } from '../src/engine/system/process.ts';
import { medianOf } from './median.ts';
import type { Bench, Table } from './table.ts';

const root = join(import.meta.dirname, '..');
const rounds = 5;
const never = new AbortController().signal;
/** The folder that is packed as it is: files and their size. */
const dataFiles = 2_000;
const dataBytes = 100 * 1024;

type Timed = { ms: number; packaged: Packaged };

/** The whole of `reef package` but for the start of the program: the workspace is read anew each time. */
async function pack(folder: string): Promise<Timed> {
  const started = performance.now();
  const settings = { storePath: '.reef/samples.db', nodePath: '', pythonPath: '' };
  await using engine = createEngine({ folder, settings, log: { log: () => {} }, onOutput: () => {} });
  const packaged = await engine.package({ function: 'fn' }, never, () => {});
  return { ms: performance.now() - started, packaged };
}

async function medianTime(work: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await work());
  return medianOf(times);
}

const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(0);

/** First, with nothing kept; then again, unchanged. */
async function rowsOf(what: string, folder: string): Promise<string[][]> {
  let last: Packaged | undefined;
  const first = await medianTime(async () => {
    await rm(join(folder, '.reef'), { recursive: true, force: true });
    const { ms, packaged } = await pack(folder);
    last = packaged;
    return ms;
  });
  const again = await medianTime(async () => (await pack(folder)).ms);
  if (last?.artifact.kind !== 'zip') throw new Error('An archive was expected');
  const { bytes, unpackedBytes, files } = last.artifact;
  const sizes = [String(files), kilobytes(unpackedBytes), kilobytes(bytes)];
  return [
    [`${what}, first`, first.toFixed(0), ...sizes],
    [`${what}, unchanged`, again.toFixed(0), ...sizes],
  ];
}

async function write(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  }
}

const reefYaml = (settings: object): string => JSON.stringify({ functions: { fn: settings } });

/** The example that makes thumbnails, with the package that it needs. */
async function example(folder: string): Promise<void> {
  await cp(join(root, 'examples/thumbnail/app.mjs'), join(folder, 'app.mjs'));
  await cp(join(root, 'node_modules/jpeg-js'), join(folder, 'node_modules/jpeg-js'), { recursive: true });
  await write(folder, {
    'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'nodejs22.x' }),
    'package.json': '{"name":"thumbnail","version":"1.0.0","type":"module","dependencies":{"jpeg-js":"^0.4.4"}}',
  });
}

async function withSdk(folder: string): Promise<void> {
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  await write(folder, {
    'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'nodejs22.x', bundleAwsSdk: true }),
    'app.mjs':
      "import { LambdaClient } from '@aws-sdk/client-lambda';\nexport const handler = async () => typeof LambdaClient;\n",
  });
}

async function asItIs(folder: string): Promise<void> {
  await write(folder, {
    'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'python3.13' }),
    'app.py': 'def handler(event, context):\n    return 1\n',
  });
  for (let index = 0; index < dataFiles; index++) {
    await write(folder, { [`data/${index % 20}/${index}.bin`]: new Uint8Array(dataBytes).fill(index % 251) });
  }
}

const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  fn:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: esbuild
      BuildProperties: { Format: esm, Minify: true, OutExtension: [.js=.mjs], Target: node22, Sourcemap: true, EntryPoints: [app.mjs] }
    Properties: { CodeUri: ., Handler: app.handler, Runtime: nodejs22.x }
`;

/** `sam build` of the same example, with the same esbuild; null where there is no sam. */
async function samRow(folder: string): Promise<string[] | null> {
  const sam = findProgram(['sam']);
  if (sam === null) return null;
  await example(folder);
  await write(folder, { 'template.yaml': template });
  const env = {
    ...process.env,
    PATH: `${dirname(assetPath('native/esbuild'))}${delimiter}${process.env['PATH']}`,
    SAM_CLI_TELEMETRY: '0',
  };
  const ms = await medianTime(async () => {
    await rm(join(folder, '.aws-sam'), { recursive: true, force: true });
    const started = performance.now();
    const { exitCode, stderr } = await runCommand(sam, ['build'], { cwd: folder, env, timeoutMs: 300_000 });
    if (exitCode !== 0) throw new Error(`sam build failed: ${stderr}`);
    return performance.now() - started;
  });
  const built = join(folder, '.aws-sam/build/fn');
  const files = (await readdir(built, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  const unpacked = sizes.reduce((sum, bytes) => sum + bytes, 0);
  return ['Thumbnail, sam build (peer)', ms.toFixed(0), String(files.length), kilobytes(unpacked), 'not zipped'];
}

async function run(): Promise<Table[]> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-bench-'));
  const place = async (name: string, fill: (folder: string) => Promise<void>): Promise<string> => {
    await mkdir(join(folder, name));
    await fill(join(folder, name));
    return join(folder, name);
  };
  try {
    const rows = await rowsOf('Thumbnail, bundled', await place('example', example));
    const sam = await samRow(await place('sam', () => Promise.resolve()));
    if (sam !== null) rows.push(sam);
    rows.push(...(await rowsOf('the AWS SDK for Lambda, bundled', await place('sdk', withSdk))));
    rows.push(...(await rowsOf(`${dataFiles} files of ${dataBytes / 1024} KB, as they are`, await place('data', asItIs))));
    const without = sam === null ? ['There is no sam on the PATH: pip install aws-sam-cli puts the peer beside it.'] : [];
    return [
      {
        title: 'Packing functions',
        columns: ['what', 'ms', 'files', 'unpacked KB', 'zip KB'],
        rows,
        notes: [`Medians of ${rounds}; the workspace is read anew each time. Aim: unchanged at most 1,000 ms.`, ...without],
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const bench: Bench = { name: 'packaging', summary: 'packing functions, first and unchanged, beside sam build', run };
