import type { FunctionInfo } from '../../protocol/functions.ts';
import type { FollowedParams, LogLine } from '../../protocol/logs.ts';
import type { LogEntry } from '../exchange/logs/entry.ts';

/** What following a log brings, in the order in which it comes; each line once. */
export type Followed = FollowedParams['followed'];

export type FollowOptions = {
  /** How far back it begins, ms. */
  sinceMs: number;
  /** True: without a live session, which is paid for by the minute. */
  poll: boolean;
};

/** A call as its log can be asked for. */
export type LoggedCallQuery = { requestId: string; startedAtMs: number; timeoutMs: number };

/** What a query that is paid for is expected to read. */
export type ScanEstimate = {
  group: string;
  /** All that the log holds. */
  storedBytes: number;
  /** Part of it that falls in the period, if it was written evenly. */
  expectedBytes: number;
  /** Null: for ever. */
  retentionDays: number | null;
};

export type Scan = {
  /** Stop before more than this is read. */
  maxBytes: number;
  /** Told after each query: what was read so far, and what was found. */
  onProgress: (progress: { scannedBytes: number; rows: number; done: number }) => void;
};

/** What became of a scan; a sentence for each part of the period that is missing. */
export type ScanResult = { scannedBytes: number; queries: number; missing: string[] };

export type Period = { fromMs: number; toMs: number };

/** What a target's cloud logs of its functions. Changes nothing there. */
export interface FunctionLogs {
  /** Where the lines of a function are kept. */
  group(fn: FunctionInfo, signal: AbortSignal): Promise<string>;
  /** What was logged of how calls went, oldest first within a page. Free of charge. */
  read(fn: FunctionInfo, period: Period, signal: AbortSignal): AsyncIterable<LogEntry[]>;
  /** All that is logged from now on (and a little before), until `signal` is aborted. */
  follow(fn: FunctionInfo, options: FollowOptions, signal: AbortSignal): AsyncIterable<Followed>;
  /** All lines of one call, with those of its init; `why` there are none (any more), or not all. */
  ofCall(fn: FunctionInfo, call: LoggedCallQuery, signal: AbortSignal): Promise<{ lines: LogLine[]; why: string | null }>;
  /** What `scan` would read. */
  estimate(fn: FunctionInfo, period: Period, signal: AbortSignal): Promise<ScanEstimate>;
  /** As `read`, by queries that are paid for by what they read; its return value says how complete that was. */
  scan(fn: FunctionInfo, period: Period, scan: Scan, signal: AbortSignal): AsyncGenerator<LogEntry[], ScanResult>;
}
