import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reef, workspaceWith } from '../../support/cli.ts';

const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Waits:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: code, Handler: app.handler, Runtime: nodejs22.x, MemorySize: 512 }
`;
/** How long it waits is no part of its code, as with a service elsewhere. */
const app = `const { readFileSync } = require('node:fs');
const { join } = require('node:path');
exports.handler = () => new Promise((done) => setTimeout(done, Number(readFileSync(join(__dirname, '../service/ms'), 'utf8'))));
`;

let workspace: Awaited<ReturnType<typeof workspaceWith>>;
beforeAll(async () => {
  workspace = await workspaceWith({ 'template.yaml': template, 'code/app.js': app, 'service/ms': '150' });
});
afterAll(() => workspace[Symbol.asyncDispose]());

const inWorkspace = (...args: string[]) => reef([...args, '--workspace', workspace.folder]);

async function drift(...args: string[]): Promise<Record<string, unknown>[]> {
  const { stdout, stderr } = await inWorkspace('drift', '--json', ...args);
  expect(stdout, stderr).not.toBe('');
  const { functions }: { functions: Record<string, unknown>[] } = JSON.parse(stdout);
  return functions;
}

describe('reef drift', () => {
  test('without a report has nothing to compare with', async () => {
    expect(await drift()).toEqual([]);
    const named = await inWorkspace('drift', 'Waits');
    expect(named).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('There is no report of Waits') as string });
  });

  test('is none while calls take as long as before', async () => {
    await inWorkspace('profile', 'Waits');
    expect(await drift()).toMatchObject([{ function: 'Waits', verdict: 'not-enough', calls: 0, profile_again: false }]);
    expect(await drift('Waits', '--calls', '12')).toMatchObject([
      { verdict: 'same', code_changed: false, profile_again: false, why: null },
    ]);
  });

  test('is told when a service has become slow, though the code is the same', async () => {
    await writeFile(join(workspace.folder, 'service/ms'), '400');
    const [found] = await drift('Waits', '--calls', '12');
    expect(found).toMatchObject({ verdict: 'slower', code_changed: false, profile_again: true });
    expect(found?.['why']).toMatch(/^Calls since it was profiled take \d+ % longer/);
    expect((await inWorkspace('savings')).stdout).toContain('longer than the report says');
  });

  test('is told when the code has changed', async () => {
    await writeFile(join(workspace.folder, 'code/app.js'), `${app}// changed`);
    expect(await drift()).toMatchObject([
      { code_changed: true, profile_again: true, why: expect.stringContaining('code') as string },
    ]);
  });
});
