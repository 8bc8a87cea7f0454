import * as z from 'zod/mini';
import { type Key, key, meaningless } from './key.ts';
import { MemoryMb, setFunctionName, WholeNumber } from './values.ts';

const Event = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]);
const Weighted = z.array(z.object({ payload: Event, weight: z.number().check(z.minimum(0)) })).check(z.minLength(1));
const Bounds = z.tuple([MemoryMb, MemoryMb]).check(z.refine(([low, high]) => low <= high));
const Percent = z.int().check(z.minimum(1), z.maximum(1000));

const stops = 'a study ends when the size it would choose is expected to be near enough to the best, or at a cap';
const probes = 'how often a size is called follows from what its calls tell';

/** Keys of `parrotfish.json`, today's and those of the paper's version. Source: the JSON Schema of Parrotfish. */
export const parrotfishKeys: Readonly<Record<string, Key>> = {
  function_name: key(z.string().check(z.minLength(1)), 'the name of a function', setFunctionName),
  vendor: key(z.literal('AWS'), '"AWS": sizes and prices are those of AWS Lambda here', () => undefined),
  region: meaningless(
    'where the function runs and its price is taken from',
    'the target says where it runs, and prices are those of us-east-1',
  ),
  payload: key(Event, 'an object or an array', (payload, study) => {
    study.events.push({ text: JSON.stringify(payload), weight: 1 });
    return undefined;
  }),
  payloads: key(Weighted, 'a list of {"payload", "weight"} with weights of 0 or more', (payloads, study) => {
    const used = payloads.filter(({ weight }) => weight > 0);
    study.events.push(...used.map(({ payload, weight }) => ({ text: JSON.stringify(payload), weight })));
    return used.length === payloads.length ? undefined : 'payloads of weight 0 are left out.';
  }),
  memory_bounds: key(Bounds, 'two sizes in MB, the smaller first, such as [128, 3008]', ([minMb, maxMb], study) => {
    Object.assign(study.settings, { minMb, maxMb });
    return undefined;
  }),
  cpu_bounds: meaningless('the range of vCPU on Google Cloud', 'memory decides the CPU share on AWS Lambda'),
  termination_threshold: meaningless('how much must be known about the best size', stops),
  max_total_sample_count: key(WholeNumber, 'a whole number above 0', (count, study) => {
    study.settings.maxInvocations = count;
    return 'every call counts here, also cold and failed ones; there only those that are kept.';
  }),
  min_sample_per_config: meaningless('how many calls each size gets', probes),
  dynamic_sampling_params: meaningless('when further calls replace those that disagree', `nothing is replaced, and ${probes}`),
  max_number_of_invocation_attempts: meaningless(
    'how often a call that was throttled is tried again',
    'a throttled call waits and counts as what it is, within the caps',
  ),
  constraint_execution_time_threshold: key(WholeNumber, 'a whole number of ms above 0', (thresholdMs, study) => {
    study.objective.maxDurationMs = thresholdMs;
    return undefined;
  }),
  constraint_cost_tolerance_percent: key(Percent, 'a whole number of % from 1 to 1000', (percent, study) => {
    Object.assign(study.objective, { goal: 'fastest', tolerance: percent / 100 });
    return undefined;
  }),
  arn: meaningless('the state machine whose functions are all sized', 'one function is sized at a time: name it'),
  memory_size_increment: meaningless('by how much a function of a state machine grows at a time', 'every size is considered'),
  min_invocations: meaningless('the number of calls of each size, in the version of the paper', probes),
  max_sample_count: meaningless('the number of samples in all, in the version of the paper', '--max-invocations is the cap'),
};
