import * as z from 'zod/mini';
import { Basis } from './sizing.ts';

/** What giving a function its recommended size would bring, by its latest report. Money is USD at the provider's price. */
export const Saving = z.object({
  functionId: z.string(),
  functionName: z.string(),
  runId: z.string(),
  createdAt: z.string(),
  target: z.string(),
  basis: Basis,
  /** The size that the template states now; null where none is stated. */
  currentMb: z.nullable(z.int()),
  recommendedMb: z.int(),
  currentCostPerMillionUsd: z.nullable(z.number()),
  recommendedCostPerMillionUsd: z.number(),
  currentDurationMs: z.nullable(z.number()),
  recommendedDurationMs: z.number(),
  /** Expected share of the current cost that is saved (negative: costs more); null without a current size. */
  saving: z.nullable(z.number()),
  /** Probability that anything is saved at all, by the belief of the report; null without a current size. */
  confidence: z.nullable(z.number()),
  callsPerMonth: z.nullable(z.number()),
  /** Where that number is from: the user, or imported logs (calls over the time that they span). */
  callsFrom: z.nullable(z.enum(['given', 'logs'])),
  /** Expected saving; null when the calls are not known. */
  savingPerMonthUsd: z.nullable(z.number()),
  /** Why the report may no longer hold, in a sentence. */
  stale: z.optional(z.string()),
});
export type Saving = z.infer<typeof Saving>;

export const Savings = z.object({
  /** Most money × confidence first; functions whose calls are known come before those whose calls are not. */
  savings: z.array(Saving),
  /** Functions of the workspace without a report. */
  unmeasured: z.array(z.object({ functionId: z.string(), functionName: z.string() })),
});
export type Savings = z.infer<typeof Savings>;

/** Calls a month of every function, and of some by name or id, which win. */
export const CallsPerMonth = z.object({
  every: z.optional(z.number().check(z.minimum(0))),
  byFunction: z.optional(z.record(z.string(), z.number().check(z.minimum(0)))),
});
export type CallsPerMonth = z.infer<typeof CallsPerMonth>;
