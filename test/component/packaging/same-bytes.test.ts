import { readdir, readFile, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledAtMs, ownPackage, packed, reefYaml, workspaceOf, write } from './support.ts';

const settings = { handler: 'src/app.handler', runtime: 'nodejs22.x' };

const files = {
  'reef.yaml': reefYaml(settings),
  'package.json': '{"name":"shop","dependencies":{"jpeg-js":"*"}}',
  'tsconfig.json': '{ "extends": "./base.json" }',
  'base.json': '{ "compilerOptions": { "target": "es2022" } }',
  'src/app.ts': `import { total } from './lib/total';
import { decode } from 'jpeg-js';
export const handler = async (event: { n: number }) => total(event.n) + decode.length;
`,
  'src/lib/total.ts': 'export const total = (n: number): number => n + 1;\n',
  'notes.txt': 'nothing of this ships',
  ...ownPackage('jpeg-js'),
};

const pythonFiles = {
  'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'python3.13' }),
  'app.py': 'from tools import one\n\n\ndef handler(event, context):\n    return one()\n',
  'tools/__init__.py': 'def one():\n    return 1\n',
  'tools/table.csv': '1\n',
};

describe('the same code makes the same bytes', () => {
  test.each([
    ['a bundle', files, 'src/lib/total.ts'],
    ['a folder as it is', pythonFiles, 'tools/table.csv'],
  ])('%s: in whatever folder, whenever it was written', async (_what, workspace, touched) => {
    const [one, other] = [await workspaceOf(workspace), await workspaceOf(workspace)];
    const first = await packed(one, 'fn');
    await utimes(join(other, touched), new Date(2001, 1, 1), new Date(2001, 1, 1));
    const second = await packed(other, 'fn');
    expect(await readFile(second.artifact.file)).toEqual(await readFile(first.artifact.file));
    expect(second.fingerprint).toBe(first.fingerprint);
  });
});

/** What was bundled a moment ago may have been written while it was: that is not remembered. */
async function settled(): Promise<void> {
  await sleep(60);
}

describe('what is unchanged is not packed again', () => {
  test('and not even bundled', async () => {
    const folder = await workspaceOf(files);
    await settled();
    const first = await packed(folder, 'fn');
    const at = await bundledAtMs(folder);
    const steps: string[] = [];
    const second = await packed(folder, 'fn', { onStep: (step) => steps.push(step) });
    expect(second).toEqual(first);
    expect(steps).toEqual([]);
    expect(await bundledAtMs(folder)).toEqual(at);
    expect(at).toHaveLength(1);
  });

  test.each([
    ['a module', { 'src/lib/total.ts': 'export const total = (n: number): number => n + 2;\n' }, true],
    [
      'only the layout of a module, which the source map tells',
      { 'src/lib/total.ts': '\n\nexport const total = (n: number): number => n + 1;\n' },
      true,
    ],
    [
      'a module that takes the place of another',
      { 'src/lib/total/index.ts': '', 'src/lib/total.js': 'export const total = () => 0;\n' },
      false,
    ],
    ['a module that is found first', { 'src/lib/total.tsx': 'export const total = () => 0;\n' }, true],
    [
      'what a tsconfig extends',
      {
        'base.json': '{ "compilerOptions": { "paths": { "jpeg-js": ["./src/lib/fake.ts"] } } }',
        'src/lib/fake.ts': 'export const decode = [];\n',
      },
      true,
    ],
    ['a package.json, where it says nothing of the code', { 'package.json': '{"name":"shop","scripts":{"a":"b"}}' }, false],
    ['a package.json, where it does', { 'package.json': '{"type":"module"}' }, true],
    [
      'a package nearer by',
      { 'src/node_modules/jpeg-js/package.json': '{"main":"i.js"}', 'src/node_modules/jpeg-js/i.js': 'exports.decode = [1];\n' },
      true,
    ],
    ['the settings', { 'reef.yaml': reefYaml({ ...settings, minify: false }) }, true],
    ['the runtime', { 'reef.yaml': reefYaml({ ...settings, runtime: 'nodejs24.x' }) }, true],
    ['the memory size alone', { 'reef.yaml': reefYaml({ ...settings, memory: 1024 }) }, false],
    ['a file that does not ship', { 'notes.txt': 'still nothing' }, false],
  ])('but when this changes, it is known: %s', async (_what, change, differs) => {
    const folder = await workspaceOf(files);
    await settled();
    const before = await packed(folder, 'fn');
    await write(folder, change);
    await settled();
    const after = await packed(folder, 'fn');
    expect(after.fingerprint !== before.fingerprint).toBe(differs);
    expect(differs || after.artifact.sha256 === before.artifact.sha256).toBe(true);
    // Whatever is remembered, the same comes of a workspace that is new.
    const fresh = await packed(await workspaceOf({ ...files, ...change }), 'fn');
    expect(fresh.fingerprint).toBe(after.fingerprint);
    expect(fresh.artifact.sha256).toBe(after.artifact.sha256);
  });

  test('whoever packs it at the same moment gets the same', async () => {
    const folder = await workspaceOf(files);
    const all = await Promise.all(Array.from({ length: 4 }, () => packed(folder, 'fn')));
    expect(new Set(all.map(({ artifact }) => artifact.sha256)).size).toBe(1);
    for (const { artifact } of all) expect((await readFile(artifact.file)).length).toBe(artifact.bytes);
    const kept = await readdir(join(folder, '.reef/packages/archives'));
    expect(kept).toHaveLength(1);
  });

  test('and by way of a link to the workspace it is the same', async () => {
    const folder = await workspaceOf({
      'real/reef.yaml': pythonFiles['reef.yaml'],
      'real/app.py': 'def handler(event, context):\n    return 1\n',
      linked: '-> real',
    });
    const direct = await packed(join(folder, 'real'), 'fn');
    const linked = await packed(join(folder, 'linked'), 'fn');
    expect(linked.artifact).toMatchObject({ files: 1, sha256: direct.artifact.sha256 });
  });

  test('what is kept is no part of the sources', async () => {
    const folder = await workspaceOf(files);
    await packed(folder, 'fn');
    expect(await readFile(join(folder, '.reef/.gitignore'), 'utf8')).toBe('*\n');
  });

  test('an archive that somebody has changed is made again', async () => {
    const folder = await workspaceOf(files);
    const before = await packed(folder, 'fn');
    const archive = await readFile(before.artifact.file);
    await write(folder, { [before.artifact.file.slice(folder.length + 1)]: archive.subarray(0, -1) });
    const after = await packed(folder, 'fn');
    expect(await readFile(after.artifact.file)).toEqual(archive);
  });
});

describe('of a folder that is packed as it is', () => {
  test.each([
    ['code', { 'tools/__init__.py': 'def one():\n    return 2\n' }, true],
    ['data', { 'tools/table.csv': '2\n' }, true],
    ['a new file', { 'tools/more.py': '' }, true],
    ['what Python makes of it', { 'tools/__pycache__/x.pyc': 'x', '.venv/bin/python': 'x', '.env': 'KEY=1' }, false],
    ['its events', { 'events/first.json': '{}' }, false],
    ['its memory size', { 'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'python3.13', memory: 256 }) }, false],
    ['its runtime', { 'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'python3.12' }) }, true],
  ])('%s', async (_what, change, differs) => {
    const before = await packed(await workspaceOf(pythonFiles), 'fn');
    const after = await packed(await workspaceOf({ ...pythonFiles, ...change }), 'fn');
    expect(after.fingerprint !== before.fingerprint).toBe(differs);
  });
});
