import * as z from 'zod/mini';
import { Outcome, Sample } from './samples.ts';

/** One line or event of a log. */
export const LogLine = z.object({
  /** Its own time, ms since 1970. */
  atMs: z.number(),
  /** One per sandbox. */
  stream: z.string(),
  text: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

/** A stored call: by its number in a run, from 1, or by its sample. */
export const CallReference = z.union([z.object({ runId: z.string(), number: z.int() }), z.object({ sampleId: z.int() })]);
export type CallReference = z.infer<typeof CallReference>;

/** One stored call with what it logged. */
export const CallLog = z.object({
  functionName: z.string(),
  runId: z.string(),
  /** Where it ran. */
  target: z.string(),
  /** Number of the call in its run, from 1. */
  number: z.int(),
  sample: Sample,
  /** Oldest first. */
  lines: z.array(LogLine),
  /** Why there are no lines, or not all, in a sentence; null when they are all there. */
  why: z.nullable(z.string()),
});
export type CallLog = z.infer<typeof CallLog>;

const folder = z.string();
const token = z.union([z.string(), z.number()]);

/** A deployed function: by the id of one of the workspace, its name or its ARN, on a target such as `aws:dev/eu-west-1`. */
const Deployed = z.object({ folder, functionId: z.string(), target: z.string() });

/** One call of a run, to choose from. */
export const StoredCall = z.object({
  /** From 1. */
  number: z.int(),
  startedAtMs: z.number(),
  memoryMb: z.nullable(z.int()),
  outcome: Outcome,
  cold: z.boolean(),
  durationMs: z.nullable(z.number()),
});
export type StoredCall = z.infer<typeof StoredCall>;

/** What an import kept, in figures and sentences. */
export const ImportedLogs = z.object({
  functionName: z.string(),
  calls: z.int(),
  /** Calls that were kept: others were in the store already. */
  kept: z.int(),
  /** Share of calls that were cold. */
  coldRate: z.number(),
  /** By memory size; of warm calls that succeeded, ms; null where there are none. */
  sizes: z.array(z.object({ memoryMb: z.int(), calls: z.int(), p50Ms: z.nullable(z.number()), p95Ms: z.nullable(z.number()) })),
  callsPerMonth: z.nullable(z.number()),
  /** Lines that look like reports and could not be read. */
  unparsed: z.int(),
  /** All that is to be known of the log, a sentence each. */
  notes: z.array(z.string()),
});
export type ImportedLogs = z.infer<typeof ImportedLogs>;

/** The requests about logs; `folder` is the URI of the workspace folder. */
export const logRequests = {
  /** Follows a log until the request is cancelled; what it brings comes as `reef/log` with the token. */
  followLogs: {
    method: 'reef/followLogs',
    params: z.extend(Deployed, { sinceMs: z.number(), poll: z.boolean(), workDoneToken: z.optional(token) }),
    result: z.object({}),
  },
  /** Keeps the calls that the cloud has logged in the last days. */
  importLogs: {
    method: 'reef/importLogs',
    params: z.extend(Deployed, { days: z.number(), workDoneToken: z.optional(token) }),
    result: ImportedLogs,
  },
  /** The calls of a run. */
  calls: {
    method: 'reef/calls',
    params: z.object({ folder, runId: z.string() }),
    result: z.object({ functionName: z.string(), calls: z.array(StoredCall) }),
  },
  /** What one call logged, as a text. */
  callLog: {
    method: 'reef/callLog',
    params: z.object({ folder, call: CallReference }),
    result: z.object({ functionName: z.string(), runId: z.string(), number: z.int(), text: z.string() }),
  },
} as const;

/** Server to client: what following a log brought, for the request with this `workDoneToken`. */
export const followedNotification = 'reef/log';
export const FollowedParams = z.object({
  token,
  followed: z.discriminatedUnion('kind', [
    /** How the log is read from now on, and why so. */
    z.object({ kind: z.literal('way'), way: z.enum(['live', 'polling']), why: z.string() }),
    z.object({ kind: z.literal('lines'), lines: z.array(LogLine) }),
    /** What a reader must know: a pause, lines that may be missing. */
    z.object({ kind: z.literal('note'), message: z.string() }),
  ]),
});
export type FollowedParams = z.infer<typeof FollowedParams>;
