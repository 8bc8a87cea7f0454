import { describe, expect, it } from 'vitest';
import type { Trace } from '../../../src/engine/studies/tracing/trace.ts';
import { figuresOf } from '../../../src/engine/studies/tracing/figures.ts';
import type { Attempt } from '../../../src/engine/targets/target.ts';
import type { FunctionInfo } from '../../../src/protocol/functions.ts';
import { functionOf, never, openTarget, send, useBaseImages, whyNoEngine } from '../../support/docker.ts';

useBaseImages();

type Traced = { traces: Trace[]; attempts: Attempt[]; lines: string[]; readings: number };

async function trace(fn: FunctionInfo, { memoryMb = 512, calls = 1 } = {}): Promise<Traced> {
  const traces: Trace[] = [];
  let readings = 0;
  const tracing = { onReading: () => void (readings += 1), onTrace: (one: Trace) => void traces.push(one) };
  const request = { function: fn, memoryMb, architecture: 'x86_64' } as const;
  const opened = await openTarget().openTraced?.(request, tracing, never);
  if (opened === undefined) throw new Error('Docker can trace');
  const attempts: Attempt[] = [];
  for (let i = 0; i < calls; i++) attempts.push(await send(opened.sandbox));
  await opened.sandbox.close();
  return { traces, attempts, lines: opened.sandbox.logs().map(({ stream, text }) => `${stream}: ${text}`), readings };
}

describe.skipIf(whyNoEngine !== null)('the memory of a function in Docker', () => {
  it('is read from before its init to its end, beside the container’s own init, with its calls', async () => {
    const { traces, attempts, readings } = await trace(functionOf('node', 'work.js', 'collects'), { calls: 2 });
    expect(attempts.map(({ measurement }) => measurement.outcome)).toEqual(['ok', 'ok']);
    expect(traces).toHaveLength(1);
    const [run] = traces;
    if (run === undefined) return;
    expect(run.phases.map(({ name }) => name)).toEqual(['init', 'invoke', 'invoke']);
    const [init, first, second] = run.phases;
    expect(init?.startMs).toBe(0);
    expect(first?.startMs).toBeGreaterThanOrEqual(init?.endMs ?? Infinity);
    expect(second?.startMs).toBeGreaterThanOrEqual(first?.endMs ?? Infinity);
    expect(run.endMs).toBeGreaterThanOrEqual(second?.endMs ?? Infinity);
    expect(new Set(run.phases.map(({ requestId }) => requestId)).size).toBe(3);
    expect(run.ending.isOom).toBe(false);
    const { anonymousPeakMb, lost, firstSampleMs } = figuresOf(run);
    expect(anonymousPeakMb).toBeGreaterThan(15);
    expect(lost).toBe(0);
    expect(firstSampleMs).toBeLessThan(50);
    expect(run.limit.values.every((bytes) => bytes === 512 * 2 ** 20)).toBe(true);
    expect(readings).toBeGreaterThan(0);
  });

  it('leaves its output as it is', async () => {
    const { lines } = await trace(functionOf('node', 'output.js', 'lines'));
    expect(lines.toSorted()).toEqual(['stderr: to stderr', 'stdout: first ✓', 'stdout: no line end']);
  });

  it('is told of a function that runs out of it, too', async () => {
    const { traces, attempts } = await trace(functionOf('node', 'faults.js', 'fillsBuffers'), { memoryMb: 256 });
    expect(attempts[0]?.measurement.outcome).toBe('oom');
    expect(traces[0]?.ending.isOom).toBe(true);
    expect(figuresOf(traces[0] as Trace).peakMb).toBeGreaterThan(230);
  });

  it('is read in Python', async () => {
    const { traces, attempts } = await trace(functionOf('python', 'basic.py', 'handler'));
    expect(attempts[0]?.measurement.outcome).toBe('ok');
    expect(traces[0]?.phases.map(({ name }) => name)).toEqual(['init', 'invoke']);
  });
});
