import * as z from 'zod/mini';

export const StudyName = z.enum(['invoke', 'sizing', 'tracing', 'import']);
export type StudyName = z.infer<typeof StudyName>;

export const RunStatus = z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted']);
export type RunStatus = z.infer<typeof RunStatus>;

/** The machine on which a run's engine worked. */
export const Machine = z.object({
  platform: z.string(),
  arch: z.string(),
  cpuModel: z.string(),
  cpuCount: z.int(),
  memoryMb: z.int(),
  nodeVersion: z.string(),
});
export type Machine = z.infer<typeof Machine>;

/** One execution of a study, with what is needed to make it again. */
export const Run = z.object({
  /** Sortable by time, unique: `<time base 36>-<random>`. */
  id: z.string(),
  study: StudyName,
  functionId: z.string(),
  functionName: z.string(),
  target: z.string(),
  status: RunStatus,
  startedAtMs: z.number(),
  endedAtMs: z.nullable(z.number()),
  settings: z.record(z.string(), z.unknown()),
  toolVersion: z.string(),
  gitCommit: z.nullable(z.string()),
  machine: Machine,
  /** One sentence; null unless `failed`. */
  failure: z.nullable(z.string()),
  /** Process that works on the run: a run whose process is gone is `interrupted`. */
  pid: z.int(),
});
export type Run = z.infer<typeof Run>;

export const RunSummary = z.extend(Run, { samples: z.int(), hasReport: z.boolean() });
export type RunSummary = z.infer<typeof RunSummary>;
