/** One call as the platform reports it. */
export type Reported = {
  requestId: string;
  version: string;
  memoryMb: number;
  durationMs: number;
  /** Billed with it, init included. */
  billedMs: number;
  usedMb: number | null;
  /** Null for a warm call. */
  initMs: number | null;
  status: 'success' | 'error' | 'timeout';
  errorType: string | null;
  /** What function and runtime printed. */
  output: readonly string[];
};

/** The lines that AWS Lambda logs of a call in its text format, so that whoever parses those can parse these. */
export function reportLines(call: Reported): string[] {
  const { requestId, usedMb, initMs } = call;
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${call.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${call.billedMs} ms`,
    `Memory Size: ${call.memoryMb} MB`,
    ...(usedMb === null ? [] : [`Max Memory Used: ${usedMb} MB`]),
    ...(initMs === null ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
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
