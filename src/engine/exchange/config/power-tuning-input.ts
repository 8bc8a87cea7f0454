import * as z from 'zod/mini';
import { type Key, key, meaningless } from './key.ts';
import { MemoryMb, setFunctionName, WholeNumber } from './values.ts';

const Weighted = z.array(z.object({ payload: z.unknown(), weight: z.number().check(z.positive()) })).check(z.minLength(1));
const Payload = z.unknown().check(z.refine((value) => !looksWeighted(value) || z.safeParse(Weighted, value).success));
const PowerValues = z.union([z.literal('ALL'), z.array(MemoryMb).check(z.minLength(1))]);
const FunctionArn = z.string().check(z.regex(/^(arn:.+:function:)?[\w-]+(:[\w$-]+)?$/));

/** `ALL` is 128 to 3008 MB in steps of 64. */
const all = { minMb: 128, maxMb: 3008, sizes: 46 };
const defaultSizes = 6;
/** The most that a tolerance may be: the fastest size whatever it costs, within reason. */
const anyTolerance = 10;
const even = 0.5;

/** Input of the state machine of AWS Lambda Power Tuning. Source: its README-INPUT-OUTPUT. */
export const powerTuningKeys: Readonly<Record<string, Key>> = {
  lambdaARN: key(FunctionArn, 'the name or ARN of a function', (arn, study) =>
    setFunctionName(/^(?:arn:.+:function:)?([\w-]+)/.exec(arn)?.[1] ?? arn, study),
  ),
  num: key(WholeNumber, 'a whole number above 0', () => undefined),
  powerValues: key(PowerValues, '"ALL", or a list of sizes in MB', (values, { settings }) => {
    settings.minMb = values === 'ALL' ? all.minMb : Math.min(...values);
    settings.maxMb = values === 'ALL' ? all.maxMb : Math.max(...values);
    return 'any size from the smallest to the largest may be called and chosen, not these alone.';
  }),
  payload: key(Payload, 'an event, or a list of {"payload", "weight"} with weights above 0', (payload, study) => {
    const weighted = looksWeighted(payload) ? z.parse(Weighted, payload) : [{ payload, weight: 1 }];
    study.events.push(...weighted.map((each) => ({ text: eventText(each.payload), weight: each.weight })));
    return undefined;
  }),
  payloadS3: meaningless('where a large event is read from', 'an event is read from a file: --event FILE'),
  parallelInvocation: key(z.boolean(), 'true or false', () => undefined),
  strategy: key(z.enum(['cost', 'speed', 'balanced']), '"cost", "speed" or "balanced"', (strategy, { objective }) => {
    Object.assign(objective, strategy === 'speed' ? { goal: 'fastest', tolerance: anyTolerance } : { goal: strategy });
    return undefined;
  }),
  balancedWeight: key(z.number().check(z.minimum(0), z.maximum(1)), 'a number from 0 to 1', (weight, { objective }) => {
    if (objective.goal !== 'balanced' || weight === even) return undefined;
    if (weight === 1) objective.goal = 'cost';
    else if (weight === 0) Object.assign(objective, { goal: 'fastest', tolerance: anyTolerance });
    else
      return 'cost and duration always weigh the same here, as ratios; between them lies --objective fastest with a --tolerance.';
    return undefined;
  }),
  onlyColdStarts: key(z.boolean(), 'true or false', (only, { objective }) => {
    if (only) objective.coldRate = 1;
    return undefined;
  }),
  autoOptimize: meaningless('to change the function at the end', 'a size is written into the template when you apply it'),
  autoOptimizeAlias: meaningless('the alias that is moved to the best size', 'no alias is moved'),
  dryRun: meaningless('to try one call', '"reef invoke" makes one'),
  preProcessorARN: meaningless('a function called before each call', 'only the function itself is called'),
  postProcessorARN: meaningless('a function called after each call', 'only the function itself is called'),
  discardTopBottom: meaningless(
    'the share of calls left out at both ends',
    'cold calls are told by their init, and calls far above the median are left out and counted',
  ),
  sleepBetweenRunsMs: meaningless('a pause between calls', 'calls follow one another'),
  includeOutputResults: meaningless('to put all sizes into the output', 'they always are'),
  allowedExceptions: meaningless('errors that count as samples', 'a call that failed never says how fast a function is'),
  disablePayloadLogs: meaningless('to keep events out of logs', 'they are never logged'),
};

/** `num` calls for each size: so many in all, and as many at once when they are parallel. */
export function callCaps({ num, powerValues, parallelInvocation }: Readonly<Record<string, unknown>>) {
  if (typeof num !== 'number') return {};
  const sizes = Array.isArray(powerValues) ? new Set(powerValues).size : powerValues === 'ALL' ? all.sizes : defaultSizes;
  return { maxInvocations: num * sizes, ...(parallelInvocation === true && { concurrency: num }) };
}

/** A text that is JSON is the event itself; another text is an event that is a text. */
function eventText(payload: unknown): string {
  if (typeof payload !== 'string') return JSON.stringify(payload ?? {});
  try {
    JSON.parse(payload);
    return payload;
  } catch {
    return JSON.stringify(payload);
  }
}

function looksWeighted(payload: unknown): boolean {
  const isWeighted = (each: unknown): boolean =>
    typeof each === 'object' && each !== null && 'payload' in each && 'weight' in each;
  return Array.isArray(payload) && payload.length > 0 && payload.every(isWeighted);
}
