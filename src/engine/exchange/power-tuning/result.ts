import * as z from 'zod/mini';
import { messageOf } from '../../../protocol/errors.ts';
import { invalidImport } from '../invalid.ts';
import { formatShareUrl, parseShareUrl, type Shared, type TunedSize } from './share-url.ts';

/** Old versions write sizes as text. */
const Size = z.pipe(
  z.union([z.int(), z.string().check(z.regex(/^\d{1,7}$/))]),
  z.transform((value) => Number(value)),
);
const Amount = z.number().check(z.minimum(0));

/** Output of the state machine of AWS Lambda Power Tuning. Money is USD; prices and `cost` are per call. */
const Result = z.object({
  power: Size,
  cost: Amount,
  duration: Amount,
  stateMachine: z.optional(
    z.object({
      executionCost: z.optional(Amount),
      lambdaCost: z.optional(Amount),
      visualization: z.optional(z.string()),
    }),
  ),
  stats: z.optional(z.array(z.object({ value: Size, averagePrice: Amount, averageDuration: Amount })).check(z.minLength(1))),
});
export type Result = z.infer<typeof Result>;

/**
 * The sizes of a result: from `stats`, else from its share URL, else the best size alone. `text` is the output itself,
 * or what `aws stepfunctions describe-execution` prints.
 * @throws ReefError `invalid-import`
 */
export function parseResult(text: string, file: string): Shared {
  const document = unwrapped(parseJson(text, file), file);
  const parsed = Result.safeParse(document);
  if (!parsed.success) throw wrongResult(parsed.error, file);
  const { power, cost, duration, stats, stateMachine } = parsed.data;
  if (stats !== undefined) {
    const sizes = stats.map(({ value, averagePrice, averageDuration }) => ({
      memoryMb: value,
      durationMs: averageDuration,
      cost: averagePrice,
    }));
    return { curves: [{ name: null, sizes: sizes.toSorted((a, b) => a.memoryMb - b.memoryMb) }], currency: null };
  }
  const url = stateMachine?.visualization;
  if (url?.includes('#') === true) return parseShareUrl(url);
  return { curves: [{ name: null, sizes: [{ memoryMb: power, durationMs: duration, cost }] }], currency: null };
}

/** The result that these sizes would be. `chosenMb` must be one of them; `lambdaCostUsd` is what measuring them cost. */
export function formatResult(sizes: readonly TunedSize[], chosenMb: number, lambdaCostUsd: number): Result {
  const chosen = sizes.find(({ memoryMb }) => memoryMb === chosenMb);
  if (chosen === undefined) throw invalidImport(`There is no ${chosenMb} MB among the sizes to be written: name one that is.`);
  return {
    power: chosen.memoryMb,
    cost: chosen.cost,
    duration: chosen.durationMs,
    stateMachine: {
      executionCost: 0,
      lambdaCost: lambdaCostUsd,
      visualization: formatShareUrl({ curves: [{ name: null, sizes: [...sizes] }], currency: null }),
    },
    stats: sizes.map(({ memoryMb, durationMs, cost }) => ({
      value: memoryMb,
      averagePrice: cost,
      averageDuration: durationMs,
    })),
  };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw invalidImport(
      `${file} is neither a share URL of Power Tuning nor JSON: give the output of its state machine: ${messageOf(cause)}`,
      cause,
    );
  }
}

/** The result inside a description of the execution (`output`, as text), or under `results`. */
function unwrapped(document: unknown, file: string): unknown {
  if (typeof document !== 'object' || document === null) return document;
  if ('output' in document && typeof document.output === 'string') return unwrapped(parseJson(document.output, file), file);
  return 'results' in document ? document.results : document;
}

function wrongResult(error: z.core.$ZodError, file: string) {
  const issue = error.issues[0];
  const path = issue === undefined || issue.path.length === 0 ? 'the document' : issue.path.join('.');
  return invalidImport(
    `${file} is not a result of Power Tuning: ${path} is missing or wrong (a run that failed ends with {}): give the output of a run that worked.`,
    error,
  );
}
