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

export function trackCalls(): CallTracker {
  const open = new Map<string, Open>();
  const openIn = new Map<string | null, Set<Open>>();
  const mentioned = new Set<string>();
  const reported = new Set<string>();
  const seen = new Set<string>();
  const calls: LoggedCall[] = [];
  let duplicates = 0;
  let unassigned = 0;

  function opened(requestId: string, { atMs, stream }: LogEntry): Open {
    mentioned.add(requestId);
    const known = open.get(requestId);
    if (known !== undefined) return known;
    const call = newCall(atMs, stream);
    open.set(requestId, call);
    openIn.set(stream, (openIn.get(stream) ?? new Set()).add(call));
    return call;
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
    const { requestId, durationMs, billedMs, memoryMb, peakMb } = report;
    const call = open.get(requestId);
    open.delete(requestId);
    if (call !== undefined) openIn.get(call.stream)?.delete(call);
    reported.add(requestId);
    // The same request with other figures is a retry: an attempt of its own.
    const key = JSON.stringify([requestId, durationMs, billedMs, memoryMb, peakMb]);
    if (seen.has(key)) duplicates++;
    else calls.push(callOf(report, call, entry));
    seen.add(key);
  }

  function take(fact: Fact, entry: LogEntry): void {
    if (fact.kind === 'start') Object.assign(opened(fact.requestId, entry), { version: fact.version, startedAtMs: entry.atMs });
    else if (fact.kind === 'end') mentioned.add(fact.requestId);
    else if (fact.kind === 'done') opened(fact.requestId, entry).done = fact;
    else if (fact.kind === 'failure') failed(fact.requestId, fact.failure, entry);
    else if (fact.kind === 'report') reportedAs(fact.report, entry);
    else if (fact.kind === 'init-in-call') Object.assign(underWay(entry) ?? {}, { initInCall: true });
    else if (fact.kind === 'trace') Object.assign(calls.at(-1) ?? {}, { startedAtMs: calls.at(-1)?.startedAtMs ?? fact.atMs });
  }

  return {
    take,
    calls,
    duplicates: () => duplicates,
    withoutReport: () => [...mentioned].filter((requestId) => !reported.has(requestId)).length,
    unassigned: () => unassigned,
  };
}

function newCall(startedAtMs: number | null, stream: string | null): Open {
  return { startedAtMs, version: null, stream, failures: [], done: null, initInCall: false };
}

function callOf(report: Report, call: Open | undefined, { atMs, stream }: LogEntry): LoggedCall {
  const { status, errorType, ...figures } = report;
  const done = call?.done ?? null;
  const ended = { ...report, status: status ?? done?.status ?? null, errorType: errorType ?? done?.errorType ?? null };
  return {
    ...figures,
    ...outcomeOf(ended, call?.failures ?? []),
    cold: figures.initMs !== null || figures.restoreMs !== null || call?.initInCall === true,
    startedAtMs: call?.startedAtMs ?? (atMs === null ? null : atMs - figures.durationMs),
    version: call?.version ?? null,
    stream: stream ?? call?.stream ?? null,
  };
}
