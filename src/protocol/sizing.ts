import * as z from 'zod/mini';
import { Architecture } from './functions.ts';
import { Outcome } from './samples.ts';

/**
 * What "right" means: the cheapest size, the fastest within a cost tolerance, the best compromise on log scales.
 * `maxDurationMs` limits each of them.
 */
export const Objective = z.object({
  goal: z.enum(['cost', 'fastest', 'balanced']),
  /** For `fastest`: how much dearer than the cheapest a size may be, 0.1 = 10 %. */
  tolerance: z.number().check(z.minimum(0), z.maximum(10)),
  maxDurationMs: z.nullable(z.number().check(z.positive())),
});
export type Objective = z.infer<typeof Objective>;

/** Lower and upper bound of 90 % of the belief. */
export const Interval = z.tuple([z.number(), z.number()]);
export type Interval = z.infer<typeof Interval>;

/** Whether a figure was observed at that size or follows from a model. */
export const Basis = z.enum(['measured', 'predicted']);
export type Basis = z.infer<typeof Basis>;

export const CurvePoint = z.object({
  memory_mb: z.int(),
  duration_ms: z.number(),
  interval: Interval,
  cost_per_million_usd: z.number(),
  basis: Basis,
  /** Upper bound (three quarters of the belief) of its cost relative to the cheapest size's; absent without drawn curves. */
  cost_ratio_high: z.optional(z.number()),
});
export type CurvePoint = z.infer<typeof CurvePoint>;

export const FigureAtSize = z.object({
  memory_mb: z.int(),
  duration_ms: z.number(),
  interval: Interval,
  cost_per_million_usd: z.number(),
});
export type FigureAtSize = z.infer<typeof FigureAtSize>;

export const Recommendation = z.extend(FigureAtSize, {
  /** One or two sentences that name the reason. */
  why: z.string(),
  /** False when the duration limit cannot be met; the recommendation is then the nearest. */
  feasible: z.boolean(),
  /** Share of the current cost that is saved (negative: costs more); null without a current size, and when noise hides it. */
  saving: z.nullable(z.number()),
  /** current duration / recommended duration; null without a current size. */
  speedup: z.nullable(z.number()),
  /** How much worse than the best size it is expected to be by the objective, as a share; absent without drawn curves. */
  expected_regret: z.optional(z.number()),
});
export type Recommendation = z.infer<typeof Recommendation>;

/** A warm or cold attempt as the chart draws it. */
export const SamplePoint = z.object({
  memory_mb: z.nullable(z.int()),
  duration_ms: z.nullable(z.number()),
  init_ms: z.nullable(z.number()),
  cold: z.boolean(),
  outcome: Outcome,
});
export type SamplePoint = z.infer<typeof SamplePoint>;

export const Floor = z.object({
  memory_mb: z.int(),
  /** Largest use seen, MB; null when the target does not report it. */
  peak_mb: z.nullable(z.number()),
  reason: z.string(),
});
export type Floor = z.infer<typeof Floor>;

export const WorkKind = z.enum(['cpu-bound', 'waiting', 'mixed', 'unknown']);
export type WorkKind = z.infer<typeof WorkKind>;

/** What the function is, from its accounting or from the fitted curve. Times are ms of one warm call at full speed. */
export const WorkProfile = z.object({
  kind: WorkKind,
  cpu_ms: z.nullable(z.number()),
  wait_ms: z.nullable(z.number()),
  /** Usable parallelism: threads that work at the same time. */
  parallelism: z.nullable(z.number()),
  /** In words, for people. */
  sentence: z.string(),
});
export type WorkProfile = z.infer<typeof WorkProfile>;

export const SizingReport = z.object({
  schema: z.literal('reef/sizing@1'),
  run_id: z.string(),
  created_at: z.string(),
  function: z.object({
    id: z.string(),
    name: z.string(),
    runtime: z.nullable(z.string()),
    handler: z.nullable(z.string()),
    architecture: Architecture,
    template: z.nullable(z.string()),
  }),
  target: z.string(),
  /** Whether the target enforced the sizes (`measured`) or Reef predicts them from one speed. */
  basis: Basis,
  objective: Objective,
  floor: Floor,
  recommendation: Recommendation,
  current: z.nullable(FigureAtSize),
  curve: z.array(CurvePoint),
  work: WorkProfile,
  /** Attempts used for the curve: warm and ok. */
  samples: z.int(),
  /** All attempts, whatever their outcome. */
  invocations: z.int(),
  outcomes: z.partialRecord(Outcome, z.int()),
  cold: z.object({ count: z.int(), init_ms_median: z.nullable(z.number()), duration_ms_median: z.nullable(z.number()) }),
  /** What the attempts would cost, or did cost, at the provider, USD. Zero for `process`: nothing is billed. */
  profiling_cost_usd: z.number(),
  price: z.object({
    provider: z.string(),
    region: z.string(),
    architecture: Architecture,
    usd_per_gb_second: z.number(),
    usd_per_request: z.number(),
    date: z.string(),
    source: z.string(),
  }),
  /** Attempts in the order made. */
  points: z.array(SamplePoint),
  /** Sentences: where, when, how many, with which model, and what limits the answer. */
  evidence: z.array(z.string()),
});
export type SizingReport = z.infer<typeof SizingReport>;

/** Settings of a sizing study as every front gives them. */
export const SizingSettings = z.object({
  objective: Objective,
  maxInvocations: z.int().check(z.positive()),
  maxCostUsd: z.number().check(z.positive()),
  maxTimeMs: z.number().check(z.positive()),
  seed: z.int(),
});
export type SizingSettings = z.infer<typeof SizingSettings>;

export const defaultSizingSettings: SizingSettings = {
  objective: { goal: 'balanced', tolerance: 0.1, maxDurationMs: null },
  maxInvocations: 40,
  maxCostUsd: 1,
  maxTimeMs: 60_000,
  seed: 1,
};
