import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../../../src/engine/create-engine.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { TraceReading } from '../../../src/engine/trace-function.ts';
import { bytesInMb, largest } from '../../../src/engine/studies/tracing/trace.ts';
import { containersOf, images, never, useBaseImages, whyNoEngine } from '../../support/docker.ts';

useBaseImages();

const template = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Grow:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, Handler: app.handler, MemorySize: 256, Timeout: 20 }
`;

/** Holds 4 MB more each 20 ms, as many times as its event says. */
const grows = `exports.handler = async ({ steps = 15 }) => {
  const kept = [];
  for (let i = 0; i < steps; i++) {
    kept.push(Buffer.alloc(4e6, 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return kept.length;
};`;

async function open(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-trace-'));
  await writeFile(join(folder, 'template.yaml'), template);
  await writeFile(join(folder, 'app.js'), grows);
  const settings = { storePath: 'samples.db', nodePath: '', pythonPath: '', images: { '*': images.node } };
  const engine = createEngine({ folder, settings, log: { log: () => {} }, onOutput: () => {} });
  onTestFinished(async () => {
    await engine[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  return engine;
}

const request = { function: 'Grow', target: 'docker', event: null, runs: 1 };

describe.skipIf(whyNoEngine !== null && process.env['CI'] === undefined)('tracing a function', () => {
  it('keeps its memory over time, from the start of its container to its answer', async () => {
    const engine = await open();
    const readings: TraceReading[] = [];
    const hooks = { onProgress: () => {}, onReading: (reading: TraceReading) => void readings.push(reading) };
    const { runId, report } = await engine.trace({ ...request, runs: 2 }, never, hooks);

    expect(report.runs).toHaveLength(2);
    const [run] = report.runs;
    // 60 MB in the call, on top of what Node itself needs; less than the size.
    expect(run?.peak_mb).toBeGreaterThan(60);
    expect(run?.peak_mb).toBeLessThan(256);
    expect(run?.phases?.map(({ name }) => name)).toEqual(['init', 'invoke']);
    const invoke = run?.phases?.[1];
    expect((invoke?.end_ms ?? 0) - (invoke?.start_ms ?? 0)).toBeGreaterThanOrEqual(300);
    expect(report.waste?.provider).toBe('aws-x86');
    expect(new Set(readings.map((reading) => reading.run))).toEqual(new Set([0, 1]));

    // What is stored is what was said.
    expect(engine.traceReport(runId)).toEqual({ report, target: 'docker', functionId: 'template.yaml#Grow' });
    const points = engine.tracePoints(runId, 0, null);
    expect(points.usage.values).toHaveLength(run?.samples ?? 0);
    expect((largest(points.usage) ?? 0) / bytesInMb).toBeCloseTo(run?.peak_mb ?? 0, 6);
    expect(points.limit.values[0]).toBe(256 * bytesInMb);
    const few = engine.tracePoints(runId, 0, 50);
    expect(few.usage.values.length).toBeLessThanOrEqual(104);
    expect(largest(few.usage)).toBe(largest(points.usage));
    expect(engine.store().runs(1)).toMatchObject([{ study: 'tracing', status: 'done', hasReport: false, samples: 2 }]);
    expect(await containersOf(process.pid)).toEqual([]);
  });

  it('says when the function needs more memory than it has, and bills nothing', async () => {
    const engine = await open();
    const event = { text: '{"steps":120}' };
    const { report } = await engine.trace({ ...request, event }, never, { onProgress: () => {}, onReading: () => {} });
    expect(report.runs[0]?.oom).toBe(true);
    expect(report.cost).toEqual([]);
    expect(report.waste).toBeNull();
  });

  it('ends when it is cancelled, and leaves no container', async () => {
    const engine = await open();
    const cancel = new AbortController();
    const hooks = { onProgress: () => {}, onReading: () => cancel.abort() };
    await expect(engine.trace(request, cancel.signal, hooks)).rejects.toMatchObject({ code: 'cancelled' });
    expect(engine.store().runs(1)).toMatchObject([{ study: 'tracing', status: 'cancelled' }]);
    expect(await containersOf(process.pid)).toEqual([]);
  });

  it('is refused where there are no containers, and without a trace', async () => {
    const engine = await open();
    const hooks = { onProgress: () => {}, onReading: () => {} };
    await expect(engine.trace({ ...request, target: 'process' }, never, hooks)).rejects.toMatchObject({ code: 'no-such-target' });
    expect(() => engine.traceReport('none')).toThrow('There is no trace of run "none"');
  });
});
