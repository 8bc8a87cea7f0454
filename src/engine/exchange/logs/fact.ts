/** What the platform reports of one call. Null: the report does not say. */
export type Report = {
  requestId: string;
  /** Handler, without init. */
  durationMs: number;
  /** All that is billed for the call: restore and, where it is billed, init are part of it. */
  billedMs: number | null;
  memoryMb: number;
  peakMb: number | null;
  initMs: number | null;
  /** Restore of a snapshot, in place of init. */
  restoreMs: number | null;
  /** `success`, `error`, `timeout`, `failure`; text reports name only what went wrong. */
  status: string | null;
  errorType: string | null;
};

/** Why a call failed, as a line of the log tells it. */
export type Failure =
  | { kind: 'timeout'; limitMs: number }
  /** The runtime ended; `how` is such as `signal: killed` or `exit status 1`. */
  | { kind: 'exit'; how: string }
  | { kind: 'heap-full' }
  | { kind: 'error'; errorType: string };

/** What one entry of a log says about calls. */
export type Fact =
  | { kind: 'start'; requestId: string; version: string | null }
  | { kind: 'end'; requestId: string }
  | { kind: 'report'; report: Report }
  /** JSON format: how the runtime ended a call, before its report. */
  | { kind: 'done'; requestId: string; status: string; errorType: string | null }
  /** Null where the line does not name its request: it is then the one under way. */
  | { kind: 'failure'; requestId: string | null; failure: Failure }
  /** Init was done again in the middle of a call, whose duration holds it. */
  | { kind: 'init-in-call' }
  /** Seconds since 1970 in the id of the trace: when the call began. */
  | { kind: 'trace'; atMs: number }
  /** Looks like a report and cannot be read as one. */
  | { kind: 'unparsed'; text: string };
