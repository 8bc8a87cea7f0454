/** One call as the platform reports it. */
export type Reported = {
  requestId: string;
  version: string;
  memoryMb: number;
  durationMs: number;
  billedMs: number;
  usedMb: number;
  /** Null for a warm call. */
  initMs: number | null;
  status: 'success' | 'error' | 'timeout';
  errorType: string | null;
  /** What function and runtime printed. */
  output: readonly string[];
};

export type LogFormat = 'Text' | 'JSON';

/** The events of one call in the order in which they are logged. */
export function logLines(call: Reported, format: LogFormat, at: Date): string[] {
  return format === 'JSON' ? jsonLines(call, at) : textLines(call);
}

function textLines(call: Reported): string[] {
  const { requestId } = call;
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${call.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${call.billedMs} ms`,
    `Memory Size: ${call.memoryMb} MB`,
    `Max Memory Used: ${call.usedMb} MB`,
    ...(call.initMs === null ? [] : [`Init Duration: ${call.initMs.toFixed(2)} ms`]),
    ...(call.status === 'success' ? [] : [`Status: ${call.status}`]),
    ...(call.errorType === null ? [] : [`Error Type: ${call.errorType}`]),
  ];
  return [
    `START RequestId: ${requestId} Version: ${call.version}`,
    ...call.output,
    `END RequestId: ${requestId}`,
    `${fields.join('\t')}\t`,
  ];
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
