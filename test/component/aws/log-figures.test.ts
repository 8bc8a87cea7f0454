/** What the logs of a deployed function say of its calls: read for this, or imported before. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/engine/create-engine.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { failure } from '../../support/aws/request.ts';
import { workspaceWith } from '../../support/cli.ts';
import { never, skipped, temporaryFolder, useAws } from './support.ts';

const aws = useAws();
function engineOf(folder: string): Engine {
  const settings = { storePath: '.reef/samples.db', nodePath: process.execPath, pythonPath: '', awsEndpoint: aws.url };
  return createEngine({ folder, settings, log: { log: () => {} }, onOutput: () => {} });
}

async function call(name: string, times: number): Promise<void> {
  const client = new LambdaClient({ endpoint: aws.url });
  for (let i = 0; i < times; i++) await client.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from('{}') }));
  client.destroy();
}

const request = (name: string, more: { fresh?: boolean; days?: number } = {}) => ({
  target: 'aws',
  function: name,
  days: 14,
  ...more,
});

describe.skipIf(skipped !== null)('figures from logs', () => {
  it('are of the latest calls, at the size of the function, and keep nothing', async () => {
    await aws.deploy('Busy', { durationMs: (_size, nth) => 100 + nth, usedMb: 88 });
    await call('Busy', 12);
    const folder = await temporaryFolder();
    await using engine = engineOf(folder);
    const figures = await engine.logFigures(request('Busy'), never);
    expect(figures).toMatchObject({
      from: 'logs',
      calls: 12,
      failed: 0,
      days: 14,
      complete: true,
      leftOut: 0,
      memoryMb: 512,
      warm: 11,
      p50Ms: 107,
      initMs: 120,
      peakMb: 88,
    });
    expect(figures.coldRate).toBeCloseTo(1 / 12);
    expect(figures.callsPerDay).toBeCloseTo(12 / 14);
    // Each call costs its fee and half a GB for 106.5 ms on average, the first also for its init; 12 of them in 14 of 30.4 days.
    expect(figures.costPerMonthUsd).toBeCloseTo(12 * (2e-7 + 0.5 * (0.1065 + 0.12 / 12) * 1.66667e-5) * (730 / 24 / 14), 7);
    expect(existsSync(join(folder, '.reef'))).toBe(false);
  });

  it('are those of an import where there is one, unless the log is asked for', async () => {
    await aws.deploy('Imported', { durationMs: () => 80, usedMb: 70 });
    await call('Imported', 5);
    await using engine = engineOf(await temporaryFolder());
    await engine.importCloudLogs({ target: 'aws', function: 'Imported', days: 7 }, never);
    await call('Imported', 3);
    const stored = await engine.logFigures(request('Imported'), never);
    expect(stored).toMatchObject({ from: 'store', calls: 5, p50Ms: 80, peakMb: 70, complete: true });
    // The import asked for seven of the fourteen days.
    expect(stored.days).toBeCloseTo(7);
    expect(stored.callsPerDay).toBeCloseTo(5 / 7);
    expect(await engine.logFigures(request('Imported', { fresh: true }), never)).toMatchObject({ from: 'logs', calls: 8 });
  });

  it('are never those of another deployment of the same source', async () => {
    const files = {
      'template.yaml':
        'Transform: AWS::Serverless-2016-10-31\nResources:\n  Twice:\n    Type: AWS::Serverless::Function\n    Properties: { Runtime: nodejs22.x, Handler: basic.empty }\n',
      'basic.js': 'exports.empty = async () => 1;',
    };
    await aws.deploy('dev-Twice-1A2B3C4D5E6F', { durationMs: () => 50, usedMb: 70 });
    await aws.deploy('prod-Twice-1A2B3C4D5E6F', { durationMs: () => 500, usedMb: 70 });
    await call('dev-Twice-1A2B3C4D5E6F', 4);
    await call('prod-Twice-1A2B3C4D5E6F', 4);
    await using workspace = await workspaceWith(files);
    await using engine = engineOf(workspace.folder);
    const imported = await engine.importCloudLogs({ target: 'aws', function: 'dev-Twice-1A2B3C4D5E6F', days: 7 }, never);
    expect(engine.store().run(imported.runId)).toMatchObject({ functionId: 'template.yaml#Twice' });
    expect(await engine.logFigures(request('dev-Twice-1A2B3C4D5E6F'), never)).toMatchObject({ from: 'store', p50Ms: 50 });
    expect(await engine.logFigures(request('prod-Twice-1A2B3C4D5E6F'), never)).toMatchObject({ from: 'logs', p50Ms: 500 });
  });

  it('are missing, not 0, of a function that never ran', async () => {
    await aws.deploy('Silent');
    await using engine = engineOf(await temporaryFolder());
    expect(await engine.logFigures(request('Silent'), never)).toMatchObject({
      calls: 0,
      memoryMb: null,
      p50Ms: null,
      coldRate: null,
      callsPerDay: 0,
      costPerMonthUsd: null,
    });
  });

  it('that may not be read name the permission', async () => {
    await aws.deploy('Closed');
    aws.emulator.faults.push({ action: 'FilterLogEvents', times: 1, reply: failure(400, 'AccessDeniedException', 'no') });
    await using engine = engineOf(await temporaryFolder());
    const sentence = /may not do logs:FilterLogEvents on \/aws\/lambda\/Closed: allow logs:FilterLogEvents/;
    await expect(engine.logFigures(request('Closed'), never)).rejects.toMatchObject({ code: 'access-denied', message: sentence });
  });
});
