import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../../src/engine/assets.ts';
import { called, failsWith, ownPackage, packed, pathsIn, reefYaml, responseOf, workspaceOf } from './support.ts';

const settings = { handler: 'app.handler', runtime: 'nodejs22.x' };

/** A package of its own, as npm would have installed it. */
function installed(name: string, more: object, files: Record<string, string>): Record<string, string> {
  const folder = `node_modules/${name}`;
  const manifest = JSON.stringify({ name, version: '1.0.0', main: 'index.js', ...more });
  return {
    [`${folder}/package.json`]: manifest,
    ...Object.fromEntries(Object.entries(files).map(([file, text]) => [`${folder}/${file}`, text])),
  };
}

describe('packages beside a bundle', () => {
  test('go with what they need, each in the version that finds it, and without what is for developing', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, external: ['outer'] }),
      'app.js':
        "const outer = require('outer');\nconst inner = require('inner');\nexports.handler = async () => [outer(), inner];\n",
      ...installed(
        'outer',
        { dependencies: { inner: '^2.0.0', shared: '*' } },
        {
          'index.js': "module.exports = () => require('inner') + require('shared');\n",
          'index.d.ts': 'export {};\n',
          'README.md': '# Outer\n',
          'LICENSE.md': 'MIT\n',
          'test.js.map': '{}',
        },
      ),
      ...installed('outer/node_modules/inner', {}, { 'index.js': "module.exports = 'two';\n" }),
      ...installed('inner', {}, { 'index.js': "module.exports = 'one';\n" }),
      ...installed('shared', { devDependencies: { never: '*' } }, { 'index.js': "module.exports = '+';\n" }),
    });
    const zip = await packed(folder, 'fn');
    expect((await pathsIn(zip)).filter((path) => path.startsWith('node_modules/'))).toEqual([
      'node_modules/inner/index.js',
      'node_modules/inner/package.json',
      'node_modules/outer/LICENSE.md',
      'node_modules/outer/index.js',
      'node_modules/outer/package.json',
      'node_modules/shared/index.js',
      'node_modules/shared/package.json',
    ]);
    expect(responseOf(await called(zip))).toEqual(['two+', 'one']);
  });

  test('of different versions do not take the place of each other', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, external: ['a', 'b'] }),
      'app.js': "exports.handler = async () => [require('a'), require('b')];\n",
      ...installed('a', { dependencies: { c: '1' } }, { 'index.js': "module.exports = require('c');\n" }),
      ...installed('b', { dependencies: { c: '2' } }, { 'index.js': "module.exports = require('c');\n" }),
      ...installed('c', {}, { 'index.js': 'module.exports = 1;\n' }),
      ...installed('b/node_modules/c', {}, { 'index.js': 'module.exports = 2;\n' }),
    });
    const zip = await packed(folder, 'fn');
    expect(await pathsIn(zip)).toContain('node_modules/b/node_modules/c/index.js');
    expect(responseOf(await called(zip))).toEqual([1, 2]);
  });

  test('that a layer provides are neither bundled nor packed', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, provided: ['@team/*'] }),
      'app.js': "exports.handler = async () => require('@team/log');\n",
      ...installed('@team/log', {}, { 'index.js': 'module.exports = "log";\n' }),
    });
    const zip = await packed(folder, 'fn');
    expect(await pathsIn(zip)).toEqual(['app.cjs', 'app.cjs.map']);
    expect(zip.notes.join('\n')).toContain('@team/log: not packed, as it is provided; a layer must bring it.');
    expect((await called(zip)).measurement.error?.message).toContain("Cannot find module '@team/log'");
  });

  test('leave the AWS SDK to the runtime as well', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, external: ['a'] }),
      'app.js': "exports.handler = async () => require('a');\n",
      ...installed('a', { dependencies: { '@aws-sdk/client-s3': '3' } }, { 'index.js': 'module.exports = 1;\n' }),
      ...installed('@aws-sdk/client-s3', {}, { 'index.js': '' }),
    });
    const files = await pathsIn(await packed(folder, 'fn'));
    expect(files.filter((path) => path.startsWith('node_modules/'))).toEqual([
      'node_modules/a/index.js',
      'node_modules/a/package.json',
    ]);
  });

  test('with compiled parts stay outside by themselves, with the binaries of the platform alone, and run', async () => {
    const files = {
      'app.mjs': `import Database from 'better-sqlite3';
export const handler = async () => new Database(':memory:').prepare('select 40 + 2 as answer').get();
`,
      ...ownPackage('better-sqlite3'),
    };
    const zip = await packed(await workspaceOf({ ...files, 'reef.yaml': reefYaml(settings) }), 'fn');
    const binaries = (await pathsIn(zip)).filter((path) => path.endsWith('.node'));
    expect(binaries).toEqual(['node_modules/better-sqlite3/prebuilds/linux-x64.node']);
    expect(zip.notes.join('\n')).toContain('better-sqlite3: packed as installed');
    expect(responseOf(await called(zip))).toEqual({ answer: 42 });
    const arm = await packed(
      await workspaceOf({ ...files, 'reef.yaml': reefYaml({ ...settings, architecture: 'arm64' }) }),
      'fn',
    );
    expect((await pathsIn(arm)).filter((path) => path.endsWith('.node'))).toEqual([
      'node_modules/better-sqlite3/prebuilds/linux-arm64.node',
    ]);
  });

  test('with a compiled module of the project itself, which goes along in its place', async () => {
    const binary = readFileSync(join(packageRoot(), 'node_modules/better-sqlite3/prebuilds/linux-x64.node'));
    const files = {
      'src/app.js': "const loaded = require('../native/own.node');\nexports.handler = async () => typeof loaded;\n",
      'native/own.node': binary,
    };
    const own = { ...settings, handler: 'src/app.handler' };
    const zip = await packed(await workspaceOf({ ...files, 'reef.yaml': reefYaml(own) }), 'fn');
    expect(await pathsIn(zip)).toContain('native/own.node');
    expect(responseOf(await called(zip))).toBe('object');
    const wrong = await workspaceOf({ ...files, 'reef.yaml': reefYaml({ ...own, architecture: 'arm64' }) });
    await failsWith(
      packed(wrong, 'fn'),
      'package-failed',
      'native/own.node is a binary for x86_64: bring one for Linux on arm64',
    );
  });
});

describe('packages that cannot go along', () => {
  test('for want of the binary of the platform', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, architecture: 'arm64', external: ['esbuild'] }),
      'app.js': "exports.handler = async () => require('esbuild').version;\n",
      ...ownPackage('esbuild'),
    });
    const how = 'try "npm install --os=linux --cpu=arm64 --libc=glibc", or deploy an image.';
    await failsWith(
      packed(folder, 'fn'),
      'package-failed',
      `esbuild has no binary that runs on AWS Lambda (arm64): @esbuild/linux-arm64 is not installed; ${how}`,
    );
  });

  test('as they are not installed', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, external: ['nowhere'] }),
      'app.js': "exports.handler = async () => require('nowhere');\n",
    });
    const how = 'run npm install, or list it under provided when a layer brings it.';
    await failsWith(packed(folder, 'fn'), 'package-failed', `nowhere is not installed: ${how}`);
  });

  test('as what they need is not installed', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, external: ['a'] }),
      'app.js': "exports.handler = async () => require('a');\n",
      ...installed('a', { dependencies: { gone: '1' } }, { 'index.js': '' }),
    });
    await failsWith(packed(folder, 'fn'), 'package-failed', 'a needs gone, which is not installed: run npm install');
  });

  test('as a bundle needs two versions of one', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, external: ['c'] }),
      'app.js': "exports.handler = async () => [require('c'), require('b')];\n",
      ...installed('b', { dependencies: { c: '2' } }, { 'index.js': "module.exports = require('c');\n" }),
      ...installed('c', {}, { 'index.js': 'module.exports = 1;\n' }),
      ...installed('b/node_modules/c', {}, { 'index.js': 'module.exports = 2;\n' }),
    });
    await failsWith(packed(folder, 'fn'), 'package-failed', 'c is needed in several versions');
  });
});
