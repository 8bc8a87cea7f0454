import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TracerReader } from '../../../src/engine/runtime/tracer/frames.ts';
import { TraceGatherer } from '../../../src/engine/runtime/tracer/gather.ts';

const unknown = 2n ** 64n - 1n;
const ms = (time: number): bigint => BigInt(Math.round(time * 1e6));

function frame(type: number, numbers: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(4 + 8 * numbers.length);
  bytes.writeUInt16LE(type, 0);
  bytes.writeUInt16LE(8 * numbers.length, 2);
  for (const [i, number] of numbers.entries()) bytes.writeBigUInt64LE(number, 4 + 8 * i);
  return bytes;
}

const detail = (timeMs: number, ...numbers: bigint[]): Buffer => frame(3, [ms(timeMs), ...numbers]);
const stream = Buffer.concat([
  Buffer.from('REEFMEM1'),
  frame(1, [1n, ms(1), ms(1_000_000)]),
  frame(2, [ms(0), 1000n, ms(1), 5000n]),
  detail(1, 5000n, 3000n, 1500n, 500n, 1000n, 2n ** 63n - 4096n, ms(7), 9000n),
  Buffer.from([4, 0, 3, 0, ...Buffer.from('é!')]),
  frame(2, [ms(2), 4000n]),
  detail(3, 4000n, unknown, unknown, unknown, unknown, 8192n, unknown, 9500n),
  frame(5, [ms(3), 1n, 9n, 1n, 2n, 0n, ms(0.5)]),
]);

function read(chunks: readonly Buffer[], startedAtMs?: number): { gatherer: TraceGatherer; stderr: string; trace: object } {
  const stderr: Buffer[] = [];
  const gatherer = new TraceGatherer((bytes) => stderr.push(bytes));
  const reader = new TracerReader(gatherer);
  for (const chunk of chunks) reader.push(chunk);
  const trace = gatherer.trace('wrapper', { isOom: false, phases: [], ...(startedAtMs !== undefined && { startedAtMs }) });
  return { gatherer, stderr: Buffer.concat(stderr).toString(), trace };
}

const numbers = (trace: object): unknown =>
  JSON.parse(JSON.stringify(trace, (_key, value: unknown) => (value instanceof Float64Array ? [...value] : value)));

describe('the stream of the tracer', () => {
  it('becomes a trace', () => {
    const { trace, stderr, gatherer } = read([stream]);
    expect(stderr).toBe('é!');
    expect(gatherer.source).toBe('cgroup-v1');
    expect(numbers(trace)).toMatchObject({
      startedAtMs: 1_000_000,
      periodMs: 1,
      usage: { timeMs: [0, 1, 2], values: [1000, 5000, 4000] },
      workingSet: { timeMs: [1], values: [4000] },
      anonymous: { values: [3000] },
      file: { values: [1000] },
      limit: { timeMs: [1, 3], values: [null, 8192] },
      cpu: { values: [7] },
      kernelPeakBytes: 9500,
      endMs: 3,
      ending: { exitCode: null, signal: 9, isOom: true },
      missed: 2,
      probeCpuMs: 0.5,
    });
  });

  it('may be cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        const chunks = edges.slice(1).map((edge, i) => stream.subarray(edges[i], edge));
        const whole = read([stream]);
        const parts = read(chunks);
        expect([numbers(parts.trace), parts.stderr]).toEqual([numbers(whole.trace), whole.stderr]);
      }),
    );
  });

  it('loses what was read before the container started', () => {
    const { trace } = read([stream], 1_000_001.5);
    expect(numbers(trace)).toMatchObject({ startedAtMs: 1_000_001.5, usage: { timeMs: [0.5], values: [4000] }, endMs: 1.5 });
  });

  it('of another program is refused in one sentence', () => {
    expect(() => read([Buffer.from('sh: 1: /tracer: not found\n')])).toThrow(
      'The memory tracer did not start as it should, another program answered: sh: 1: /tracer: not found',
    );
  });

  it('tells how far the clock of the engine is behind, by the quickest of its pieces', () => {
    const { gatherer } = read([stream]);
    expect(gatherer.clockAheadMs).toBeNull();
    for (const nowMs of [1_000_052, 1_000_012, 1_000_030]) gatherer.heard(nowMs);
    expect(gatherer.clockAheadMs).toBe(10);
  });

  it('that is empty is a trace without readings', () => {
    expect(numbers(read([]).trace)).toMatchObject({ usage: { timeMs: [] }, kernelPeakBytes: null, endMs: 0 });
  });
});
