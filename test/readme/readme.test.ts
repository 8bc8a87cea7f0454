import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/engine/assets.ts';
import { whyNoMoto } from '../support/aws/moto.ts';
import { startAccount } from './account.ts';

const root = packageRoot();
const noAccount = await whyNoMoto();

/** Commands that are run elsewhere, and where. */
const runElsewhere = new Map([
  ['npm ci', 'the CI script, before anything else'],
  ['npm test', 'the CI script: this test is part of it'],
  ['npm run code', 'test/e2e/vscode/npm-run-code.test.ts: it stays until it is stopped'],
]);

/** The commands of the README's shell blocks, in order; `a && b` is two. */
function commands(): string[] {
  const blocks = readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```sh\n([^`]*)```/g);
  return [...blocks].flatMap(([, block = '']) => block.trim().split(/\n| && /));
}

const needsAccount = (command: string): boolean => command.includes('--target aws');

/** Runs `npm …`, whose arguments hold no quotes, as a newcomer would. */
function npm(command: string, env: Record<string, string>): Promise<{ exitCode: number | null; output: string }> {
  const [program = '', ...args] = command.split(' ');
  return new Promise((resolve, reject) => {
    const windows = process.platform === 'win32';
    const child = spawn(windows ? `${program}.cmd` : program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      shell: windows,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, output }));
  });
}

let account: Awaited<ReturnType<typeof startAccount>> | undefined;

beforeAll(async () => {
  if (noAccount === null) account = await startAccount();
});
afterAll(async () => {
  await account?.[Symbol.asyncDispose]();
  await rm(join(root, 'orders.html'), { force: true });
});

describe('each command of the README works', () => {
  const all = commands();

  test('there are commands, and those that run elsewhere are still there', () => {
    expect(all).toContain('npm start');
    expect(all).toEqual(expect.arrayContaining([...runElsewhere.keys()]));
  });

  test.for(all.filter((command) => !runElsewhere.has(command)))('%s', async (command, { skip }) => {
    if (needsAccount(command) && noAccount !== null) skip(noAccount);
    const { exitCode, output } = await npm(command, account?.env ?? {});
    expect(exitCode, output).toBe(0);
    for (const [, page = ''] of output.matchAll(/The report as a page: (\S+\.html)/g)) {
      expect((await stat(join(root, page))).size).toBeGreaterThan(10_000);
    }
  });
});
