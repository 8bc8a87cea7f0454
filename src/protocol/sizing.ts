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
  /** Which share of warm calls must keep the limit, %; absent: their mean must. */
  percentile: z.optional(z.literal([50, 95, 99])),
  /** How sure it must be that the percentile keeps the limit; absent: 0.9. */
  confidence: z.optional(z.number().check(z.minimum(0.5), z.maximum(0.999))),
  /** Share of calls that are cold, whose init is waited for and billed; absent: warm calls alone count. */
  coldRate: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
});
export type Objective = z.infer<typeof Objective>;

/** Lower and upper bound of 90 % of the belief. */
export const Interval = z.tuple([z.number(), z.number()]);
export type Interval = z.infer<typeof Interval>;

/** Whether a figure was observed at that size or follows from a model. */
export const Basis = z.enum(['measured', 'predicted']);
export type Basis = z.infer<typeof Basis>;

/** A percentile of warm calls, ms, and the bound below which it lies with the objective's confidence. */
export const Percentile = z.object({ duration_ms: z.number(), upper_ms: z.number() });
export type Percentile = z.infer<typeof Percentile>;

export const CurvePoint = z.object({
  memory_mb: z.int(),
  duration_ms: z.number(),
  interval: Interval,
  cost_per_million_usd: z.number(),
  basis: Basis,
  /** Upper bound (three quarters of the belief) of its cost relative to the cheapest size's; absent without drawn curves. */
  cost_ratio_high: z.optional(z.number()),
  /** Durations that 50, 95 and 99 % of warm calls keep; absent where the spread of calls is not known. */
  percentiles: z.optional(z.object({ p50: Percentile, p95: Percentile, p99: Percentile })),
  /** A cold call: init and handler together; absent where no cold call was seen. */
  cold: z.optional(z.object({ duration_ms: z.number(), cost_per_million_usd: z.number() })),
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
  /** Bounds of 90 % of the belief in the share of the current cost that is saved; absent without a current size or drawn curves. */
  saving_interval: z.optional(Interval),
  /** Calls after which the saving has paid for the study; absent when nothing was paid or nothing is saved. */
  break_even_calls: z.optional(z.number()),
});
export type Recommendation = z.infer<typeof Recommendation>;

/** A warm or cold attempt as the chart draws it. */
export const SamplePoint = z.object({
  memory_mb: z.nullable(z.int()),
  duration_ms: z.nullable(z.number()),
  init_ms: z.nullable(z.number()),
  cold: z.boolean(),
  outcome: Outcome,
  /** Where it ran, when that is not the report's target. */
  target: z.optional(z.string()),
  /** Name of its payload; absent when the study has one payload. */
  payload: z.optional(z.string()),
  /** True for an attempt that this study did not make but found. */
  free: z.optional(z.boolean()),
  /** Number of the call in the report's run, from 1; absent for those that were found, and in reports of earlier versions. */
  call: z.optional(z.int()),
  /** Of an attempt that was found: its id in the store where the report was made. */
  sample_id: z.optional(z.int()),
});
export type SamplePoint = z.infer<typeof SamplePoint>;

export const Floor = z.object({
  memory_mb: z.int(),
  /** Largest use seen, MB; null when the target does not report it. */
  peak_mb: z.nullable(z.number()),
  reason: z.string(),
  /** Smallest size that may be recommended, where that is above the floor: smaller ones reached the timeout. */
  answers_from_mb: z.optional(z.int()),
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

/** A size that no other beats in both cost and duration. Ratios are relative to the cheapest size. */
export const ParetoPoint = z.object({
  memory_mb: z.int(),
  duration_ms: z.number(),
  cost_per_million_usd: z.number(),
  cost_ratio: z.number(),
  speedup: z.number(),
});
export type ParetoPoint = z.infer<typeof ParetoPoint>;

/** One of several payloads, with the curve of its own. */
export const PayloadCurve = z.object({
  name: z.string(),
  /** Share of the calls; the weights of a report sum to 1. */
  weight: z.number(),
  samples: z.int(),
  curve: z.array(CurvePoint),
});
export type PayloadCurve = z.infer<typeof PayloadCurve>;

/** What a study is expected to take, and the limits that end it. Costs are what is billed: zero on this machine. */
export const StudyPlan = z.object({
  target: z.string(),
  billed: z.boolean(),
  calls: z.int(),
  timeMs: z.nullable(z.number()),
  costUsd: z.nullable(z.number()),
  caps: z.object({ calls: z.int(), timeMs: z.number(), costUsd: z.number() }),
  /** Attempts found that need not be made. */
  freeSamples: z.int(),
  /** For people. */
  sentence: z.string(),
});
export type StudyPlan = z.infer<typeof StudyPlan>;

/** `flat`: memory hardly matters, choose by latency. `noisy`: calls vary too much to tell sizes apart. */
export const Verdict = z.enum(['clear', 'flat', 'noisy']);
export type Verdict = z.infer<typeof Verdict>;

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
  verdict: z.optional(Verdict),
  /** Ascending by cost; the first is the cheapest. */
  pareto: z.optional(z.array(ParetoPoint)),
  /** The same size on the other architecture at its price, when it takes as long. */
  what_if: z.optional(
    z.object({
      architecture: Architecture,
      memory_mb: z.int(),
      cost_per_million_usd: z.number(),
      /** Share of the recommended size's cost. */
      saving: z.number(),
      sentence: z.string(),
    }),
  ),
  /** Present with several payloads; `curve` is then their weighted mean. */
  payloads: z.optional(z.array(PayloadCurve)),
  /** Attempts used that this study found: in the store, or imported. */
  free_samples: z.optional(z.int()),
  /** What was measured: a hash over the function's code and settings, to tell whether they changed. */
  code_hash: z.optional(z.string()),
});
export type SizingReport = z.infer<typeof SizingReport>;

/** Settings of a sizing study as every front gives them. */
export const SizingSettings = z.object({
  objective: Objective,
  maxInvocations: z.int().check(z.positive()),
  maxCostUsd: z.number().check(z.positive()),
  maxTimeMs: z.number().check(z.positive()),
  seed: z.int(),
  /** Only sizes within these bounds are tried and chosen; absent: those of the target. */
  minMb: z.optional(z.int().check(z.positive())),
  maxMb: z.optional(z.int().check(z.positive())),
  /** Calls under way at once, at most; absent: 1. */
  concurrency: z.optional(z.int().check(z.positive())),
  /** False: only what this study measures counts, whatever the store holds; absent: true. */
  useStored: z.optional(z.boolean()),
});
export type SizingSettings = z.infer<typeof SizingSettings>;

export const defaultSizingSettings: SizingSettings = {
  objective: { goal: 'balanced', tolerance: 0.1, maxDurationMs: null },
  maxInvocations: 40,
  maxCostUsd: 1,
  maxTimeMs: 60_000,
  seed: 1,
};
