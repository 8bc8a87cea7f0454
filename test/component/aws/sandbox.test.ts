import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { never, skipped, useAws } from './support.ts';

const aws = useAws();
const invocation = { payload: '{"n":1}', eventName: null };

describe.skipIf(skipped !== null)('a function on AWS', () => {
  it('is called at a size through a published version, and is as before afterwards', async () => {
    await aws.deploy('Sized', { durationMs: (memoryMb) => 1_000_000 / memoryMb, usedMb: 90 });
    const before = await aws.state('Sized');
    const target = await aws.target();
    const fn = await target.find('Sized');
    expect(fn).toMatchObject({ name: 'Sized', source: 'deployed', memoryMb: 512, environment: {} });
    const sandbox = await target.open({ function: fn, memoryMb: 1000, architecture: 'x86_64' }, never);
    const first = await sandbox.invoke(invocation, never);
    expect(first.measurement).toMatchObject({ outcome: 'ok', cold: true, durationMs: 1000, initMs: 120, peakRssMb: 90 });
    const second = await sandbox.invoke(invocation, never);
    expect(second.measurement).toMatchObject({ outcome: 'ok', cold: false, durationMs: 1000, initMs: null });
    expect(second).toMatchObject({ sandboxId: first.sandboxId, sandboxSequence: 1 });
    await sandbox.close();
    await target[Symbol.asyncDispose]();
    expect(await aws.state('Sized')).toBe(before);
    expect(await readdir(target.journals)).toEqual([]);
  });
});
