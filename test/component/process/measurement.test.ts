import { describe, expect, it } from 'vitest';
import { Measurement } from '../../../src/protocol/samples.ts';
import { functionOf, openSandbox, send } from './support.ts';

const languages = [
  ['node', 'work.js'],
  ['python', 'work.py'],
] as const;

describe('a measurement', () => {
  it.for(languages)('tells work from waiting: %s', async ([language, file]) => {
    const works = await openSandbox(functionOf(language, file, 'burns'));
    await send(works, { ms: 1 });
    const busy = (await send(works, { ms: 120 })).measurement;
    const busyCpu = (busy.cpuUserMs ?? 0) + (busy.cpuSystemMs ?? 0);
    expect(busyCpu).toBeGreaterThanOrEqual(119);
    expect(busyCpu).toBeLessThan(400);
    // CPU time is that of all threads: what the compiler and the collector do beside the handler takes no time of its own.
    expect(busy.durationMs).toBeGreaterThan(40);

    const waits = await openSandbox(functionOf(language, file, 'sleeps'));
    await send(waits, { ms: 1 });
    const idle = (await send(waits, { ms: 150 })).measurement;
    expect(idle.durationMs).toBeGreaterThanOrEqual(149);
    expect((idle.cpuUserMs ?? 0) + (idle.cpuSystemMs ?? 0)).toBeLessThan(100);
    expect(idle.voluntarySwitches).toBeGreaterThan(0);
  });

  it.for(languages)('has the peak memory of the sandbox, not of its parent: %s', async ([language, file]) => {
    const ballast = Buffer.alloc(300 * 2 ** 20, 1);
    const sandbox = await openSandbox(functionOf(language, file, 'allocates'));
    const small = (await send(sandbox, { mb: 1 })).measurement;
    expect(small.peakRssMb).toBeGreaterThan(5);
    expect(small.peakRssMb).toBeLessThan(150);
    const large = (await send(sandbox, { mb: 200 })).measurement;
    expect(large.peakRssMb).toBeGreaterThan(200);
    expect(large.minorFaults).toBeGreaterThan(100);
    const after = (await send(sandbox, { mb: 1 })).measurement;
    expect(after.peakRssMb).toBeGreaterThanOrEqual(large.peakRssMb ?? 0);
    expect(ballast.length).toBe(300 * 2 ** 20);
  });

  it('counts garbage collection and event-loop use in Node', async () => {
    const collects = await openSandbox(functionOf('node', 'work.js', 'collects'));
    const { measurement } = await send(collects);
    expect(measurement.gcMs).toBeGreaterThan(0);
    expect(measurement.gcMs).toBeLessThan(measurement.durationMs ?? 0);
    expect(measurement.eventLoopUtilization).toBeGreaterThan(0.8);
    const waits = await openSandbox(functionOf('node', 'work.js', 'sleeps'));
    await send(waits, { ms: 1 });
    const idle = (await send(waits, { ms: 200 })).measurement;
    expect(idle.gcMs).toBeLessThan(50);
    expect(idle.eventLoopUtilization).toBeLessThan(0.5);
  });

  it.for(languages)('is by the protocol, and null where a platform does not tell: %s', async ([language, file]) => {
    const sandbox = await openSandbox(functionOf(language, file, 'sleeps'));
    const { measurement } = await send(sandbox, { ms: 1 });
    expect(Measurement.parse(measurement)).toEqual(measurement);
    expect(measurement.eventLoopUtilization === null).toBe(language === 'python');
  });
});
