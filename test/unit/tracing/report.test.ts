import { describe, expect, it } from 'vitest';
import { providerPrices } from '../../../src/engine/pricing/providers/table.ts';
import { traceReport } from '../../../src/engine/studies/tracing/report.ts';
import { curveOf, type Trace } from '../../../src/engine/studies/tracing/trace.ts';
import { TraceReport } from '../../../src/protocol/tracing.ts';
import { curveEvery, reference, referencePeakBytes, traceOf } from './traces.ts';

/** The reference run with the peak that was truly read. */
const usage = curveOf(
  Array.from(reference.timeMs, (timeMs, i): [number, number] => [
    timeMs,
    Math.max(reference.values[i] ?? 0, timeMs === 3200 ? referencePeakBytes : 0),
  ]),
);

function report(traces: readonly Trace[], more: Partial<Parameters<typeof traceReport>[0]> = {}): TraceReport {
  return traceReport({
    subject: 'resizer',
    createdAtMs: 0,
    probe: { kind: 'wrapper', samples_per_s: 1000, error: '', passed_over: [] },
    traces,
    prices: providerPrices,
    provider: 'aws-x86',
    ...more,
  });
}

describe('the report of the reference run', () => {
  const made = report([traceOf(usage)], { hull: { binMs: 100, margin: 0, delayMs: 200 } });

  it('is what the schema says', () => {
    expect(TraceReport.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
  });

  it('has its costs to the cent under the rule of 2020 and today’s', () => {
    const costs = Object.fromEntries(made.cost.map((row) => [row.provider, row.cost_per_million_usd.toFixed(2)]));
    expect(costs).toEqual({
      'aws-x86': '46.21',
      'aws-arm64': '37.01',
      'google-run': '96.19',
      'google-1': '61.45',
      'azure-consumption': '34.84',
      'azure-flex': '192.60',
      'ibm-code-engine': '44.86',
      'aws-2020': '50.30',
    });
  });

  it('says where the bill goes', () => {
    const { used = 0, temporal = 0, init, headroom } = made.waste ?? {};
    expect(used).toBeCloseTo(0.631, 3);
    expect(temporal).toBeCloseTo(0.368, 3);
    expect([init, headroom]).toEqual([0, 0]);
  });

  it('proves its limits by replay', () => {
    expect(made.hull).toMatchObject({ static_mb: 774, look_ahead_ms: 300, violation_ms: 0, proven: true });
    expect(made.hull?.reserved_share).toBeCloseTo(0.78, 1);
  });
});

describe('a report of several runs', () => {
  it('bills the size that the largest of them needs', () => {
    const made = report([traceOf(curveEvery(100, [100, 200])), traceOf(curveEvery(100, [100, 300]))]);
    expect(made.cost.find(({ provider }) => provider === 'aws-x86')?.memory_mb).toBe(300);
    expect(made.runs.map((run) => run.peak_mb)).toEqual([200, 300]);
  });

  it('shows a run that ran out of memory, and does not bill it', () => {
    const failed = traceOf(curveEvery(100, [100, 512]), { ending: { exitCode: null, signal: 9, isOom: true } });
    const made = report([failed]);
    expect(made.runs[0]).toMatchObject({ oom: true, exit: null, signal: 9 });
    expect([made.cost, made.waste]).toEqual([[], null]);
  });

  it('leaves out providers that have no size so large', () => {
    const made = report([traceOf(curveEvery(100, [100, 3500]))]);
    expect(made.cost.map(({ provider }) => provider)).not.toContain('azure-consumption');
    expect(made.cost.map(({ provider }) => provider)).toContain('ibm-code-engine');
  });
});
