import { chmod, mkdir, readdir } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assetPath } from '../../../src/engine/assets.ts';
import { isCancelled } from '../../../src/protocol/errors.ts';
import { failsWith, packed, reefYaml, workspaceOf } from './support.ts';

const settings = { handler: 'src/app.handler', runtime: 'nodejs22.x' };
const handler = 'export const handler = async () => 1;\n';

function files(app: string, more: Record<string, string | Uint8Array> = {}): Record<string, string | Uint8Array> {
  return { 'reef.yaml': reefYaml(settings), 'src/app.ts': app, ...more };
}

describe('code that cannot be bundled is told in one sentence', () => {
  test.each([
    [
      'a package that is not installed',
      "import x from 'nowhere';\nexport const handler = () => x;\n",
      'src/app.ts:1 imports "nowhere", which is not installed: run npm install nowhere',
    ],
    [
      'a module that is not there',
      "\nimport x from './gone';\nexport const handler = () => x;\n",
      'src/app.ts:2 imports "./gone", which is not there: correct the path.',
    ],
    ['a syntax error', 'export const handler = () => {\n  return (;\n};\n', 'src/app.ts:2:11: Unexpected ";".'],
    [
      'another name',
      'export const main = () => 1;\nexport const other = 2;\n',
      'src/app.ts does not export "handler", which the handler names (it exports main, other): correct handler.',
    ],
    [
      'nothing at all',
      'const handler = () => 1;\nvoid handler;\n',
      'src/app.ts does not export "handler", which the handler names',
    ],
  ])('%s', async (_what, app, sentence) => {
    await failsWith(packed(await workspaceOf(files(app)), 'fn'), 'package-failed', sentence);
  });

  test('CommonJS with another name', async () => {
    const folder = await workspaceOf({ 'reef.yaml': reefYaml(settings), 'src/app.js': 'exports.main = async () => 1;\n' });
    await failsWith(
      packed(folder, 'fn'),
      'package-failed',
      'src/app.js does not export "handler", which the handler names (it exports main)',
    );
  });

  test('CommonJS that imports what only an ES module waits for', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml(settings),
      'src/app.js': "exports.handler = async () => (await import('./later.mjs')).x;\n",
      'src/later.mjs': 'export const x = await Promise.resolve(1);\n',
    });
    await failsWith(
      packed(folder, 'fn'),
      'package-failed',
      'src/app.js is CommonJS and imports what only an ES module can wait for',
    );
  });
});

describe('functions that are not packed so', () => {
  test.each([
    [
      'a template of another tool',
      {
        'template.yaml':
          'Transform: AWS::Serverless-2016-10-31\nResources:\n  fn:\n    Type: AWS::Serverless::Function\n    Properties: { Handler: src/app.handler, Runtime: nodejs22.x }\n',
        'src/app.js': handler,
      },
      'fn is a function of template.yaml: deploy it with "sam deploy", or give it an entry in a reef.yaml.',
    ],
    [
      'a runtime of neither',
      { 'reef.yaml': reefYaml({ handler: 'a.B::c', runtime: 'java21' }) },
      'fn has the runtime java21: Reef packs Node.js and Python; for others name a Dockerfile.',
    ],
    [
      'no handler',
      { 'reef.yaml': reefYaml({ runtime: 'nodejs22.x' }), 'src/app.js': handler },
      'fn states no handler: add one to reef.yaml',
    ],
    [
      'a file that is not there',
      { 'reef.yaml': reefYaml({ handler: 'src/gone.handler', runtime: 'nodejs22.x' }) },
      'fn has no file for its handler "src/gone.handler"',
    ],
    [
      'a setting that is wrong',
      { 'reef.yaml': reefYaml({ ...settings, memory: 100 }), 'src/app.js': handler },
      'reef.yaml:1: memory of fn must be a whole number of MB from 128 to 10240, not 100.',
    ],
    [
      'a variable of the machine that is not set',
      { 'reef.yaml': reefYaml({ ...settings, environment: { KEY: '${env:REEF_TEST_NOT_SET}' } }), 'src/app.js': handler },
      'KEY of fn (reef.yaml) is ${env:REEF_TEST_NOT_SET}, which is not set',
    ],
    [
      'an environment that is too large',
      { 'reef.yaml': reefYaml({ ...settings, environment: { LONG: 'x'.repeat(5_000) } }), 'src/app.js': handler },
      'The environment of fn has 5011 bytes, and AWS Lambda takes 4 KB',
    ],
  ])('%s', async (_what, workspace, sentence) => {
    const code = sentence.includes('handler') && !sentence.includes('template') ? 'handler-missing' : 'invalid-settings';
    await failsWith(packed(await workspaceOf(workspace), 'fn'), code, sentence);
  });

  test('two that would have one name', async () => {
    const folder = await workspaceOf({ 'a/index.mjs': handler, 'b/a.mjs': handler });
    await failsWith(
      packed(folder, 'a/index.mjs#a.handler'),
      'invalid-settings',
      'would both be deployed as a: give one of them another deployedName in a reef.yaml.',
    );
  });
});

/** What `reef package` says to a user who owns nothing there: root may read and write everything. */
async function saidToAnotherUser(folder: string): Promise<string> {
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  await chmod(folder, 0o555);
  const child = spawn(process.execPath, [assetPath('cli/main.js'), 'package', 'fn', '--workspace', folder], {
    ...user,
    stdio: 'pipe',
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (said += text));
  expect(await once(child, 'close')).toEqual([1, null]);
  await chmod(folder, 0o755);
  return said;
}

describe('files that cannot be packed', () => {
  const python = { handler: 'app.handler', runtime: 'python3.13' };
  const app = 'def handler(event, context):\n    return 1\n';

  test('a link out of the code folder', async () => {
    const folder = await workspaceOf({
      'code/reef.yaml': reefYaml(python),
      'code/app.py': app,
      'secret.txt': 'x',
      'code/data.txt': '-> ../secret.txt',
    });
    await failsWith(
      packed(folder, 'fn'),
      'package-failed',
      `data.txt is a link to ${join(folder, 'secret.txt')}, which is outside of the code folder`,
    );
  });

  test.each([
    ['to itself', { loop: '-> loop' }, 'loop is a link that leads in a circle'],
    ['to a folder that it is in', { 'a/b/up': '-> ../..' }, 'a/b/up is a link that leads in a circle'],
    ['to nothing', { 'a/lost': '-> nowhere' }, 'a/lost is a link to nothing'],
  ])('a link %s', async (_what, links, sentence) => {
    await failsWith(
      packed(await workspaceOf({ 'reef.yaml': reefYaml(python), 'app.py': app, ...links }), 'fn'),
      'package-failed',
      sentence,
    );
  });

  test('a link that is left out does no harm', async () => {
    const folder = await workspaceOf({ 'reef.yaml': reefYaml({ ...python, exclude: ['loop'] }), 'app.py': app, loop: '-> loop' });
    expect((await packed(folder, 'fn')).artifact.files).toBe(1);
  });

  test('a file that may not be read', async () => {
    const folder = await workspaceOf({ 'reef.yaml': reefYaml(python), 'app.py': app, 'data.bin': 'x' });
    await chmod(join(folder, 'data.bin'), 0);
    await mkdir(join(folder, '.reef'));
    await chmod(join(folder, '.reef'), 0o777);
    expect(await saidToAnotherUser(folder)).toMatch(
      /^reef: .*data\.bin cannot be read: allow it, or leave it out with exclude: EACCES.*\.\n$/,
    );
  });

  test('a workspace that may not be written to', async () => {
    const folder = await workspaceOf({ 'reef.yaml': reefYaml(python), 'app.py': app });
    expect(await saidToAnotherUser(folder)).toBe(
      `reef: ${join(folder, '.reef/packages')}, where packages are kept, cannot be written to: allow it, or name another store.\n`,
    );
  });

  test('work that is cancelled, before it begins or while it packs', async () => {
    const folder = await workspaceOf({ 'reef.yaml': reefYaml(python), 'app.py': app, 'model.bin': new Uint8Array(20 * 2 ** 20) });
    const controller = new AbortController();
    const packing = packed(folder, 'fn', { signal: controller.signal, onStep: () => controller.abort() });
    expect(isCancelled(await packing.catch((error: unknown) => error))).toBe(true);
    const late = packed(folder, 'fn', { signal: AbortSignal.abort() });
    expect(isCancelled(await late.catch((error: unknown) => error))).toBe(true);
    expect((await readdir(join(folder, '.reef/packages/archives'))).length).toBe(0);
  });

  test('more than AWS Lambda takes, with what takes it', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml(python),
      'app.py': app,
      'model.bin': new Uint8Array(260 * 2 ** 20),
    });
    await failsWith(
      packed(folder, 'fn'),
      'package-failed',
      'The package has 260 MB unpacked, and AWS Lambda takes 250 MB with all layers (most of it: own files 260 MB)',
    );
  });

  test('more than one upload takes is packed, and told', async () => {
    const noise = new Uint8Array(51 * 2 ** 20);
    for (let at = 0; at < noise.length; at += 65_536) crypto.getRandomValues(noise.subarray(at, at + 65_536));
    const folder = await workspaceOf({ 'reef.yaml': reefYaml(python), 'app.py': app, 'model.bin': noise });
    expect((await packed(folder, 'fn')).notes.join()).toContain(
      'The package has 51.0 MB, and AWS Lambda takes 50 MB in a direct upload',
    );
  });
});
