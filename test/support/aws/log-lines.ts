import { type Reported, reportLines } from '../../../src/engine/serve/report-lines.ts';

export type { Reported } from '../../../src/engine/serve/report-lines.ts';

export type LogFormat = 'Text' | 'JSON';

/** The events of one call in the order in which they are logged. */
export function logLines(call: Reported, format: LogFormat, at: Date): string[] {
  return format === 'JSON' ? jsonLines(call, at) : reportLines(call);
}

function jsonLines(call: Reported, at: Date): string[] {
  const { requestId, version, status, errorType } = call;
  const time = at.toISOString();
  const metrics = {
    durationMs: call.durationMs,
    billedDurationMs: call.billedMs,
    memorySizeMB: call.memoryMb,
    maxMemoryUsedMB: call.usedMb,
    ...(call.initMs !== null && { initDurationMs: call.initMs }),
  };
  const event = (type: string, record: Record<string, unknown>): string => JSON.stringify({ time, type, record });
  const ending = { status, ...(errorType !== null && { errorType }) };
  return [
    event('platform.start', { requestId, version }),
    ...call.output.map((message) => JSON.stringify({ timestamp: time, level: 'INFO', requestId, message })),
    event('platform.runtimeDone', { requestId, ...ending, metrics: { durationMs: call.durationMs } }),
    event('platform.report', { requestId, metrics, ...ending }),
  ];
}
