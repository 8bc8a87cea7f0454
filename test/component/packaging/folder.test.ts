import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readZip } from '../../support/unzip.ts';
import { called, failsWith, packed, pathsIn, reefYaml, responseOf, workspaceOf } from './support.ts';

const settings = { handler: 'dist/app.handler', runtime: 'nodejs22.x', bundle: false };

describe('a folder that is packed as it is', () => {
  test('has its build output, and of its packages those that it needs to run', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml(settings),
      '.gitignore': 'dist/\n',
      'package.json': '{"type":"module","dependencies":{"used":"*"},"devDependencies":{"tool":"*"}}',
      'dist/app.js': "import used from 'used';\nimport { x } from './x.js';\nexport const handler = async () => used + x;\n",
      'dist/x.js': 'export const x = 1;\n',
      'node_modules/used/package.json': '{"name":"used","main":"i.js","dependencies":{"deep":"*"}}',
      'node_modules/used/i.js': "module.exports = require('deep');\n",
      'node_modules/deep/package.json': '{"name":"deep","main":"i.js"}',
      'node_modules/deep/i.js': 'module.exports = 41;\n',
      'node_modules/tool/package.json': '{"name":"tool"}',
      'node_modules/.bin/tool': '#!/bin/sh\n',
      '.env': 'KEY=1',
    });
    const zip = await packed(folder, 'fn');
    expect(await pathsIn(zip)).toEqual([
      'dist/app.js',
      'dist/x.js',
      'node_modules/deep/i.js',
      'node_modules/deep/package.json',
      'node_modules/used/i.js',
      'node_modules/used/package.json',
      'package.json',
    ]);
    expect(responseOf(await called(zip))).toBe(42);
  });

  test('below a package.json that makes it ES modules stays that', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, handler: 'app.handler', code: 'build' }),
      'package.json': '{"type":"module"}',
      'build/app.js': 'export const handler = async () => import.meta.filename.length > 0;\n',
    });
    const zip = await packed(folder, 'fn');
    expect(await pathsIn(zip)).toEqual(['app.js', 'package.json']);
    expect(responseOf(await called(zip))).toBe(true);
  });

  test('keeps programs programs, packs what a link leads to, and has the files that are included', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'python3.13', include: ['.config'], exclude: ['docs/', '*.log'] }),
      'app.py': 'def handler(event, context):\n    return 1\n',
      'bin/tool': '#!/bin/sh\necho 1\n',
      'link/tool': '-> ../bin/tool',
      '.config': 'x',
      '.other': 'x',
      'docs/a.txt': 'x',
      'run.log': 'x',
    });
    await chmod(join(folder, 'bin/tool'), 0o700);
    const files = await readZip((await packed(folder, 'fn')).artifact.file);
    expect(files.map(({ path, mode }) => [path, mode.toString(8)])).toEqual([
      ['.config', '100644'],
      ['app.py', '100644'],
      ['bin/tool', '100755'],
      ['link/tool', '100755'],
    ]);
    expect(Buffer.from(files.at(-1)?.bytes ?? []).toString()).toBe('#!/bin/sh\necho 1\n');
  });

  test('is not TypeScript, which AWS Lambda does not run', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, handler: 'app.handler' }),
      'app.ts': 'export const handler = async () => 1;\n',
    });
    await failsWith(packed(folder, 'fn'), 'package-failed', 'AWS Lambda does not run app.ts: leave out "bundle: false"');
  });

  test('has the file and the name that its handler says', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, handler: 'app.handler' }),
      'app.js': 'exports.main = 1;\n',
    });
    await failsWith(
      packed(folder, 'fn'),
      'package-failed',
      'app.js does not export "handler", which the handler names (it exports main)',
    );
  });
});
