import * as z from 'zod/mini';
import { Sample } from './samples.ts';

/** One line or event of a log. */
export const LogLine = z.object({
  /** Its own time, ms since 1970. */
  atMs: z.number(),
  /** One per sandbox. */
  stream: z.string(),
  text: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

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
