import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/engine/create-engine.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { SizingReport, defaultSizingSettings } from '../../../src/protocol/sizing.ts';
import { failure } from '../../support/aws/request.ts';
import { never, skipped, temporaryFolder, useAws } from './support.ts';

const aws = useAws();
const target = 'aws:/us-east-1';
/** One thread: as fast as it gets from one vCPU on. */
const oneThread = (memoryMb: number): number => 20 + 400 / Math.min(1, memoryMb / 1769);

async function engineFor(): Promise<Engine> {
  const folder = await temporaryFolder();
  const settings = { storePath: join(folder, '.reef/samples.db'), nodePath: '', pythonPath: '', awsEndpoint: aws.url };
  return createEngine({ folder, settings, log: { log: () => {} }, onOutput: () => {} });
}

async function profile(engine: Engine, name: string, signal = never): Promise<SizingReport> {
  const request = {
    function: name,
    target,
    event: { text: '{"n":1}' },
    settings: { ...defaultSizingSettings, objective: { goal: 'fastest', tolerance: 0.15, maxDurationMs: null } },
  } as const;
  return engine.profile(request, signal, () => {});
}

describe.skipIf(skipped !== null)('a sizing study on AWS', () => {
  it('measures published versions, and leaves the function as it was', async () => {
    await aws.deploy('Study', { durationMs: oneThread, usedMb: 95 });
    const before = await aws.state('Study');
    const from = aws.emulator.actions.length;
    await using engine = await engineFor();
    const report = await profile(engine, 'Study');
    expect(SizingReport.parse(report)).toEqual(report);
    expect(report).toMatchObject({ target, basis: 'measured', function: { name: 'Study' }, current: { memory_mb: 512 } });
    expect(report.recommendation.memory_mb).toBeGreaterThan(1400);
    expect(report.recommendation.memory_mb).toBeLessThan(2000);
    expect(report.recommendation.duration_ms / oneThread(report.recommendation.memory_mb)).toBeCloseTo(1, 1);
    expect(report.floor.peak_mb).toBe(95);
    expect(report.profiling_cost_usd).toBeGreaterThan(0);
    expect(report.cold.init_ms_median).toBe(120);
    expect(await aws.state('Study')).toBe(before);
    expect(await readdir(join(engine.folder, '.reef/aws-journal'))).toEqual([]);

    const made = aws.emulator.actions.slice(from);
    const count = (action: string): number => made.filter((each) => each === action).length;
    expect(count('Invoke')).toBe(report.invocations);
    expect(count('DeleteFunction')).toBe(count('PublishVersion'));
    expect(count('DeleteAlias')).toBe(count('CreateAlias'));
    const requestIds = engine
      .store()
      .samples(report.run_id)
      .flatMap(({ requestId }) => requestId ?? []);
    expect(new Set(requestIds).size).toBe(report.invocations);
    expect(JSON.stringify(engine.store().runs(10))).not.toContain('secret-value');
  });

  it('goes on through throttling, outages and slow updates, keeps each attempt as a row, and leaves nothing', async () => {
    await aws.deploy('Faulty', { durationMs: oneThread, usedMb: 95 });
    const before = await aws.state('Faulty');
    aws.emulator.settings.slowUpdates = 2;
    const busy = failure(409, 'ResourceConflictException', 'An update is in progress');
    aws.emulator.faults.push(
      { action: 'Invoke', after: 1, times: 2, reply: failure(429, 'TooManyRequestsException', 'Rate Exceeded.') },
      { action: 'Invoke', after: 6, times: 1, reply: failure(500, 'ServiceException', 'Service error') },
      {
        action: 'UpdateFunctionConfiguration',
        after: 1,
        times: 1,
        reply: failure(429, 'TooManyRequestsException', 'Rate Exceeded.'),
      },
      { action: 'UpdateFunctionConfiguration', after: 2, times: 1, reply: busy },
      { action: 'PublishVersion', times: 1, reply: failure(500, 'ServiceException', 'Service error') },
      { action: 'DeleteFunction', times: 1, reply: failure(503, 'ServiceUnavailable', 'Try again') },
      { action: 'CreateAlias', times: 1, reply: null, carriedOut: true },
    );
    await using engine = await engineFor();
    const report = await profile(engine, 'Faulty');
    expect(report.outcomes).toMatchObject({ throttled: 2, unavailable: 1 });
    expect(report.invocations).toBe(report.points.length);
    expect(aws.emulator.faults.every(({ times }) => times === 0)).toBe(true);
    expect(await aws.state('Faulty')).toBe(before);
  });

  it('can be cancelled, keeps its samples and undoes its changes', async () => {
    await aws.deploy('Cancelled', { durationMs: oneThread, usedMb: 95 });
    const before = await aws.state('Cancelled');
    const controller = new AbortController();
    aws.emulator.faults.push({
      action: 'Invoke',
      after: 3,
      times: 1,
      reply: null,
      carriedOut: true,
      meanwhile: () => controller.abort(),
    });
    await using engine = await engineFor();
    await expect(profile(engine, 'Cancelled', controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await aws.state('Cancelled')).toBe(before);
    const [run] = engine.store().runs(10);
    expect(run).toMatchObject({ status: 'cancelled', samples: 4 });
  });

  it('keeps to the sizes that a new account may have', async () => {
    aws.emulator.settings.concurrency = 10;
    await aws.deploy('Capped', { durationMs: oneThread });
    const limited = await aws.target();
    const fn = await limited.find('Capped');
    expect(await limited.describe(fn, never)).toMatchObject({
      sizes: { minMb: 128, maxMb: 3008 },
      billed: true,
      region: 'us-east-1',
    });
    aws.emulator.settings.largestMb = 2048;
    const before = await aws.state('Capped');
    const opening = limited.open({ function: fn, memoryMb: 3000, architecture: 'x86_64' }, never);
    await expect(opening).rejects.toThrow(/gives a function at most 2048 MB, and Capped was to be tried at 3000 MB/);
    await limited[Symbol.asyncDispose]();
    expect(await aws.state('Capped')).toBe(before);
  });

  it('begins only once at a time, whoever begins it', async () => {
    await aws.deploy('Shared', { durationMs: oneThread });
    const first = await aws.target();
    const second = await aws.target();
    const fn = await first.find('Shared');
    const before = await aws.state('Shared');
    await first.open({ function: fn, memoryMb: 1024, architecture: 'x86_64' }, never);
    const opening = second.open({ function: fn, memoryMb: 256, architecture: 'x86_64' }, never);
    await expect(opening).rejects.toMatchObject({ code: 'in-use', message: expect.stringMatching(/reef-lock of another study/) });
    await second[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    expect(await aws.state('Shared')).toBe(before);
  });
});
