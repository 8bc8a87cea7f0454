import { expect, it } from 'vitest';
import { figuresOf } from '../../../src/engine/studies/tracing/figures.ts';
import type { Trace } from '../../../src/engine/studies/tracing/trace.ts';
import { functionOf, never, openTarget, send } from './support.ts';

// Elsewhere the memory of a process is not told.
const isLinux = process.platform === 'linux';

function tracingInto(traces: Trace[]) {
  return { onReading: () => {}, onTrace: (one: Trace) => void traces.push(one) };
}

const request = (file: string, symbol: string) =>
  ({ function: functionOf('node', file, symbol), memoryMb: null, architecture: 'x86_64' }) as const;

it.skipIf(!isLinux)('a function on this machine is traced with its calls, and its output left as it is', async () => {
  const traces: Trace[] = [];
  const opened = await openTarget().openTraced?.(request('output.js', 'lines'), tracingInto(traces), never);
  if (opened === undefined) throw new Error('processes can be traced');
  const { sandbox } = opened;
  for (let i = 0; i < 2; i++) expect((await send(sandbox)).measurement.outcome).toBe('ok');
  await sandbox.close();
  expect(traces).toHaveLength(1);
  expect(traces[0]?.phases.map(({ name }) => name)).toEqual(['init', 'invoke', 'invoke']);
  expect(figuresOf(traces[0] as Trace).peakMb).toBeGreaterThan(30);
  const lines = sandbox.logs().map(({ stream, text }) => `${stream}: ${text}`);
  expect(lines.toSorted()).toEqual([
    'stderr: to stderr',
    'stderr: to stderr',
    'stdout: first ✓',
    'stdout: first ✓',
    'stdout: no line end',
    'stdout: no line end',
  ]);
});

it.skipIf(!isLinux)('a traced function that takes all memory is still stopped', async () => {
  const traces: Trace[] = [];
  const target = openTarget({ memoryCapMb: 200 });
  const opened = await target.openTraced?.(request('faults.js', 'fillsBuffers'), tracingInto(traces), never);
  const attempt = opened === undefined ? undefined : await send(opened.sandbox);
  expect(attempt?.measurement.outcome).toBe('oom');
  await opened?.sandbox.close();
  expect(traces[0]?.ending.isOom).toBe(true);
});
