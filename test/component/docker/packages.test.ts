import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { outerPackages } from '../../../src/engine/targets/docker/packages.ts';
import { functionOf, openSandbox, send, useBaseImages, whyNoEngine } from '../../support/docker.ts';

useBaseImages();

/** Files (text) and links (`-> target`) below a new folder. */
async function repository(tree: Record<string, string>): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'reef-packages-')));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [path, content] of Object.entries(tree)) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await (content.startsWith('-> ') ? symlink(content.slice(3), file) : writeFile(file, content));
  }
  return root;
}

const monorepo = {
  'packages/fn/app.js':
    'const names = ["plain", "own", "@me/shared", "stored"]; exports.handler = async () => names.map((name) => require(name));',
  'packages/fn/node_modules/own': '-> ../../own',
  'packages/fn/node_modules/stored': '-> ../../../node_modules/.pnpm/stored@1/node_modules/stored',
  'packages/own/package.json': '{}',
  'packages/own/index.js': 'module.exports = `own with ${require("inner")}`;',
  'packages/own/node_modules/inner': '-> ../../inner',
  'packages/inner/package.json': '{}',
  'packages/inner/index.js': 'module.exports = "inner";',
  'packages/shared/package.json': '{}',
  'packages/shared/index.js': 'module.exports = "shared";',
  'packages/secret/notes.txt': 'nobody else',
  'node_modules/plain/index.js': 'module.exports = "plain";',
  'node_modules/@me/shared': '-> ../../packages/shared',
  'node_modules/.pnpm/stored@1/node_modules/stored/index.js': 'module.exports = "stored";',
  'node_modules/not-a-package': '-> ../packages/secret',
  'node_modules/gone': '-> ../packages/gone',
};

describe('packages outside of the task folder', () => {
  it('are those of the folders above, and what links lead to; nothing that is no package', async () => {
    const root = await repository(monorepo);
    const fn = join(root, 'packages', 'fn');
    const { outer, truncated } = await outerPackages(fn, join(fn, 'app.js'), '/var/task');
    const own = outer
      .filter(({ source }) => source.startsWith(root))
      .map(({ source, target }) => [source.slice(root.length), target]);
    expect(own).toEqual([
      ['/node_modules', '/node_modules'],
      ['/packages/own', '/var/own'],
      ['/packages/shared', '/packages/shared'],
      ['/packages/inner', '/var/inner'],
    ]);
    expect(truncated).toBe(false);
  });

  it('are none where all is in the workspace', async () => {
    const root = await repository(monorepo);
    const { outer } = await outerPackages(root, join(root, 'packages', 'fn', 'app.js'), '/var/task');
    expect(outer.filter(({ source }) => source.startsWith(root))).toEqual([]);
  });

  it('hide nothing of the system, and are not more than a container can take', async () => {
    const links = Array.from({ length: 70 }, (_, i) => [`fn/node_modules/p${i}`, `-> ../../packages/p${i}`]);
    const packages = Array.from({ length: 70 }, (_, i) => [`packages/p${i}/package.json`, '{}']);
    const tree = {
      'etc/package.json': '{}',
      'fn/node_modules/a': '-> ../../../etc',
      ...Object.fromEntries([...links, ...packages]),
    };
    const root = await repository(tree);
    await symlink(join(root, 'etc'), join(root, 'fn', 'node_modules', 'b'));
    const { outer, truncated } = await outerPackages(join(root, 'fn'), join(root, 'fn', 'app.js'), '/var/task');
    expect(truncated).toBe(true);
    expect(outer.map(({ target }) => target)).not.toContain('/etc');
  });
});

describe.skipIf(whyNoEngine !== null)('a function of a monorepo in Docker', () => {
  it('finds packages above the workspace, of other workspaces, and of a store', async () => {
    const root = await repository(monorepo);
    const fn = { ...functionOf('node', 'app.js', 'handler'), codeRoot: '.', handlerFile: 'app.js' };
    const sandbox = await openSandbox(fn, { folder: join(root, 'packages', 'fn') });
    const { response, measurement } = await send(sandbox);
    expect(measurement.error).toBeNull();
    expect(JSON.parse(response ?? '')).toEqual(['plain', 'own with inner', 'shared', 'stored']);
  });

  it('finds them through a folder of packages that is a link', async () => {
    const root = await repository({
      'fn/app.js': 'exports.handler = async () => require("dep");',
      'fn/node_modules': '-> ../installed/node_modules',
      'installed/node_modules/dep/index.js': 'module.exports = "dep";',
    });
    const fn = { ...functionOf('node', 'app.js', 'handler'), codeRoot: '.', handlerFile: 'app.js' };
    const { response } = await send(await openSandbox(fn, { folder: join(root, 'fn') }));
    expect(response).toBe('"dep"');
  });
});
