import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/engine/numerics/random.ts';
import { planSizing, type SizingInput } from '../../../src/engine/studies/sizing/study.ts';
import type { Target } from '../../../src/engine/targets/target.ts';
import type { NewSample } from '../../../src/protocol/samples.ts';
import { defaultSizingSettings, type StudyPlan } from '../../../src/protocol/sizing.ts';
import { type Curve, counted, failureOf, firstFunction, modelMs, replayOf, steppingClock, study } from './support.ts';

const usual = [128, 256, 512, 1024, 1769, 3008];
const cpuBound: Curve = { sizes: usual, durationMs: (size) => modelMs(size), sigmaLn: 0.02, initMs: 300 };

const billed = (target: Target): Target => ({
  ...target,
  describe: async (...args) => ({ ...(await target.describe(...args)), billed: true }),
  [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
});

async function planOn(target: Target, overrides: Partial<SizingInput> = {}): Promise<StudyPlan> {
  return planSizing({
    runId: '',
    function: await firstFunction(target),
    target,
    payloads: [{ payload: '{}', name: null, weight: 1 }],
    settings: defaultSizingSettings,
    store: {
      addSamples() {
        throw new Error('A plan stores nothing');
      },
    },
    clock: steppingClock(),
    random: seededRandom(1),
    log: { log: () => {} },
    signal: new AbortController().signal,
    onProgress: () => {},
    ...overrides,
  });
}

describe('plan of a study', () => {
  it('says how many calls are expected and what ends them, and what is not known', async () => {
    const { target, open } = counted(billed(await replayOf({ f: cpuBound })));
    const plan = await planOn(target);
    expect(plan).toMatchObject({ billed: true, timeMs: null, costUsd: null, freeSamples: 0, caps: { calls: 40 } });
    expect(plan.sentence).toMatch(
      /^About \d+ calls on .*the study ends at 40 calls, \$1\.00 or 1 min at the latest\. How long and dear/,
    );
    const { report } = await study(await replayOf({ f: cpuBound }));
    expect(Math.abs(plan.calls - report.invocations)).toBeLessThanOrEqual(6);
    expect(open.size).toBe(0);
  });

  it('knows time and cost by what was measured before, and what need not be made again', async () => {
    const { samples, report } = await study(await replayOf({ f: cpuBound }));
    const half = samples.slice(0, 6);
    const plan = await planOn(billed(await replayOf({ f: cpuBound })), { free: [{ samples: half, origin: 'of earlier runs' }] });
    expect(plan.freeSamples).toBe(6);
    expect(plan.calls).toBeLessThanOrEqual(13);
    expect(plan.costUsd).toBeGreaterThan(report.profiling_cost_usd / 10);
    expect(plan.costUsd).toBeLessThan(report.profiling_cost_usd * 3);
    expect(plan.timeMs).toBeGreaterThan(500);
    const none = await planOn(await replayOf({ f: cpuBound }), { free: [{ samples: half, origin: 'of earlier runs' }] });
    expect(none.costUsd).toBe(0);
  });

  it('stays within the limits', async () => {
    const settings = { ...defaultSizingSettings, maxInvocations: 5 };
    expect((await planOn(await replayOf({ f: cpuBound }), { settings })).calls).toBe(5);
  });

  it('is asked about once, before the first call, where calls are paid', async () => {
    const plans: StudyPlan[] = [];
    const samples: NewSample[] = [];
    const confirm = async (plan: StudyPlan): Promise<boolean> => {
      expect(samples).toHaveLength(0);
      plans.push(plan);
      return true;
    };
    await study(billed(await replayOf({ f: cpuBound })), { confirm, samples });
    expect(plans).toHaveLength(1);
    await study(await replayOf({ f: cpuBound }), { confirm });
    expect(plans).toHaveLength(1);
  });

  it('that is refused leaves nothing behind', async () => {
    const samples: NewSample[] = [];
    const { target, open } = counted(billed(await replayOf({ f: cpuBound })));
    const failure = await failureOf(study(target, { confirm: async () => false, samples }));
    expect(failure).toEqual({
      code: 'cancelled',
      message: 'The study was not started: nothing was called and nothing is billed.',
    });
    expect(samples).toHaveLength(0);
    expect(open.size).toBe(0);
  });
});
