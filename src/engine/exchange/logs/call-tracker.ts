import type { LogEntry } from './entry.ts';
import type { Fact, Failure, Report } from './fact.ts';
import { type Ended, outcomeOf } from './outcome.ts';

/** One call that a log reports. Null: the log does not say. */
export type LoggedCall = Omit<Report, 'status' | 'errorType'> &
  Ended & {
    /** With init or restore before it, or in the middle of it. */
    cold: boolean;
    startedAtMs: number | null;
    /** `$LATEST` or the number of a published version. */
    version: string | null;
    /** The log stream, one per sandbox. */
    stream: string | null;
  };

/** Takes what a log says, in its order, and puts it together by call. */
export type CallTracker = {
  take(fact: Fact, entry: LogEntry): void;
  readonly calls: LoggedCall[];
  duplicates(): number;
  withoutReport(): number;
  unassigned(): number;
};

/** A call under way: what was said of it before its report. */
type Open = {
  startedAtMs: number | null;
  version: string | null;
  stream: string | null;
  failures: Failure[];
  done: { status: string; errorType: string | null } | null;
  initInCall: boolean;
};

/** The same request with other figures is a retry: an attempt of its own. */
function isSameAttempt(one: Report, other: LoggedCall): boolean {
  return (
    one.durationMs === other.durationMs &&
    one.billedMs === other.billedMs &&
    one.memoryMb === other.memoryMb &&
    one.peakMb === other.peakMb
  );
}

export function trackCalls(): CallTracker {
  const open = new Map<string, Open>();
  const openIn = new Map<string | null, Set<Open>>();
  /** The calls of each request: more than one where it was tried again. */
  const reported = new Map<string, LoggedCall[]>();
  const unreported = new Set<string>();
  const calls: LoggedCall[] = [];
  let duplicates = 0;
  let unassigned = 0;

  function mentioned(requestId: string): void {
    if (!reported.has(requestId)) unreported.add(requestId);
  }

  function opened(requestId: string, { atMs, stream }: LogEntry): Open {
    const known = open.get(requestId);
    if (known !== undefined) return known;
    mentioned(requestId);
    const call = newCall(atMs, stream);
    open.set(requestId, call);
    const inStream = openIn.get(stream);
    if (inStream === undefined) openIn.set(stream, new Set([call]));
    else inStream.add(call);
    return call;
  }

  function started({ requestId, version }: Extract<Fact, { kind: 'start' }>, entry: LogEntry): void {
    const call = opened(requestId, entry);
    call.version = version;
    call.startedAtMs = entry.atMs;
  }

  /** The only call under way in a stream; none where there are several, because the log names no streams. */
  function underWay({ stream }: LogEntry): Open | undefined {
    const candidates = openIn.get(stream);
    return candidates?.size === 1 ? candidates.values().next().value : undefined;
  }

  function failed(requestId: string | null, failure: Failure, entry: LogEntry): void {
    const call = (requestId === null ? undefined : open.get(requestId)) ?? underWay(entry);
    if (call !== undefined) call.failures.push(failure);
    else if (requestId !== null) opened(requestId, entry).failures.push(failure);
    else unassigned++;
  }

  function reportedAs(report: Report, entry: LogEntry): void {
    const { requestId } = report;
    const under = open.get(requestId);
    if (under !== undefined) {
      open.delete(requestId);
      openIn.get(under.stream)?.delete(under);
    }
    unreported.delete(requestId);
    const earlier = reported.get(requestId);
    if (earlier?.some((call) => isSameAttempt(report, call)) === true) {
      duplicates++;
      return;
    }
    const call = callOf(report, under, entry);
    calls.push(call);
    if (earlier === undefined) reported.set(requestId, [call]);
    else earlier.push(call);
  }

  function take(fact: Fact, entry: LogEntry): void {
    if (fact.kind === 'start') started(fact, entry);
    else if (fact.kind === 'end') mentioned(fact.requestId);
    else if (fact.kind === 'report') reportedAs(fact.report, entry);
    else if (fact.kind === 'done') opened(fact.requestId, entry).done = fact;
    else if (fact.kind === 'failure') failed(fact.requestId, fact.failure, entry);
    else if (fact.kind === 'init-in-call') Object.assign(underWay(entry) ?? {}, { initInCall: true });
    else if (fact.kind === 'trace') Object.assign(calls.at(-1) ?? {}, { startedAtMs: calls.at(-1)?.startedAtMs ?? fact.atMs });
  }

  return {
    take,
    calls,
    duplicates: () => duplicates,
    withoutReport: () => unreported.size,
    unassigned: () => unassigned,
  };
}

function newCall(startedAtMs: number | null, stream: string | null): Open {
  return { startedAtMs, version: null, stream, failures: [], done: null, initInCall: false };
}

function callOf(report: Report, call: Open | undefined, { atMs, stream }: LogEntry): LoggedCall {
  const { requestId, durationMs, billedMs, memoryMb, peakMb, initMs, restoreMs } = report;
  const status = report.status ?? call?.done?.status ?? null;
  const errorType = report.errorType ?? call?.done?.errorType ?? null;
  const ended = outcomeOf({ memoryMb, peakMb, status, errorType }, call?.failures ?? []);
  // Field by field, and not by spreading: a log may hold millions of calls.
  return {
    requestId,
    durationMs,
    billedMs,
    memoryMb,
    peakMb,
    initMs,
    restoreMs,
    outcome: ended.outcome,
    errorType: ended.errorType,
    message: ended.message,
    limitMs: ended.limitMs,
    cold: initMs !== null || restoreMs !== null || call?.initInCall === true,
    startedAtMs: call?.startedAtMs ?? (atMs === null ? null : atMs - durationMs),
    version: call?.version ?? null,
    stream: stream ?? call?.stream ?? null,
  };
}
