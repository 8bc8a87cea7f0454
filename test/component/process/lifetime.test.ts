import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isProcessAlive } from '../../../src/engine/system/process.ts';
import { needsPython } from '../../support/python.ts';
import { functionOf, handlers, openSandbox, send, waitUntilGone } from './support.ts';

async function workspace(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

describe('a change of a loaded file', () => {
  const cases = [
    [
      'node',
      'app.js',
      'lib.cjs',
      `const lib = require('./lib.cjs'); exports.handler = async () => lib;`,
      (n: number) => `module.exports = ${n};`,
    ],
    [
      'node',
      'app.mjs',
      'lib.mjs',
      `import lib from './lib.mjs'; export const handler = async () => lib;`,
      (n: number) => `export default ${n};`,
    ],
    [
      'node',
      'app.ts',
      'lib.ts',
      `import lib from './lib'; export const handler = async () => lib;`,
      (n: number) => `export default ${n} as number;`,
    ],
    [
      'python',
      'app.py',
      'lib.py',
      `import lib\ndef handler(event, context):\n    return lib.value\n`,
      (n: number) => `value = ${n}\n`,
    ],
  ] as const;

  it.for(cases)('starts the sandbox anew before the next call: %s %s', async ([language, app, lib, code, content]) => {
    const folder = await workspace({ [app]: code, [lib]: content(1), 'other.txt': 'a' });
    const sandbox = await openSandbox(functionOf(language, app, 'handler', { handlerFile: app, codeRoot: '.' }), { folder });
    expect((await send(sandbox)).response).toBe('1');
    await writeFile(join(folder, 'other.txt'), 'b');
    expect((await send(sandbox)).measurement.cold).toBe(false);

    await writeFile(join(folder, lib), content(2));
    const changed = await send(sandbox);
    expect(changed.response).toBe('2');
    expect(changed.measurement.cold).toBe(true);
    expect(changed.sandboxSequence).toBe(0);
    expect(sandbox.logs().at(-1)?.text).toMatch(/lib\.\w+ changed: the sandbox starts anew\./);
    expect((await send(sandbox)).measurement.cold).toBe(false);
  });

  it.for(cases)('is seen where the workspace is a symbolic link: %s %s', async ([language, app, lib, code, content]) => {
    const folder = await workspace({ [app]: code, [lib]: content(1) });
    const link = `${folder}-link`;
    await symlink(folder, link, 'junction');
    onTestFinished(() => rm(link));
    const sandbox = await openSandbox(functionOf(language, app, 'handler', { handlerFile: app, codeRoot: '.' }), {
      folder: link,
    });
    expect((await send(sandbox)).response).toBe('1');
    await writeFile(join(folder, lib), content(2));
    expect((await send(sandbox)).response).toBe('2');
  });

  it('lets a mended function run after its syntax error', async () => {
    const folder = await workspace({ 'app.js': 'exports.handler = async () => {' });
    const sandbox = await openSandbox(functionOf('node', 'app.js', 'handler', { handlerFile: 'app.js', codeRoot: '.' }), {
      folder,
    });
    expect((await send(sandbox)).measurement.outcome).toBe('init-error');
    await writeFile(join(folder, 'app.js'), 'exports.handler = async () => 1;');
    expect((await send(sandbox)).response).toBe('1');
  });
});

describe('sandboxes', () => {
  const engine = join(import.meta.dirname, 'engine-process.ts');

  it.for([
    ['node', 'faults.js', 'printsPidAndSpins'],
    ['node', 'faults.js', 'printsPidAndWaits'],
    ['python', 'faults.py', 'prints_pid_and_spins'],
  ] as const)('do not outlive an engine that is killed: %s %s %s', async ([language, file, symbol]) => {
    if (language === 'python') needsPython();
    const child = spawn(process.execPath, [engine, handlers, JSON.stringify(functionOf(language, file, symbol))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => resolve(Number(chunk.toString('utf8'))));
    });
    expect(isProcessAlive(pid)).toBe(true);
    child.kill('SIGKILL');
    await waitUntilGone(pid);
  });

  it('are gone once closed, and leave nothing behind in this process', async () => {
    const sandbox = await openSandbox(functionOf('node', 'faults.js', 'diesBetweenCalls'));
    const controller = new AbortController();
    const pid = Number((await send(sandbox, {}, controller.signal)).response);
    for (let i = 0; i < 20; i++) await send(sandbox, {}, controller.signal);
    await sandbox.close();
    expect(isProcessAlive(pid)).toBe(false);
    expect(EventEmitter.getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await sandbox.close();
  });
});
