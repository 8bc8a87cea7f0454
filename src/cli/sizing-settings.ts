import { Objective, type SizingSettings } from '../protocol/sizing.ts';
import { durationMs, positiveNumber, share, wholeNumber } from './options.ts';
import { UsageError } from './usage.ts';

/** Flags that say what is looked for and how far a study may go. */
export const sizingOptions = {
  objective: { type: 'string' },
  tolerance: { type: 'string' },
  limit: { type: 'string' },
  'max-duration': { type: 'string' },
  percentile: { type: 'string' },
  confidence: { type: 'string' },
  'cold-rate': { type: 'string' },
  'max-invocations': { type: 'string' },
  'max-usd': { type: 'string' },
  'min-memory': { type: 'string' },
  'max-memory': { type: 'string' },
  concurrency: { type: 'string' },
  fresh: { type: 'boolean' },
  seed: { type: 'string' },
} as const;

export type SizingValues = {
  [Option in keyof typeof sizingOptions]?:
    | ((typeof sizingOptions)[Option]['type'] extends 'boolean' ? boolean : string)
    | undefined;
};

/** Settings by the flags, else by `base`. Throws UsageError. */
export function sizingSettings(values: SizingValues, base: SizingSettings): SizingSettings {
  const minMb = wholeNumber(values['min-memory'], 'min-memory', 1) ?? base.minMb;
  const maxMb = wholeNumber(values['max-memory'], 'max-memory', 1) ?? base.maxMb;
  const concurrency = wholeNumber(values.concurrency, 'concurrency', 1) ?? base.concurrency;
  return {
    ...base,
    objective: objectiveOf(values, base.objective),
    maxInvocations: wholeNumber(values['max-invocations'], 'max-invocations', 1) ?? base.maxInvocations,
    maxCostUsd: positiveNumber(values['max-usd'], 'max-usd') ?? base.maxCostUsd,
    seed: wholeNumber(values.seed, 'seed', 0) ?? base.seed,
    ...(minMb !== undefined && { minMb }),
    ...(maxMb !== undefined && { maxMb }),
    ...(concurrency !== undefined && { concurrency }),
    ...(values.fresh === true && { useStored: false }),
  };
}

function objectiveOf(values: SizingValues, base: Objective): Objective {
  const goal = Objective.shape.goal.safeParse(values.objective ?? base.goal);
  if (!goal.success) throw new UsageError(`--objective is cost, fastest or balanced, not: ${values.objective}`);
  if (values.limit !== undefined && values['max-duration'] !== undefined)
    throw new UsageError('Give either --limit or --max-duration: they are the same.');
  const maxDurationMs =
    durationMs(values.limit, 'limit') ?? durationMs(values['max-duration'], 'max-duration') ?? base.maxDurationMs;
  const percentile = percentileOf(values.percentile) ?? base.percentile;
  if (values.percentile !== undefined && maxDurationMs === null)
    throw new UsageError('--percentile says which calls must keep a limit: give it with --limit, e.g. --limit 500ms.');
  if (values.confidence !== undefined && percentile === undefined)
    throw new UsageError('--confidence says how sure a percentile must be: give it with --percentile.');
  const confidence = shareWithin(values.confidence, 'confidence', 0.5, 0.999) ?? base.confidence;
  const coldRate = shareWithin(values['cold-rate'], 'cold-rate', 0, 1) ?? base.coldRate;
  return {
    ...base,
    goal: goal.data,
    tolerance: share(values.tolerance, 'tolerance') ?? base.tolerance,
    maxDurationMs,
    ...(percentile !== undefined && { percentile }),
    ...(confidence !== undefined && { confidence }),
    ...(coldRate !== undefined && { coldRate }),
  };
}

/** `50`, `95`, `p99`. */
function percentileOf(text: string | undefined): Objective['percentile'] {
  if (text === undefined) return undefined;
  const found = ([50, 95, 99] as const).find((each) => text === `${each}` || text === `p${each}`);
  if (found === undefined) throw new UsageError(`--percentile is 50, 95 or 99, not: ${text}`);
  return found;
}

function shareWithin(text: string | undefined, option: string, least: number, most: number): number | undefined {
  const value = share(text, option);
  if (value !== undefined && (value < least || value > most))
    throw new UsageError(`--${option} takes a share from ${least * 100}% to ${most * 100}%, not: ${text}`);
  return value;
}
