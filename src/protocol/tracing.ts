import * as z from 'zod/mini';
import { Architecture } from './functions.ts';
import { Outcome } from './samples.ts';

export const ProbeKind = z.enum(['wrapper', 'sidecar', 'host-files', 'one-shot', 'stream']);
export type ProbeKind = z.infer<typeof ProbeKind>;

/** How memory was read, what that may miss, and why not better. */
export const TraceProbe = z.object({
  kind: ProbeKind,
  /** Readings a second that were asked for. */
  samples_per_s: z.number(),
  error: z.string(),
  passed_over: z.array(z.object({ kind: ProbeKind, why: z.string() })),
});
export type TraceProbe = z.infer<typeof TraceProbe>;

export const TracePhase = z.object({
  name: z.enum(['init', 'invoke']),
  request_id: z.nullable(z.string()),
  start_ms: z.number(),
  end_ms: z.number(),
});
export type TracePhase = z.infer<typeof TracePhase>;

/** What the Runtime API saw of a sandbox, by this machine's clock, in order. */
export type Mark =
  /** The runtime asked for its first call: what came before is init. */
  | { kind: 'ready'; atMs: number }
  | { kind: 'handed'; atMs: number; requestId: string }
  | { kind: 'answered'; atMs: number; requestId: string };

/** One run. Null: not seen by this probe, or not said by the kernel. */
export const TraceRun = z.object({
  /** Largest reading of all memory that counts against the limit, and of its parts. */
  peak_mb: z.nullable(z.number()),
  working_set_peak_mb: z.nullable(z.number()),
  anonymous_peak_mb: z.nullable(z.number()),
  file_peak_mb: z.nullable(z.number()),
  /** The kernel's own peak, which no reading can miss; null also where the container's start needed more. */
  kernel_peak_mb: z.nullable(z.number()),
  duration_ms: z.number(),
  cpu_ms: z.nullable(z.number()),
  samples: z.int(),
  samples_per_s: z.nullable(z.number()),
  first_sample_ms: z.nullable(z.number()),
  gap_p99_ms: z.nullable(z.number()),
  /** Readings that came too late to be taken, and that were lost on the way. */
  missed: z.int(),
  lost: z.int(),
  exit: z.nullable(z.int()),
  signal: z.nullable(z.int()),
  oom: z.boolean(),
  /** How its calls, or the program, ended; a function that worked has no exit code, as Reef ends it. */
  outcome: z.optional(Outcome),
  /** What its last call failed with, type and message; absent when it worked. */
  error: z.optional(z.string()),
  /** By the clock of the day, ms since 1970. */
  started_at_ms: z.optional(z.number()),
  /** Time between readings that was asked for, ms. */
  period_ms: z.optional(z.number()),
  /** Init and invocations of a function, ms since the start. */
  phases: z.optional(z.array(TracePhase)),
  /** CPU time that the probe itself used, ms. */
  probe_cpu_ms: z.optional(z.nullable(z.number())),
  /** Name of the event that a function was sent; never its content. */
  event: z.optional(z.nullable(z.string())),
  input_bytes: z.optional(z.int()),
});
export type TraceRun = z.infer<typeof TraceRun>;

/** A million calls at a provider, the mean over the runs, without what is free. */
export const TraceCost = z.object({
  provider: z.string(),
  name: z.string(),
  date: z.string(),
  source: z.string(),
  /** What the estimate takes for granted; empty when nothing. */
  assumes: z.string(),
  /** Size that is billed, MB. */
  memory_mb: z.number(),
  cost_per_million_usd: z.number(),
  /** The same without any rounding of time or memory, and the difference. */
  net_per_million_usd: z.number(),
  overhead_per_million_usd: z.number(),
  /** Paid for nothing in a call. */
  wasted_ms: z.number(),
  wasted_mb: z.number(),
  memory_overhead: z.nullable(z.number()),
  time_overhead: z.nullable(z.number()),
});
export type TraceCost = z.infer<typeof TraceCost>;

/** Where the billed memory and time go, as shares that add up to 1. */
export const TraceWaste = z.object({
  provider: z.string(),
  billed_mb_s: z.number(),
  used: z.number(),
  init: z.number(),
  rounding: z.number(),
  headroom: z.number(),
  temporal: z.number(),
});
export type TraceWaste = z.infer<typeof TraceWaste>;

/** Memory over time that all runs stay below, and limits that follow it. */
export const TraceHull = z.object({
  bin_ms: z.number(),
  memory_mb: z.array(z.number()),
  limits_mb: z.array(z.number()),
  /** Runs that were still going in each bin. */
  runs: z.array(z.int()),
  look_ahead_ms: z.number(),
  margin: z.number(),
  static_mb: z.number(),
  /** The runs replayed under the limits, each change as late as `delay_ms`: the limits may be applied when nothing is violated. */
  delay_ms: z.number(),
  violation_ms: z.number(),
  worst_deficit_mb: z.number(),
  reserved_share: z.number(),
  proven: z.boolean(),
});
export type TraceHull = z.infer<typeof TraceHull>;

/** The smallest limit under which it still worked, found under real limits, with the time that each took. */
export const TraceSafeSize = z.object({
  /** Null when none passed. */
  memory_mb: z.nullable(z.number()),
  /** It is known to so many MB, and passed so often. */
  step_mb: z.number(),
  confirmations: z.int(),
  trials: z.array(z.object({ memory_mb: z.number(), passed: z.boolean(), duration_ms: z.nullable(z.number()) })),
});
export type TraceSafeSize = z.infer<typeof TraceSafeSize>;

/** Peak memory as a straight line over the size of the input, from three sizes on. */
export const TraceByInput = z.object({
  base_mb: z.number(),
  mb_per_input_mb: z.number(),
  /** How far above the line a run was at most. */
  above_line_mb: z.number(),
  largest_input_bytes: z.int(),
  /** What an input twice as large as the largest would need, with a margin. */
  next: z.object({ input_bytes: z.int(), memory_mb: z.number() }),
});
export type TraceByInput = z.infer<typeof TraceByInput>;

/** A run whose limit followed the hull, or would have. */
export const TraceAutotune = z.object({
  mode: z.enum(['dry-run', 'apply']),
  /** Why nothing was done; null when it was. */
  refused: z.nullable(z.string()),
  static_mb: z.number(),
  /** Mean limit as a share of the static size: as it was, or in a dry run as planned. */
  reserved_share: z.number(),
  outcome: z.nullable(Outcome),
  changes: z.array(
    z.object({
      at_ms: z.number(),
      wanted_mb: z.number(),
      /** Null when the engine refused it. */
      set_mb: z.nullable(z.number()),
      took_ms: z.number(),
      reason: z.enum(['plan', 'guard', 'restore']),
      refusal: z.nullable(z.string()),
    }),
  ),
});
export type TraceAutotune = z.infer<typeof TraceAutotune>;

export const TraceReport = z.object({
  schema: z.literal('reef/trace@1'),
  /** Function or image. */
  subject: z.string(),
  /** Of the store; absent where the trace was not kept. */
  run_id: z.optional(z.string()),
  /** Absent for an image. */
  function: z.optional(
    z.object({ id: z.string(), name: z.string(), runtime: z.nullable(z.string()), architecture: Architecture }),
  ),
  /** Where it ran. */
  target: z.optional(z.string()),
  /** Its memory limit, MB; null without one. */
  memory_limit_mb: z.optional(z.nullable(z.number())),
  created_at: z.string(),
  probe: TraceProbe,
  runs: z.array(TraceRun),
  cost: z.array(TraceCost),
  /** Null when no run ended well enough to be billed. */
  waste: z.nullable(TraceWaste),
  /** The same for every provider that bills a size. */
  waste_by_provider: z.optional(z.array(TraceWaste)),
  hull: z.optional(TraceHull),
  safe_size: z.optional(TraceSafeSize),
  by_input: z.optional(TraceByInput),
  autotune: z.optional(TraceAutotune),
});
export type TraceReport = z.infer<typeof TraceReport>;
