import * as z from 'zod/mini';
import { CallReference } from './logs.ts';
import { Objective, SamplePoint, SizingReport } from './sizing.ts';

/** The whole contract between the extension and the sizing page. */
export const HostToSizingPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('report'), report: SizingReport, stale: z.boolean() }),
  z.object({ type: z.literal('error'), message: z.string() }),
  /** The report of another run of the function, to compare with. */
  z.object({ type: z.literal('comparison'), report: SizingReport }),
  /** A study is under way: what it has measured so far. Its report follows. */
  z.object({
    type: z.literal('live'),
    functionName: z.string(),
    target: z.string(),
    /** What happens now, for people. */
    message: z.string(),
    done: z.int(),
    total: z.int(),
    /** Number of attempts before `points`; 0 begins anew. */
    first: z.int(),
    points: z.array(SamplePoint),
  }),
]);
export type HostToSizingPage = z.infer<typeof HostToSizingPage>;

export const SizingPageToHost = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** Write this size into the template. */
  z.object({ type: z.literal('apply'), functionId: z.string(), memoryMb: z.int() }),
  z.object({ type: z.literal('profileAgain'), functionId: z.string() }),
  /** Send the report of another run of the function: this one, or for null one that the user picks. */
  z.object({ type: z.literal('compare'), runId: z.nullable(z.string()) }),
  /** Put text on the clipboard. */
  z.object({ type: z.literal('copy'), text: z.string() }),
  /** Open what an attempt logged. */
  z.object({ type: z.literal('showLog'), call: CallReference }),
  /** End the study under way. */
  z.object({ type: z.literal('cancel') }),
  z.object({
    type: z.literal('export'),
    format: z.enum(['png', 'csv', 'json']),
    suggestedName: z.string(),
    /** Text, or base64 for `png`. */
    content: z.string(),
  }),
]);
export type SizingPageToHost = z.infer<typeof SizingPageToHost>;

/** What the page keeps across a reload (`setState`): enough to ask for its report again. */
export const SizingPageState = z.object({
  folder: z.string(),
  runId: z.string(),
  objective: z.nullable(Objective),
  /** The size chosen on the Pareto slider. */
  chosenMb: z.optional(z.number()),
  /** The payload whose curve is shown; absent: all. */
  payload: z.optional(z.string()),
  /** The run that is compared with. */
  comparedRunId: z.optional(z.string()),
});
export type SizingPageState = z.infer<typeof SizingPageState>;
