import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/engine/exchange/config/read-config.ts';
import { ReefError } from '../../../src/protocol/errors.ts';
import { resultOf } from './result-of.ts';

const read = (document: unknown) => readConfig(JSON.stringify(document), 'config.json');
const parrotfish = { function_name: 'orders', vendor: 'AWS', region: 'eu-west-1', payload: { id: 1 } };
const tuning = { lambdaARN: 'arn:aws:lambda:eu-west-1:123456789012:function:orders:prod', num: 10 };

describe('a parrotfish.json', () => {
  it('gives function, event, bounds, cap and objective', () => {
    const study = read({
      ...parrotfish,
      memory_bounds: [256, 2048],
      max_total_sample_count: 30,
      constraint_execution_time_threshold: 800,
      constraint_cost_tolerance_percent: 10,
    });
    expect(study).toMatchObject({
      tool: 'Parrotfish',
      functionName: 'orders',
      objective: { goal: 'fastest', tolerance: 0.1, maxDurationMs: 800 },
      settings: { minMb: 256, maxMb: 2048, maxInvocations: 30 },
      events: [{ text: '{"id":1}', weight: 1 }],
    });
    expect(read(parrotfish).objective).toEqual({ goal: 'cost' });
  });

  it('may have weights that do not sum to one', () => {
    const payloads = [0.7, 0.2, 0.1, 0].map((weight) => ({ payload: [weight], weight }));
    const { events, notes } = read({ function_name: 'orders', payloads });
    expect(events.map(({ weight }) => weight)).toEqual([0.7, 0.2, 0.1]);
    expect(notes).toEqual([expect.stringMatching(/payloads: payloads of weight 0 are left out/)]);
  });

  it.each([
    'region',
    'cpu_bounds',
    'termination_threshold',
    'min_sample_per_config',
    'dynamic_sampling_params',
    'max_number_of_invocation_attempts',
    'arn',
    'memory_size_increment',
    'min_invocations',
    'max_sample_count',
  ])('says why %s has no meaning here', (name) => {
    const { region: _, ...rest } = parrotfish;
    expect(read({ ...rest, [name]: 3 }).notes).toEqual([
      expect.stringMatching(new RegExp(`^config\\.json: ${name} has no meaning here: there it is .+; .+\\.$`)),
    ]);
  });
});

describe('an input of Power Tuning', () => {
  it('gives function, events, sizes, caps and objective', () => {
    const study = read({
      ...tuning,
      powerValues: [128, 512, 3008],
      payload: [
        { payload: { id: 1 }, weight: 5 },
        { payload: '{"id":2}', weight: 15 },
      ],
      parallelInvocation: true,
      strategy: 'speed',
    });
    expect(study).toMatchObject({
      tool: 'Power Tuning',
      functionName: 'orders',
      objective: { goal: 'fastest', tolerance: 10 },
      settings: { minMb: 128, maxMb: 3008, maxInvocations: 30, concurrency: 10 },
      events: [
        { text: '{"id":1}', weight: 5 },
        { text: '{"id":2}', weight: 15 },
      ],
    });
  });

  it('without more looks for the cheapest of six sizes, one call at a time', () => {
    const study = read(tuning);
    expect(study).toMatchObject({ objective: { goal: 'cost' }, settings: { maxInvocations: 60 }, events: [] });
    expect(study.settings).not.toHaveProperty('concurrency');
    expect(read({ ...tuning, powerValues: 'ALL' }).settings).toEqual({ minMb: 128, maxMb: 3008, maxInvocations: 460 });
  });

  it.each([
    ['orders', 'orders'],
    ['orders:prod', 'orders'],
    ['arn:aws:lambda:eu-west-1:123456789012:function:orders', 'orders'],
    ['arn:aws-cn:lambda:cn-north-1:123456789012:function:orders:$LATEST', 'orders'],
  ])('names the function of %s', (lambdaARN, name) => {
    expect(read({ ...tuning, lambdaARN }).functionName).toBe(name);
  });

  it.each([
    [0.5, { goal: 'balanced' }, 0],
    [1, { goal: 'cost' }, 0],
    [0, { goal: 'fastest', tolerance: 10 }, 0],
    [0.3, { goal: 'balanced' }, 1],
  ])('balances with the weight %s', (balancedWeight, objective, notes) => {
    const study = read({ ...tuning, balancedWeight, strategy: 'balanced' });
    expect(study.objective).toEqual(objective);
    expect(study.notes).toHaveLength(notes);
  });

  it('of cold starts counts every call as cold', () => {
    expect(read({ ...tuning, onlyColdStarts: true }).objective).toEqual({ goal: 'cost', coldRate: 1 });
  });

  it('takes a text as the event that it is', () => {
    const textOf = (payload: unknown) => read({ ...tuning, payload }).events[0]?.text;
    expect(textOf('plain')).toBe('"plain"');
    expect(textOf('{"a": 1}')).toBe('{"a": 1}');
    expect(textOf([1, 2])).toBe('[1,2]');
    expect(textOf(null)).toBe('{}');
  });

  it.each([
    'payloadS3',
    'autoOptimize',
    'autoOptimizeAlias',
    'dryRun',
    'preProcessorARN',
    'postProcessorARN',
    'discardTopBottom',
    'sleepBetweenRunsMs',
    'includeOutputResults',
    'allowedExceptions',
    'disablePayloadLogs',
  ])('says why %s has no meaning here, unless it is off', (name) => {
    expect(read({ ...tuning, [name]: true }).notes).toEqual([
      expect.stringMatching(new RegExp(`^config\\.json: ${name} has no meaning here: `)),
    ]);
    expect(read({ ...tuning, [name]: false }).notes).toEqual([]);
  });
});

describe('what is wrong is one clear sentence with its key', () => {
  it.each([
    [{ ...parrotfish, vendor: 'GCP' }, 'vendor is wrong: vendor must be "AWS"'],
    [{ ...parrotfish, function_name: 5 }, 'function_name is wrong'],
    [{ ...parrotfish, payload: 'secret' }, 'payload is wrong: payload must be an object or an array.'],
    [{ ...parrotfish, memory_bounds: [128, 'secret'] }, 'memory_bounds.1 is wrong: memory_bounds must be two sizes in MB'],
    [{ ...parrotfish, memory_bounds: [1024, 128] }, 'memory_bounds is wrong'],
    [{ ...parrotfish, max_total_sample_count: 0 }, 'max_total_sample_count is wrong'],
    [{ ...parrotfish, constraint_cost_tolerance_percent: 0.1 }, 'constraint_cost_tolerance_percent is wrong'],
    [{ function_name: 'a', payloads: [{ payload: {}, weight: -1 }] }, 'payloads.0.weight is wrong'],
    [{ ...parrotfish, payloads: [{ payload: {}, weight: 1 }] }, 'both payload and payloads'],
    [{ ...tuning, lambdaARN: '' }, 'lambdaARN is wrong'],
    [{ ...tuning, num: '10' }, 'num is wrong: num must be a whole number above 0'],
    [{ ...tuning, powerValues: 'SOME' }, 'powerValues is wrong'],
    [{ ...tuning, powerValues: [128, -5] }, 'powerValues.1 is wrong'],
    [{ ...tuning, payload: [{ payload: 'secret', weight: 0 }] }, 'payload is wrong'],
    [{ ...tuning, strategy: 'best' }, 'strategy is wrong: strategy must be "cost", "speed" or "balanced"'],
    [{ ...tuning, balancedWeight: 2 }, 'balancedWeight is wrong'],
    [{ ...tuning, onlyColdStarts: 'yes' }, 'onlyColdStarts is wrong'],
    [{ memory: 128 }, 'neither a parrotfish.json nor an input of Power Tuning'],
    [[], 'holds no JSON object'],
    [null, 'holds no JSON object'],
  ])('%j', (document, sentence) => {
    const error = resultOf(() => read(document));
    expect(error).toBeInstanceOf(ReefError);
    expect(String(error)).toContain(sentence);
    expect(String(error)).not.toContain('secret');
  });

  it('a key that nobody knows is named, not taken', () => {
    expect(read({ ...tuning, nmu: 5 }).notes).toEqual(['config.json: nmu is not a key of Power Tuning, and is left out.']);
  });

  it('whatever the file, it is a study or a ReefError', () => {
    const names = fc.constantFrom(
      'function_name',
      'vendor',
      'payload',
      'payloads',
      'memory_bounds',
      'num',
      'powerValues',
      'lambdaARN',
      'strategy',
      '__proto__',
      'x',
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue({ maxDepth: 3 })), (document) => {
        const result = resultOf(() => read(document));
        expect(result instanceof ReefError || (result instanceof Object && 'settings' in result)).toBe(true);
      }),
    );
  });
});
