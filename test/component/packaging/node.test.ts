import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../../src/engine/assets.ts';
import { currentRuntimes } from '../../../src/engine/functions/runtimes.ts';
import { readZip } from '../../support/unzip.ts';
import { called, ownPackage, packed, pathsIn, reefYaml, responseOf, temporaryFolder, workspaceOf } from './support.ts';

const settings = { handler: 'src/app.handler', runtime: 'nodejs22.x' };

describe('a bundled function of Node.js', () => {
  test('in TypeScript, with modules of its own and a package, runs by the handler that it had', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, memory: 512 }),
      'src/app.ts': `import { greeting } from './greeting.js';
import { decode } from 'jpeg-js';
type Event = { name: string };
export const handler = async (event: Event): Promise<string> => greeting(event.name) + typeof decode;
`,
      'src/greeting.ts': 'export const greeting = (name: string): string => `hello ${name}, `;\n',
      ...ownPackage('jpeg-js'),
    });
    const zip = await packed(folder, 'fn');
    expect(await pathsIn(zip)).toEqual(['src/app.cjs', 'src/app.cjs.map']);
    expect(zip.artifact.handler).toBe('src/app.handler');
    expect(new Set(zip.artifact.parts.map((part) => part.package))).toEqual(new Set([null, 'jpeg-js']));
    expect(responseOf(await called(zip, {}, { name: 'reef' }))).toBe('hello reef, function');
  });

  test('tells places in its sources with the NODE_OPTIONS that it is deployed with', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml(settings),
      'src/app.ts': `type Nothing = undefined;

export const handler = async (): Promise<Nothing> => {
  throw new Error('here');
};
`,
    });
    const zip = await packed(folder, 'fn');
    expect(zip.notes.join()).toContain('NODE_OPTIONS is --enable-source-maps');
    const { measurement } = await called(zip, { NODE_OPTIONS: '--enable-source-maps' });
    expect(measurement.error?.stack.join('\n')).toMatch(/app\.ts:4:9/);
  });

  test('that is an ES module stays one: top-level await, import.meta, __dirname, and CommonJS that calls require', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, handler: 'app.handler' }),
      'package.json': '{"type":"module"}',
      'app.js': `import { sizes } from './old.cjs';
const size = await sizes();
export const handler = async () => [size > 0, typeof import.meta.url, typeof __dirname];
`,
      'old.cjs': `const fs = require('node:fs');
exports.sizes = async () => fs.readdirSync('/').length;
`,
    });
    const zip = await packed(folder, 'fn');
    expect(await pathsIn(zip)).toContain('app.mjs');
    expect(responseOf(await called(zip))).toEqual([true, 'string', 'string']);
  });

  test('that says nothing of its kind becomes an ES module when it needs one', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, handler: 'app.handler' }),
      'app.ts': 'const url: string = await Promise.resolve(import.meta.url);\nexport const handler = async () => url;\n',
    });
    expect(responseOf(await called(await packed(folder, 'fn')))).toMatch(/^file:.*app\.mjs$/);
  });

  test('in CommonJS exports what it did, also below a name', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, handler: 'app.jobs.daily' }),
      'app.js': 'const { x } = require("./x");\nexports.jobs = { daily: async () => x };\n',
      'x.js': 'module.exports = { x: 7 };\n',
    });
    expect(responseOf(await called(await packed(folder, 'fn')))).toBe(7);
  });

  test('that declares names of CommonJS itself is bundled with them, minified or not', async () => {
    const files = {
      'package.json': '{"type":"module"}',
      'app.mjs': `import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { old } from './old.cjs';
const require = createRequire(import.meta.url);
const __filename = fileURLToPath(import.meta.url);
export const handler = async () => [typeof require('node:fs').readFileSync, __filename.endsWith('app.mjs'), old()];
`,
      'old.cjs': "const { sep } = require('node:path');\nexports.old = () => sep.length;\n",
    };
    for (const minify of [true, false]) {
      const folder = await workspaceOf({
        ...files,
        'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'nodejs22.x', minify }),
      });
      expect(responseOf(await called(await packed(folder, 'fn')))).toEqual(['function', true, 1]);
    }
  });

  test('has no AWS SDK unless it is told to', async () => {
    const files = {
      'src/app.ts': "import { STSClient } from '@aws-sdk/client-sts';\nexport const handler = async () => typeof STSClient;\n",
      ...ownPackage('@aws-sdk/client-sts'),
    };
    const without = await packed(await workspaceOf({ ...files, 'reef.yaml': reefYaml(settings) }), 'fn');
    expect(without.notes.join('\n')).toContain('@aws-sdk/client-sts: not packed, as the runtime has it');
    expect(without.artifact.bytes).toBeLessThan(5_000);
    const own = await packed(await workspaceOf({ ...files, 'reef.yaml': reefYaml({ ...settings, bundleAwsSdk: true }) }), 'fn');
    expect(responseOf(await called(own))).toBe('function');
  });

  test('takes files along that it includes, with their modes, and no others', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, include: ['data/**', '!data/large.csv'], exclude: ['*.secret'] }),
      'src/app.js': `const { readFileSync } = require('node:fs');
exports.handler = async () => readFileSync(__dirname + '/../data/prices.csv', 'utf8');
`,
      'data/prices.csv': '1,2\n',
      'data/large.csv': '3,4\n',
      'data/x.secret': 'no',
      '.env': 'KEY=1',
    });
    const zip = await packed(folder, 'fn');
    expect(await pathsIn(zip)).toEqual(['data/prices.csv', 'src/app.cjs', 'src/app.cjs.map']);
    expect(responseOf(await called(zip))).toBe('1,2\n');
  });

  test('without an entry in a reef.yaml gets the runtime of this machine and a name', async () => {
    const folder = await workspaceOf({ 'jobs/index.mjs': 'export const handler = async () => process.version;\n' });
    const zip = await packed(folder, 'jobs.handler');
    expect(zip).toMatchObject({ name: 'jobs', architecture: 'x86_64' });
    expect(currentRuntimes.node).toContain(zip.runtime);
    expect(zip.notes.join()).toContain(`jobs.handler states no runtime: it is ${zip.runtime}, as this machine has Node.js`);
    expect(responseOf(await called(zip))).toBe(process.version);
  });

  test('the example runs as it is packed', async () => {
    const folder = await temporaryFolder();
    await cp(join(packageRoot(), 'examples/label'), folder, { recursive: true });
    const event: unknown = JSON.parse(await readFile(join(folder, 'events/parcel.json'), 'utf8'));
    const zip = await packed(folder, 'label');
    expect(zip.architecture).toBe('arm64');
    expect(responseOf(await called(zip, {}, event))).toMatchObject({ bars: 80 });
  });

  test('minify and sourceMaps are followed', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ ...settings, minify: false, sourceMaps: false }),
      'src/app.js': 'const counted = 1;\nexports.handler = async (event) => counted + event.n;\n',
    });
    const zip = await packed(folder, 'fn');
    const [file, ...rest] = await readZip(zip.artifact.file);
    expect(rest).toEqual([]);
    expect(Buffer.from(file?.bytes ?? []).toString()).toContain('counted = 1;');
    expect(zip.notes.join()).not.toContain('NODE_OPTIONS');
  });
});
