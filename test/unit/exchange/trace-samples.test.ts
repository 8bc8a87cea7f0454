import { describe, expect, it } from 'vitest';
import { openMetrics } from '../../../src/engine/exchange/trace/openmetrics.ts';
import { samplesCsv, samplesNdjson } from '../../../src/engine/exchange/trace/samples.ts';
import { curveOf, type Trace } from '../../../src/engine/studies/tracing/trace.ts';
import { traceOf } from '../tracing/traces.ts';

const run: Trace = traceOf(
  curveOf([
    [0, 1000],
    [1.0004, 5000],
  ]),
  {
    startedAtMs: 1_795_212_919_000,
    workingSet: curveOf([[0, 900]]),
    anonymous: curveOf([[0, 800]]),
    limit: curveOf([
      [0, Infinity],
      [2, 8192],
    ]),
    cpu: curveOf([[2, 1.5]]),
    phases: [{ name: 'invoke', requestId: 'r-1', startMs: 1, endMs: 1.5 }],
  },
);

describe('readings of a run', () => {
  it('as NDJSON', () => {
    const lines = [...samplesNdjson(run)].map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      { v: 1, probe: 'wrapper', hz: 1000, startedAt: '2026-11-20T22:15:19.000Z' },
      { t: 0, u: 1000, ws: 900, a: 800, l: null },
      { t: 1, u: 5000, inv: 'r-1' },
      { t: 2, l: 8192, cpu: 1.5 },
    ]);
  });

  it('as CSV', () => {
    expect([...samplesCsv(run)].slice(1)).toEqual(['0,1000,900,800,,,,\r\n', '1.0004,5000,,,,,,r-1\r\n', '2,,,,,8192,1.5,\r\n']);
  });

  it('as OpenMetrics: families whole, times in s, an end mark', () => {
    const text = [...openMetrics([run, run])].join('');
    expect(text).toContain('# TYPE reef_memory_usage_bytes gauge\n# UNIT reef_memory_usage_bytes bytes\n');
    expect(text).toContain(
      'reef_memory_usage_bytes{run="1"} 5000 1795212919.001000\nreef_memory_usage_bytes{run="2"} 1000 1795212919.000000\n',
    );
    expect(text).toContain('reef_memory_limit_bytes{run="1"} +Inf 1795212919.000000\n');
    expect(text).toContain('reef_cpu_seconds_total{run="1"} 0.0015 1795212919.002000\n');
    expect(text.endsWith('# EOF\n')).toBe(true);
  });
});
