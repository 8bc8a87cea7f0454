import * as z from 'zod/mini';
import { RunPoints } from './trace-points.ts';
import { TraceReport } from './tracing.ts';

/** The whole contract between the extension and the page *Memory*. */
export const HostToMemoryPage = z.discriminatedUnion('type', [
  /** `points` follow, run by run. */
  z.object({ type: z.literal('report'), runId: z.string(), target: z.string(), report: TraceReport }),
  /** What was read in one run (from 0): first few points that show its shape, then all. */
  z.object({ type: z.literal('points'), runId: z.string(), run: z.int(), whole: z.boolean(), points: RunPoints }),
  /** Tracing is under way. Its report follows. */
  z.object({
    type: z.literal('live'),
    subject: z.string(),
    target: z.string(),
    /** What happens now, for people. */
    message: z.string(),
    done: z.int(),
    total: z.int(),
    /** Run that the readings are of, from 0. */
    run: z.int(),
    /** Number of readings of this run before these; 0 begins anew. */
    first: z.int(),
    timeMs: z.array(z.number()),
    usageBytes: z.array(z.number()),
    workingSetBytes: z.array(z.nullable(z.number())),
  }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);
export type HostToMemoryPage = z.infer<typeof HostToMemoryPage>;

export const MemoryExportFormat = z.enum(['png', 'svg', 'csv', 'json', 'ndjson']);
export type MemoryExportFormat = z.infer<typeof MemoryExportFormat>;

export const MemoryPageToHost = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('traceAgain') }),
  /** End the study under way. */
  z.object({ type: z.literal('cancel') }),
  z.object({
    type: z.literal('export'),
    format: MemoryExportFormat,
    suggestedName: z.string(),
    /** Text, or base64 for `png`. */
    content: z.string(),
  }),
]);
export type MemoryPageToHost = z.infer<typeof MemoryPageToHost>;

/** What the page keeps across a reload (`setState`): enough to ask for its report again. */
export const MemoryPageState = z.object({
  folder: z.string(),
  runId: z.string(),
  provider: z.nullable(z.string()),
  run: z.int(),
});
export type MemoryPageState = z.infer<typeof MemoryPageState>;
