import * as z from 'zod/mini';
import { Architecture } from './functions.ts';

/**
 * How an attempt ended. Only `ok` says how fast a function is;
 * `timeout` is a lower bound of its duration; `oom` and `crashed` say something about memory or code; `throttled` and
 * `unavailable` (the service or the way to it failed) say nothing about the function.
 */
export const Outcome = z.enum([
  'ok',
  'error',
  'init-error',
  'timeout',
  'oom',
  'crashed',
  'throttled',
  'unavailable',
  'cancelled',
]);
export type Outcome = z.infer<typeof Outcome>;

const measure = z.nullable(z.number());

/** What the function itself reported as wrong. Message and stack are bounded and never hold the payload. */
export const InvocationError = z.object({ type: z.string(), message: z.string(), stack: z.array(z.string()) });
export type InvocationError = z.infer<typeof InvocationError>;

/** What one attempt measured. Null means not measured, never zero. */
export const Measurement = z.object({
  outcome: Outcome,
  /** True when the attempt started its sandbox, so that an init preceded it. */
  cold: z.boolean(),
  startedAtMs: z.number(),
  /** Handler wall time as the shim (or the provider's report) gives it, ms. For `timeout`: the limit it reached. */
  durationMs: measure,
  /** Spawn or container start to the first request for work, ms; only on a cold attempt. */
  initMs: measure,
  /** From hand-over to the sandbox until its answer arrived here, ms. */
  roundTripMs: measure,
  cpuUserMs: measure,
  cpuSystemMs: measure,
  /** Time in which the handler's thread could run and had no core, because other programs had them, ms (Linux). */
  runQueueMs: measure,
  /** Peak resident set of the sandbox so far, MB (2^20 bytes). */
  peakRssMb: measure,
  minorFaults: measure,
  majorFaults: measure,
  /** How often the handler's thread gave up its core to wait (Linux; elsewhere all threads). */
  voluntarySwitches: measure,
  involuntarySwitches: measure,
  gcMs: measure,
  /** Share of the time in which the event loop was busy, 0–1 (Node only). */
  eventLoopUtilization: measure,
  error: z.nullable(InvocationError),
});
export type Measurement = z.infer<typeof Measurement>;

/** The measures of an attempt of which nothing was measured. */
export const unmeasured = {
  durationMs: null,
  initMs: null,
  roundTripMs: null,
  cpuUserMs: null,
  cpuSystemMs: null,
  runQueueMs: null,
  peakRssMb: null,
  minorFaults: null,
  majorFaults: null,
  voluntarySwitches: null,
  involuntarySwitches: null,
  gcMs: null,
  eventLoopUtilization: null,
} as const satisfies Partial<Measurement>;

/** What the provider says of one call besides its measurement. Null: it does not say. */
export const CallReport = z.object({
  requestId: z.nullable(z.string()),
  /** `$LATEST` or a number: of an alias, the version that got the call. */
  version: z.nullable(z.string()),
  /** Of that version, MB. */
  memoryMb: z.nullable(z.int()),
  architecture: Architecture,
  /** Time that the call is billed for, ms. */
  billedMs: measure,
  /** Restore of a snapshot, ms: the init of the measurement was this. */
  restoreMs: measure,
});
export type CallReport = z.infer<typeof CallReport>;

/** One attempt as stored: a measurement with its place and time. Every attempt is a row. */
export const Sample = z.extend(Measurement, {
  /** Given by the store. */
  id: z.int(),
  runId: z.string(),
  /** Null when the target sets no size (`process`). */
  memoryMb: z.nullable(z.int()),
  architecture: Architecture,
  sandboxId: z.string(),
  /** Number of earlier invocations in the same sandbox. */
  sandboxSequence: z.int(),
  /** Name of the event that was sent; never its content. */
  eventName: z.nullable(z.string()),
  /** What this attempt would cost at the provider, USD; null without a size. */
  costUsd: measure,
  /** The id that the provider gave the call; absent where it gave none. */
  requestId: z.optional(z.string()),
});
export type Sample = z.infer<typeof Sample>;
export type NewSample = Omit<Sample, 'id'>;
