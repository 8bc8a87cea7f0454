import { describe, expect, it } from 'vitest';
import { PackedPoints, packPoints, RunPoints, unpackPoints } from '../../../src/protocol/trace-points.ts';
import { tracedRun } from '../../support/traces.ts';

describe('readings on their way to a page', () => {
  it('come out of JSON as they went in, also limits that are none', () => {
    const trace = tracedRun(50_000);
    trace.limit.values[0] = Infinity;
    const sent: unknown = JSON.parse(JSON.stringify(packPoints(trace)));
    expect(RunPoints.parse(unpackPoints(PackedPoints.parse(sent)))).toEqual(trace);
  });

  it('are a view of a larger buffer as well', () => {
    const trace = tracedRun(100);
    const part = { timeMs: trace.usage.timeMs.subarray(10, 20), values: trace.usage.values.subarray(10, 20) };
    const { usage } = unpackPoints(packPoints({ ...trace, usage: part }));
    expect(usage).toEqual(part);
  });

  it('are refused where a column is not whole', () => {
    const packed = packPoints(tracedRun(10));
    expect(() => unpackPoints({ ...packed, usage: { timeMs: btoa('abc'), values: '' } })).toThrow(RangeError);
  });
});
