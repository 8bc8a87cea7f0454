import * as z from 'zod/mini';
import { Architecture } from './functions.ts';

/** A share of an alias's calls, above 0 and at most 1. */
export const Weight = z.number().check(z.gt(0), z.lte(1));

/** What to do with a function where it is deployed. A size that is absent is the recommended one; an architecture stays. */
export const LiveAction = z.discriminatedUnion('kind', [
  /** Changes the function itself, `$LATEST` on AWS. */
  z.object({ kind: z.literal('set'), memoryMb: z.optional(z.int()), architecture: z.optional(Architecture) }),
  /** Sets back what the last `set` changed. */
  z.object({ kind: z.literal('undo') }),
  /** Publishes a version with the size and gives it a share of an alias's calls; a shift under way gets another share. */
  z.object({ kind: z.literal('shift'), alias: z.string(), memoryMb: z.optional(z.int()), weight: Weight }),
  /** Gives the version of a shift all calls. */
  z.object({ kind: z.literal('finish'), alias: z.string() }),
  /** Gives all calls back to the version from before the shift, also after it was finished. */
  z.object({ kind: z.literal('rollBack'), alias: z.string() }),
]);
export type LiveAction = z.infer<typeof LiveAction>;

/** One thing that changes, for people: `memory`, `512 MB`, `1024 MB`. */
export const LiveDifference = z.object({ what: z.string(), from: z.string(), to: z.string() });
export type LiveDifference = z.infer<typeof LiveDifference>;

/** What an action would change. Nothing is changed before somebody has agreed to it. */
export const LivePlan = z.object({
  functionName: z.string(),
  target: z.string(),
  action: LiveAction,
  /** Empty when all is so already. */
  changes: z.array(LiveDifference),
  /** Who is affected, what it costs, what would set it back: a sentence each. */
  notes: z.array(z.string()),
});
export type LivePlan = z.infer<typeof LivePlan>;

export const LiveResult = z.object({
  plan: LivePlan,
  /** False when nothing had to be changed. */
  applied: z.boolean(),
});
export type LiveResult = z.infer<typeof LiveResult>;

/** An alias of a deployed function, and the shift that is under way on it. */
export const LiveAlias = z.object({
  name: z.string(),
  version: z.string(),
  memoryMb: z.nullable(z.int()),
  /** Null when all calls go to one version. */
  shift: z.nullable(z.object({ version: z.string(), memoryMb: z.nullable(z.int()), weight: z.number() })),
  /** The version from before a shift that was finished; null when the alias runs no version that Reef made. */
  replaced: z.nullable(z.string()),
});
export type LiveAlias = z.infer<typeof LiveAlias>;

/** What is deployed of a function, as far as an action needs to know. */
export const LiveState = z.object({
  memoryMb: z.int(),
  architecture: Architecture,
  aliases: z.array(LiveAlias),
  /** The size from before Reef last changed the function; null when it did not, or somebody has changed it since. */
  undoMb: z.nullable(z.int()),
});
export type LiveState = z.infer<typeof LiveState>;

const place = { folder: z.string(), functionId: z.string(), target: z.string() };

export const applyingRequests = {
  /** What is deployed of a function, as far as it can be changed. */
  liveState: { method: 'reef/liveState', params: z.object(place), result: LiveState },
  /** Changes a deployed function once `reef/confirmLive` was answered with yes. */
  applyLive: { method: 'reef/applyLive', params: z.object({ ...place, action: LiveAction }), result: LiveResult },
} as const;

/** Server to client: whether to make this change. Asked once, before anything is changed. */
export const confirmLive = {
  method: 'reef/confirmLive',
  params: LivePlan,
  result: z.object({ accepted: z.boolean() }),
} as const;
