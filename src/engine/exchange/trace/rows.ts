import type { Curve, Trace } from '../../studies/tracing/trace.ts';

/** All that was read at one moment; bytes, null where that was not read then. */
export type TraceRow = {
  timeMs: number;
  usage: number | null;
  workingSet: number | null;
  anonymous: number | null;
  file: number | null;
  /** `Infinity` where there was no limit. */
  limit: number | null;
  /** CPU time, ms. */
  cpu: number | null;
  requestId: string | null;
};

const names = ['usage', 'workingSet', 'anonymous', 'file', 'limit', 'cpu'] as const;

/** The curves of a run side by side, a row for each moment at which anything was read. */
export function* rowsOf(trace: Trace): Generator<TraceRow> {
  const calls = trace.phases.filter(({ name }) => name === 'invoke');
  const at: Record<(typeof names)[number], number> = { usage: 0, workingSet: 0, anonymous: 0, file: 0, limit: 0, cpu: 0 };
  const next = (curve: Curve, index: number): number => curve.timeMs[index] ?? Infinity;
  for (;;) {
    const timeMs = names.reduce((least, name) => Math.min(least, next(trace[name], at[name])), Infinity);
    if (timeMs === Infinity) return;
    const take = (name: (typeof names)[number]): number | null => {
      if (next(trace[name], at[name]) !== timeMs) return null;
      at[name] += 1;
      return trace[name].values[at[name] - 1] ?? null;
    };
    const call = calls.find(({ startMs, endMs }) => timeMs >= startMs && timeMs <= endMs);
    yield {
      timeMs,
      usage: take('usage'),
      workingSet: take('workingSet'),
      anonymous: take('anonymous'),
      file: take('file'),
      limit: take('limit'),
      cpu: take('cpu'),
      requestId: call?.requestId ?? null,
    };
  }
}
