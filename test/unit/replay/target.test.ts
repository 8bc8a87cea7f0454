import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mean, standardDeviation } from '../../../src/engine/numerics/statistics.ts';
import { createReplayTarget } from '../../../src/engine/targets/replay/target.ts';
import type { Sandbox, Target } from '../../../src/engine/targets/target.ts';
import type { Measurement } from '../../../src/protocol/samples.ts';
import { failureOf } from '../sizing/support.ts';

const signal = new AbortController().signal;
const clock = { nowMs: () => 1_000_000 };
const log = { log: () => {} };

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-replay-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

async function replay(csv: string, seed = 1): Promise<Target> {
  return createReplayTarget({ path: join(await folderWith({ 'old.csv': csv }), 'old.csv'), seed, clock, log });
}

async function openAt(target: Target, memoryMb: number | null, index = 0): Promise<Sandbox> {
  const fn = (await target.discover(signal))[index];
  if (!fn) throw new Error(`The target has no function ${index}`);
  return target.open({ function: fn, memoryMb, architecture: 'x86_64' }, signal);
}

async function calls(sandbox: Sandbox, count: number): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (let i = 0; i < count; i++)
    measurements.push((await sandbox.invoke({ payload: '{}', eventName: null }, signal)).measurement);
  return measurements;
}

const durations = async (sandbox: Sandbox, count: number): Promise<(number | null)[]> =>
  (await calls(sandbox, count)).map((measurement) => measurement.durationMs);

const twoSizes = 'memory_mb,duration_ms,sigma_ln\n128,1000,0\n512,250,0\n';
const noisy = 'memory_mb,duration_ms,sigma_ln\n128,1000,0.2\n512,250,0.2\n';

describe('replay target', () => {
  it('lists each curve as a recorded function', async () => {
    const target = await replay('curve_id,arch,memory_mb,duration_ms\nresize,arm64,128,10\nrender,,256,20\nresize,,512,5\n');
    const functions = await target.discover(signal);
    expect(
      functions.map(({ id, name, source, architecture, memoryMb }) => ({ id, name, source, architecture, memoryMb })),
    ).toEqual([
      { id: 'replay#resize', name: 'resize', source: 'recorded', architecture: 'arm64', memoryMb: null },
      { id: 'replay#render', name: 'render', source: 'recorded', architecture: 'x86_64', memoryMb: null },
    ]);
    const [resize] = functions;
    expect(resize && (await target.describe(resize, signal))).toMatchObject({
      sizes: { minMb: 128, maxMb: 512, stepMb: 1 },
      basis: 'measured',
      architectures: ['arm64'],
      billed: false,
    });
  });

  it('interpolates on log scales between recorded sizes', async () => {
    const target = await replay(twoSizes);
    expect(await durations(await openAt(target, 128), 1)).toEqual([1000]);
    expect((await durations(await openAt(target, 256), 1))[0]).toBeCloseTo(500, 9);
    expect(await durations(await openAt(target, 512), 1)).toEqual([250]);
  });

  it.each([127, 513, 200.5, null])('refuses to go beyond what was recorded: %s MB', async (memoryMb) => {
    const failure = await failureOf(openAt(await replay(twoSizes), memoryMb));
    expect(failure.code).toBe('sandbox-failed');
    expect(failure.message).toContain('recorded from 128 to 512 MB');
  });

  it('starts each sandbox cold, with the recorded init', async () => {
    const target = await replay('memory_mb,duration_ms,init_ms\n128,100,300\n512,30,300\n');
    const [first, second] = await calls(await openAt(target, 200), 2);
    expect(first).toMatchObject({ cold: true, initMs: 300, outcome: 'ok' });
    expect(second).toMatchObject({ cold: false, initMs: null });
    expect((await calls(await openAt(target, 200), 1))[0]?.cold).toBe(true);
    expect((await calls(await openAt(await replay(twoSizes), 200), 1))[0]).toMatchObject({ cold: true, initMs: null });
  });

  it('runs out of memory below what the curve used, exactly', async () => {
    const target = await replay('memory_mb,duration_ms,max_memory_mb\n128,100,512\n1024,30,512\n');
    const [failed] = await calls(await openAt(target, 511), 1);
    expect(failed).toMatchObject({ outcome: 'oom', durationMs: null, error: { type: 'Runtime.OutOfMemory' } });
    expect((await calls(await openAt(target, 512), 1))[0]).toMatchObject({ outcome: 'ok', peakRssMb: 512 });
  });

  it('varies by the recorded spread and keeps the mean', async () => {
    const drawn = (await durations(await openAt(await replay(noisy), 128), 4000)).map((duration) => duration ?? 0);
    expect(mean(drawn) / 1000).toBeCloseTo(1, 1);
    expect(standardDeviation(drawn.map((duration) => Math.log(duration)))).toBeCloseTo(0.2, 1);
  });

  it('gives the same calls for the same seed, whatever else runs and in which order', async () => {
    const alone = await durations(await openAt(await replay(noisy), 512), 5);
    const target = await replay(noisy);
    const other = await openAt(target, 128);
    await durations(other, 3);
    const mixed = await openAt(target, 512);
    const first = await durations(mixed, 2);
    await durations(other, 4);
    expect([...first, ...(await durations(mixed, 3))]).toEqual(alone);
    expect(await durations(await openAt(await replay(noisy, 2), 512), 5)).not.toEqual(alone);
    expect(await durations(await openAt(target, 512), 5)).not.toEqual(alone);
  });

  it('lets virtual time pass and nobody wait', async () => {
    const [first, second] = await calls(await openAt(await replay(twoSizes), 128), 2);
    expect(first?.startedAtMs).toBe(1_000_000);
    expect(second?.startedAtMs).toBe(1_001_000);
    expect(second?.roundTripMs).toBe(second?.durationMs);
  });

  it('measures nothing that was not recorded', async () => {
    const [measurement] = await calls(await openAt(await replay(twoSizes), 128), 1);
    expect(measurement).toMatchObject({ cpuUserMs: null, cpuSystemMs: null, peakRssMb: null, gcMs: null, error: null });
  });

  it('stops when told to, and after closing', async () => {
    const sandbox = await openAt(await replay(twoSizes), 128);
    await expect(sandbox.invoke({ payload: '{}', eventName: null }, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    await sandbox.close();
    await expect(sandbox.invoke({ payload: '{}', eventName: null }, signal)).rejects.toMatchObject({ code: 'sandbox-failed' });
  });

  it('names its curves when asked for another', async () => {
    const target = await replay(twoSizes);
    const [fn] = await target.discover(signal);
    if (!fn) throw new Error('The target has no function');
    const failure = await failureOf(target.describe({ ...fn, id: 'template.yaml#Other', name: 'Other' }, signal));
    expect(failure.code).toBe('no-such-function');
    expect(failure.message).toContain('choose one of its curves: old');
  });
});

describe('a folder of recorded curves', () => {
  it('is read file by file, each file naming its curve', async () => {
    const path = await folderWith({ 'b.csv': twoSizes, 'a.csv': twoSizes, 'notes.txt': 'no curve' });
    const target = await createReplayTarget({ path, seed: 1, clock, log });
    expect((await target.discover(signal)).map((fn) => fn.name)).toEqual(['a', 'b']);
  });

  it('may not hold a curve twice', async () => {
    const csv = 'curve_id,memory_mb,duration_ms\nx,128,5\n';
    const path = await folderWith({ 'a.csv': csv, 'b.csv': csv });
    await expect(createReplayTarget({ path, seed: 1, clock, log })).rejects.toThrow('Curve "x" is in a.csv and in b.csv');
  });

  it.each([
    [{}, '', 'holds no CSV file'],
    [{}, 'missing.csv', 'cannot be read'],
    [{ 'a.csv': 'nonsense' }, '', 'a.csv line 1: there is no column memory_mb'],
  ])('gives one clear error for %j at "%s"', async (files: Record<string, string>, name, words) => {
    const path = join(await folderWith(files), name);
    const failure = await failureOf(createReplayTarget({ path, seed: 1, clock, log }));
    expect(failure.code).toBe('invalid-curve');
    expect(failure.message).toContain(words);
  });
});
