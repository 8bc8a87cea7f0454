import type { Fact, Failure, Report } from './fact.ts';

/** The request that a line names at its beginning, perhaps after its own time. */
const namedRequest = /^(?:\d{4}-\S+\s+)?(?:RequestId:\s*)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b/i;

/** The value of a field, and its unit where it has one. */
const fieldOf = (name: string): RegExp => new RegExp(`${name}:[ \\t]*(\\S+)(?:[ \\t]+(ms|MB)\\b)?`);
const reportFields = {
  duration: fieldOf(String.raw`(?<!Billed |Init |Restore )\bDuration`),
  billed: fieldOf(String.raw`\bBilled Duration`),
  memorySize: fieldOf(String.raw`\bMemory Size`),
  memoryUsed: fieldOf(String.raw`\bMax Memory Used`),
  init: fieldOf(String.raw`\bInit Duration`),
  restore: fieldOf(String.raw`(?<!Billed )\bRestore Duration`),
  status: fieldOf(String.raw`\bStatus`),
  errorType: fieldOf(String.raw`\bError Type`),
};

/** What a line of the text format says; null when it is the function's own output, or nothing that matters here. */
export function textFact(message: string): Fact | null {
  const report = message.search(/\bREPORT\s+RequestId:|^REPORT\b(?=.*Duration)/);
  if (report >= 0) return reportFact(message.slice(report));
  // JSON that is cut off, or spread over lines of which some are missing.
  if (/^[{"].*"platform\.report"/.test(message)) return { kind: 'unparsed', text: message };
  const start = /^START RequestId:\s*(\S+)(?:\s+Version:\s*(\S+))?/.exec(message);
  if (start?.[1] !== undefined) return { kind: 'start', requestId: start[1], version: start[2] ?? null };
  const end = /^END RequestId:\s*(\S+)/.exec(message);
  if (end?.[1] !== undefined) return { kind: 'end', requestId: end[1] };
  if (/^INIT_REPORT\b.*\bPhase:\s*invoke\b/.test(message)) return { kind: 'init-in-call' };
  if (message.startsWith('XRAY TraceId:')) return traceFact(message);
  const requestId = namedRequest.exec(message)?.[1] ?? null;
  const failure = (requestId === null ? null : endOf(message)) ?? failureOf(message);
  return failure === null ? null : { kind: 'failure', requestId, failure };
}

function reportFact(text: string): Fact {
  const requestId = /^REPORT\s+RequestId:\s*([\w-]+)/.exec(text)?.[1];
  const durationMs = amount(text, reportFields.duration, 'ms');
  const memoryMb = amount(text, reportFields.memorySize, 'MB');
  const billedMs = amount(text, reportFields.billed, 'ms');
  const peakMb = amount(text, reportFields.memoryUsed, 'MB');
  const initMs = amount(text, reportFields.init, 'ms');
  const restoreMs = amount(text, reportFields.restore, 'ms');
  const unread = billedMs === undefined || peakMb === undefined || initMs === undefined || restoreMs === undefined;
  if (requestId === undefined || typeof durationMs !== 'number' || !isSize(memoryMb) || unread) return { kind: 'unparsed', text };
  const status = reportFields.status.exec(text)?.[1] ?? null;
  const errorType = reportFields.errorType.exec(text)?.[1] ?? null;
  const report: Report = { requestId, durationMs, billedMs, memoryMb, peakMb, initMs, restoreMs, status, errorType };
  return { kind: 'report', report };
}

/** Null when a report has no such field; undefined when it is no number of that unit. */
function amount(text: string, field: RegExp, unit: 'ms' | 'MB'): number | null | undefined {
  const found = field.exec(text);
  if (found === null) return null;
  const [, value = ''] = found;
  return found[2] === unit && /^\d{1,12}(\.\d{1,12})?$/.test(value) ? Number(value) : undefined;
}

export function isSize(memoryMb: number | null | undefined): memoryMb is number {
  return typeof memoryMb === 'number' && Number.isInteger(memoryMb) && memoryMb > 0;
}

/** `Root=1-5e34a614-…`: the second part is the time at which the trace began, seconds in hexadecimal. */
function traceFact(message: string): Fact | null {
  const seconds = /\b1-([0-9a-f]{8})-[0-9a-f]{24}\b/i.exec(message)?.[1];
  return seconds === undefined ? null : { kind: 'trace', atMs: Number.parseInt(seconds, 16) * 1000 };
}

/** How the platform ended a call, on a line that names its request: another line may say the same of something else. */
function endOf(message: string): Failure | null {
  const timeout = /\bTask timed out after (\d{1,6}(?:\.\d{1,6})?) seconds/.exec(message)?.[1];
  if (timeout !== undefined) return { kind: 'timeout', limitMs: Number(timeout) * 1000 };
  const how = /\bRuntime exited with error: (signal: \w+|exit status \d+)/.exec(message)?.[1];
  if (how !== undefined) return { kind: 'exit', how };
  const ended = /\bRuntime exited without providing a reason|\bProcess exited before completing request/.test(message);
  return ended ? { kind: 'exit', how: 'no reason' } : null;
}

function failureOf(message: string): Failure | null {
  if (/JavaScript heap out of memory/.test(message)) return { kind: 'heap-full' };
  const errorType = errorTypeOf(message);
  return errorType === null ? null : { kind: 'error', errorType };
}

/**
 * The type of an error that ended a call, as the clients of Node and Python print it. A line that the function logged
 * itself at level ERROR is none: it may have been handled.
 */
function errorTypeOf(message: string): string | null {
  const node = /\bERROR\s+(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection)\s+(.*)/.exec(message)?.[1];
  if (node !== undefined) return /"errorType"\s*:\s*"([^"\s]{1,128})"/.exec(node)?.[1] ?? 'Error';
  // Python prints a tab and a time after the level of what was logged, and a space and the type of what was raised.
  return /^\[ERROR\] ([A-Za-z_][\w.]{0,127})(?::|\r|$)/.exec(message)?.[1] ?? null;
}
