import type { ChildProcess } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { SizingReport } from '../../../src/protocol/sizing.ts';
import { reef, workspaceWith } from '../../support/cli.ts';

const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Waits:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: code, Handler: app.handler, Runtime: nodejs22.x, Timeout: 60 }
`;
/** Its eighth call never ends: a file outside of the code counts the calls of all processes. */
const app = `const fs = require('node:fs');
const calls = require('node:path').join(__dirname, '../counter/calls');
exports.handler = async () => {
  fs.appendFileSync(calls, '.');
  if (fs.statSync(calls).size === 8) await new Promise(() => setInterval(() => {}, 1000));
  await new Promise((done) => setTimeout(done, 300));
  return 1;
};
`;

const Runs = z.object({ runs: z.array(z.object({ id: z.string(), status: z.string(), samples: z.int() })) });

test('a study that was killed is taken up by the next one, which makes fewer calls and says why', async () => {
  await using workspace = await workspaceWith({ 'template.yaml': template, 'code/app.js': app, 'counter/calls': '' });
  const { folder } = workspace;
  const profile = (started?: (child: ChildProcess) => void) =>
    reef(['profile', 'Waits', '--json', '--workspace', folder], { ...(started && { started }) });
  const runs = async () => {
    const { stdout } = await reef(['runs', '--json', '--workspace', folder]);
    return Runs.parse(JSON.parse(stdout)).runs;
  };

  let child: ChildProcess | undefined;
  const killed = profile((started) => (child = started));
  while ((await stat(join(folder, 'counter/calls'))).size < 8) {
    expect(child?.exitCode).toBeNull();
    await new Promise((done) => setTimeout(done, 50));
  }
  expect((await runs())[0]?.samples).toBe(7);
  child?.kill('SIGKILL');
  expect((await killed).exitCode).toBeNull();

  const { stdout, stderr } = await profile();
  expect(stdout, stderr).not.toBe('');
  const report = SizingReport.parse(JSON.parse(stdout));
  expect(report.free_samples).toBe(7);
  // From nothing it takes eight at least: five warm ones and three cold ones.
  expect(report.invocations).toBeLessThan(8);
  expect(report.evidence.join('\n')).toContain('7 calls of earlier runs of this code');
  expect(report.code_hash).toMatch(/^[0-9a-f]{32}$/);
  expect((await runs()).map(({ status }) => status)).toEqual(['done', 'interrupted']);
});
