import * as z from 'zod/mini';
import type { PlatformEvent } from './entry.ts';
import type { Fact } from './fact.ts';
import { isSize } from './text-fact.ts';

const Amount = z.number().check(z.minimum(0));
const optionalAmount = z.nullish(Amount);
const optionalText = z.nullish(z.string());

/** Events of Lambda's JSON log format, which are those of its Telemetry API. Only what Reef reads; the rest may be anything. */
const ReportRecord = z.object({
  requestId: z.string(),
  metrics: z.object({
    durationMs: Amount,
    memorySizeMB: z.int(),
    billedDurationMs: optionalAmount,
    maxMemoryUsedMB: optionalAmount,
    initDurationMs: optionalAmount,
    restoreDurationMs: optionalAmount,
  }),
  status: optionalText,
  errorType: optionalText,
});
const DoneRecord = z.object({ requestId: z.string(), status: z.string(), errorType: optionalText });
const StartRecord = z.object({ requestId: z.string(), version: optionalText });
const InitRecord = z.object({ phase: z.literal('invoke') });

/** What a `platform.` event says; null when it is none of those that matter here, or not as they are. */
export function jsonFact({ type, record }: PlatformEvent): Fact | null {
  if (type === 'platform.report') return reportFact(record);
  if (type === 'platform.start') {
    const start = StartRecord.safeParse(record);
    return start.success ? { kind: 'start', requestId: start.data.requestId, version: start.data.version ?? null } : null;
  }
  if (type === 'platform.runtimeDone') {
    const done = DoneRecord.safeParse(record);
    if (!done.success) return null;
    const { requestId, status, errorType } = done.data;
    return { kind: 'done', requestId, status, errorType: errorType ?? null };
  }
  return type === 'platform.initReport' && InitRecord.safeParse(record).success ? { kind: 'init-in-call' } : null;
}

function reportFact(record: unknown): Fact | null {
  const parsed = ReportRecord.safeParse(record);
  if (!parsed.success || !isSize(parsed.data.metrics.memorySizeMB)) return null;
  const { requestId, metrics, status, errorType } = parsed.data;
  return {
    kind: 'report',
    report: {
      requestId,
      durationMs: metrics.durationMs,
      billedMs: metrics.billedDurationMs ?? null,
      memoryMb: metrics.memorySizeMB,
      peakMb: metrics.maxMemoryUsedMB ?? null,
      initMs: metrics.initDurationMs ?? null,
      restoreMs: metrics.restoreDurationMs ?? null,
      status: status ?? null,
      errorType: errorType ?? null,
    },
  };
}
