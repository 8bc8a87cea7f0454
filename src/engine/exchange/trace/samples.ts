import type { Trace } from '../../studies/tracing/trace.ts';
import { rowsOf, type TraceRow } from './rows.ts';

/** Readings as text, in pieces that end with a line break: a million of them need not be in memory at once. */

const version = 1;

/**
 * NDJSON: a header, then a line a moment: `t` ms since the start, `u` usage, `ws` working set, `a` anonymous, `f` file cache,
 * `l` limit (bytes; null without one), `cpu` ms, `inv` request id. What was not read then is left out.
 */
export function* samplesNdjson(trace: Trace): Generator<string> {
  const { probe, periodMs, startedAtMs } = trace;
  const header = { v: version, probe, hz: Math.round(1000 / periodMs), startedAt: new Date(startedAtMs).toISOString() };
  yield `${JSON.stringify(header)}\n`;
  for (const row of rowsOf(trace)) yield `${JSON.stringify(fieldsOf(row))}\n`;
}

function fieldsOf({ timeMs, usage, workingSet, anonymous, file, limit, cpu, requestId }: TraceRow): Record<string, unknown> {
  return {
    t: Number(timeMs.toFixed(3)),
    ...(usage !== null && { u: usage }),
    ...(workingSet !== null && { ws: workingSet }),
    ...(anonymous !== null && { a: anonymous }),
    ...(file !== null && { f: file }),
    ...(limit !== null && { l: limit === Infinity ? null : limit }),
    ...(cpu !== null && { cpu: Number(cpu.toFixed(3)) }),
    ...(requestId !== null && { inv: requestId }),
  };
}

const columns = [
  't_ms',
  'usage_bytes',
  'working_set_bytes',
  'anonymous_bytes',
  'file_bytes',
  'limit_bytes',
  'cpu_ms',
  'request_id',
];

/** CSV (RFC 4180) with a header; a cell is empty where that was not read then, or where there was no limit. */
export function* samplesCsv(trace: Trace): Generator<string> {
  yield `${columns.join(',')}\r\n`;
  for (const row of rowsOf(trace)) {
    const limit = row.limit === Infinity ? null : row.limit;
    const cells = [row.timeMs, row.usage, row.workingSet, row.anonymous, row.file, limit, row.cpu, row.requestId];
    yield `${cells.map((cell) => cell ?? '').join(',')}\r\n`;
  }
}
