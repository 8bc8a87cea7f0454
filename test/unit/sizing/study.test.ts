import { describe, expect, it } from 'vitest';
import { billedCostUsd } from '../../../src/engine/pricing/bill.ts';
import { lambdaPrice } from '../../../src/engine/pricing/prices.ts';
import type { NewSample } from '../../../src/protocol/samples.ts';
import { altered, type Curve, counted, failureOf, firstFunction, modelMs, replayOf, study } from './support.ts';

const usual = [128, 256, 512, 1024, 1769, 3008];
const cpuBound: Curve = { sizes: usual, durationMs: (size) => modelMs(size), sigmaLn: 0.02 };

describe('sizing study on a recorded curve', () => {
  it('answers with a curve near the truth, from warm calls only', async () => {
    const { report, samples } = await study(await replayOf({ resize: { ...cpuBound, initMs: 300, peakMb: 90 } }));
    expect(report).toMatchObject({ basis: 'measured', target: 'replay:curves.csv', current: null });
    for (const point of report.curve) expect(point.duration_ms / modelMs(point.memory_mb)).toBeCloseTo(1, 1);
    const probed = new Set(samples.map((sample) => sample.memoryMb));
    expect(new Set(report.curve.filter((point) => point.basis === 'measured').map((point) => point.memory_mb))).toEqual(probed);
    expect([...probed].slice(0, 3)).toEqual([2048, 512, 128]);
    expect(report.samples).toBe(samples.filter((sample) => !sample.cold).length);
    expect(report.cold).toMatchObject({ count: probed.size, init_ms_median: 300 });
    expect(report.work.kind).toBe('cpu-bound');
    expect(report.points).toHaveLength(report.invocations);
  });

  it('is the same with the same seed, and differs with another', async () => {
    const curves = { resize: { ...cpuBound, sigmaLn: 0.2 } };
    const first = (await study(await replayOf(curves, 7))).report;
    expect((await study(await replayOf(curves, 7))).report).toEqual(first);
    expect((await study(await replayOf(curves, 8))).report.curve).not.toEqual(first.curve);
  });

  it('bills every attempt, with the init of cold ones', async () => {
    const { report, samples } = await study(await replayOf({ resize: { ...cpuBound, initMs: 300 } }));
    const price = lambdaPrice('x86_64');
    const bill = samples.reduce(
      (sum, { memoryMb, durationMs, initMs }) =>
        sum + billedCostUsd(price, { memoryMb: memoryMb ?? 0, durationMs: durationMs ?? 0, initMs }),
      0,
    );
    expect(report.profiling_cost_usd).toBeCloseTo(bill, 12);
    expect(samples.every((sample) => sample.costUsd !== null)).toBe(true);
  });

  it('interleaves sizes, so that drift does not look like memory', async () => {
    const { samples } = await study(await replayOf({ resize: cpuBound }));
    const warm = samples.filter((sample) => !sample.cold).map((sample) => sample.memoryMb);
    expect(new Set(warm.slice(0, 3)).size).toBe(3);
    expect(new Set(warm.slice(3, 6)).size).toBe(3);
    expect(warm.slice(0, 3)).not.toEqual(warm.slice(3, 6));
  });

  it('measures a constant function without claiming a saving', async () => {
    const { report } = await study(await replayOf({ light: { sizes: usual, durationMs: () => 5, sigmaLn: 0.22 } }), {
      settings: { objective: { goal: 'cost', tolerance: 0.1, maxDurationMs: null } },
    });
    expect(report.recommendation.memory_mb).toBe(128);
    expect(report.recommendation.saving).toBeNull();
    expect(report.recommendation.why).toContain('Memory hardly matters');
  });

  it('goes on above 3,008 MB only for a function with several threads', async () => {
    const wide = [...usual, 5307, 10_240];
    const parallel = await study(await replayOf({ p: { sizes: wide, durationMs: (size) => modelMs(size, 4) } }));
    expect(parallel.report.curve.at(-1)?.memory_mb).toBe(10_240);
    expect(parallel.report.work.parallelism).toBe(4);
    const single = await study(await replayOf({ s: { sizes: wide, durationMs: (size) => modelMs(size) } }));
    expect(single.report.curve.at(-1)?.memory_mb).toBe(3008);
    expect(single.samples.every((sample) => (sample.memoryMb ?? 0) <= 3008)).toBe(true);
  });

  it('says when no size meets the duration limit', async () => {
    const { report } = await study(await replayOf({ resize: cpuBound }), {
      settings: { objective: { goal: 'cost', tolerance: 0.1, maxDurationMs: 50 } },
    });
    expect(report.recommendation.feasible).toBe(false);
  });

  it('compares with the size that the function states', async () => {
    const target = await replayOf({ resize: cpuBound });
    const { report } = await study(target, { function: { ...(await firstFunction(target)), memoryMb: 700 } });
    expect(report.current?.memory_mb).toBe(700);
    expect(report.recommendation.speedup).not.toBeNull();
    expect(report.curve.map((point) => point.memory_mb)).toContain(700);
  });

  it('works on a single size, and on a narrow range', async () => {
    const one = await study(await replayOf({ one: { sizes: [512], durationMs: () => 80 } }));
    expect(one.report.recommendation.memory_mb).toBe(512);
    const narrow = await study(await replayOf({ two: { sizes: [256, 300], durationMs: (size) => modelMs(size) } }));
    expect(narrow.report.curve.at(0)?.memory_mb).toBe(256);
    expect(narrow.report.curve.at(-1)?.memory_mb).toBe(300);
  });
});

describe('memory floor of a study', () => {
  const needs700: Curve = { ...cpuBound, peakMb: 700 };

  it('is known before a small size is paid for', async () => {
    const { report, samples } = await study(await replayOf({ heavy: needs700 }));
    expect(report.floor).toMatchObject({ memory_mb: 805, peak_mb: 700 });
    expect(report.recommendation.memory_mb).toBeGreaterThanOrEqual(805);
    expect(Math.min(...samples.map((sample) => sample.memoryMb ?? 0))).toBe(832);
    expect(report.outcomes.oom).toBeUndefined();
  });

  it('rises where calls run out of memory, and the study goes on', async () => {
    const unreported = altered(await replayOf({ heavy: needs700 }), (measurement) => ({ ...measurement, peakRssMb: null }));
    const { report } = await study(unreported);
    expect(report.outcomes.oom).toBeGreaterThan(0);
    expect(report.floor.memory_mb).toBeGreaterThanOrEqual(700);
    expect(report.recommendation.memory_mb).toBeGreaterThanOrEqual(700);
    expect(report.invocations).toBeLessThanOrEqual(40);
    expect(report.evidence.join(' ')).toContain('ran out of memory and');
  });

  it('may be above 3,008 MB', async () => {
    const { report } = await study(
      await replayOf({ huge: { sizes: [...usual, 5307, 10_240], durationMs: (size) => modelMs(size), peakMb: 4000 } }),
    );
    expect(report.floor.memory_mb).toBe(4600);
    expect(report.recommendation.memory_mb).toBeGreaterThanOrEqual(4600);
    expect(report.outcomes.oom).toBe(1);
  });

  it('is above a size that reaches the timeout, and that call is no sample of speed', async () => {
    const target = altered(await replayOf({ slow: cpuBound }), (measurement, memoryMb) =>
      memoryMb !== null && memoryMb < 512 ? { ...measurement, outcome: 'timeout', durationMs: 600 } : measurement,
    );
    const { report } = await study(target);
    expect(report.recommendation.memory_mb).toBeGreaterThanOrEqual(512);
    expect(report.curve.filter((point) => point.basis === 'measured').map((point) => point.memory_mb)).not.toContain(256);
    expect(report.floor.reason).toContain('reached its timeout');
  });
});

describe('limits of a study', () => {
  it('never makes more calls than allowed, and counts each', async () => {
    for (const maxInvocations of [4, 5, 9, 12, 25, 60]) {
      const { report, samples } = await study(await replayOf({ resize: cpuBound }), { settings: { maxInvocations } });
      expect(samples.length).toBeLessThanOrEqual(maxInvocations);
      expect(report.invocations).toBe(samples.length);
    }
  });

  it('never spends more than allowed', async () => {
    const { report } = await study(await replayOf({ resize: cpuBound }), { settings: { maxCostUsd: 2.5e-5 } });
    expect(report.profiling_cost_usd).toBeLessThanOrEqual(2.5e-5);
    expect(report.invocations).toBeLessThan(12);
    expect(report.evidence.join(' ')).toContain('The study ended at the limit of $0.000025');
  });

  it('ends when its time is over', async () => {
    const { report } = await study(await replayOf({ resize: cpuBound }), { settings: { maxTimeMs: 200 } });
    expect(report.invocations).toBeLessThan(12);
    expect(report.evidence.join(' ')).toContain('the limit of 200 ms');
  });

  it.each([
    [{ maxInvocations: 3 }, 'at least 4 calls'],
    [{ maxCostUsd: 1e-9 }, 'the limit of $0.0000000010'],
  ])('says that there is not enough data under %o', async (settings, words) => {
    const failure = await failureOf(study(await replayOf({ resize: cpuBound }), { settings }));
    expect(failure.code).toBe('not-enough-data');
    expect(failure.message).toContain(words);
  });
});

describe('calls that fail', () => {
  const error = { type: 'TypeError', message: 'x is not a function', stack: [] };

  it('are rows, but never samples of speed', async () => {
    const target = altered(await replayOf({ resize: cpuBound }), (measurement, _memoryMb, earlier) =>
      earlier % 4 === 3 ? { ...measurement, outcome: 'error', durationMs: 1, error } : measurement,
    );
    const { report, samples } = await study(target);
    expect(report.outcomes.error).toBe(samples.filter((sample) => sample.outcome === 'error').length);
    for (const point of report.curve) expect(point.duration_ms / modelMs(point.memory_mb)).toBeCloseTo(1, 1);
    expect(report.evidence.join(' ')).toContain('ended with an error of the function');
  });

  it('end the study early when none works, with the first error', async () => {
    const samples: NewSample[] = [];
    const target = altered(await replayOf({ resize: cpuBound }), (measurement, _memoryMb, earlier) => ({
      ...measurement,
      outcome: 'error',
      error: { ...error, message: `failure ${earlier + 1}` },
    }));
    const failure = await failureOf(study(target, { samples }));
    expect(failure).toEqual({
      code: 'function-failed',
      message: 'resize failed in all of its 3 calls; correct it or its event: TypeError: failure 1',
    });
    expect(samples).toHaveLength(3);
  });

  it.each(['timeout', 'oom'] as const)('end the study after two when each is a %s', async (outcome) => {
    const samples: NewSample[] = [];
    const target = altered(await replayOf({ resize: cpuBound }), (measurement) => ({
      ...measurement,
      outcome,
      durationMs: null,
    }));
    expect((await failureOf(study(target, { samples }))).code).toBe('function-failed');
    expect(samples.length).toBeLessThanOrEqual(2);
  });

  it('are waited out when throttled, ever longer, and count', async () => {
    const waits: number[] = [];
    const target = altered(await replayOf({ resize: cpuBound }), (measurement, _memoryMb, earlier) =>
      earlier < 3 ? { ...measurement, outcome: 'throttled', durationMs: null } : measurement,
    );
    const { report, samples } = await study(target, { sleep: async (durationMs) => void waits.push(durationMs) });
    expect(waits).toEqual([500, 1000, 2000]);
    expect(report.outcomes.throttled).toBe(3);
    expect(samples.slice(0, 3).map((sample) => sample.costUsd)).toEqual([0, 0, 0]);
    expect(report.invocations).toBeLessThanOrEqual(40);
  });

  it('end within the limit when all are throttled', async () => {
    const samples: NewSample[] = [];
    const target = altered(await replayOf({ resize: cpuBound }), (measurement) => ({
      ...measurement,
      outcome: 'throttled',
      durationMs: null,
    }));
    expect((await failureOf(study(target, { samples }))).code).toBe('function-failed');
    expect(samples.length).toBeLessThanOrEqual(40);
  });
});

describe('cancelling', () => {
  it('keeps the samples, stores the attempt that was given up, and closes every sandbox', async () => {
    const abort = new AbortController();
    const { target, open } = counted(
      altered(await replayOf({ resize: cpuBound }), (measurement, _memoryMb, earlier) => {
        if (earlier === 9) {
          abort.abort();
          throw abort.signal.reason;
        }
        return measurement;
      }),
    );
    const samples: NewSample[] = [];
    expect((await failureOf(study(target, { signal: abort.signal, samples }))).code).toBe('cancelled');
    expect(samples).toHaveLength(10);
    expect(samples.at(-1)).toMatchObject({ outcome: 'cancelled', durationMs: null });
    expect(open.size).toBe(0);
  });

  it('before the start makes no call', async () => {
    const samples: NewSample[] = [];
    expect((await failureOf(study(await replayOf({ resize: cpuBound }), { signal: AbortSignal.abort(), samples }))).code).toBe(
      'cancelled',
    );
    expect(samples).toHaveLength(0);
  });
});

describe('progress', () => {
  it('grows to the number of calls, with an estimate of what is left', async () => {
    const { progress, report } = await study(await replayOf({ resize: cpuBound }));
    expect(progress.map((step) => step.done)).toEqual([...Array(report.invocations + 1).keys()]);
    expect(progress.every((step) => step.done <= step.total && step.total <= 40)).toBe(true);
    expect(progress.at(-1)?.remainingMs).toBeGreaterThanOrEqual(0);
    expect(progress[1]?.message).toBe('Calling resize at 2048 MB');
  });
});

describe('sandboxes', () => {
  it('are all closed at the end', async () => {
    const { target, open } = counted(await replayOf({ resize: cpuBound }));
    await study(target);
    expect(open.size).toBe(0);
  });

  it('stay within what the target can hold open', async () => {
    const { target, open } = counted(await replayOf({ resize: cpuBound }));
    let most = 0;
    const narrow = {
      ...target,
      describe: async (...args: Parameters<typeof target.describe>) => ({ ...(await target.describe(...args)), maxSandboxes: 2 }),
      [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
      async open(...args: Parameters<typeof target.open>) {
        const sandbox = await target.open(...args);
        most = Math.max(most, open.size);
        return sandbox;
      },
    };
    const { report } = await study(narrow);
    expect(most).toBe(2);
    const probed = report.curve.filter((point) => point.basis === 'measured').map((point) => point.memory_mb);
    expect(probed).toEqual(expect.arrayContaining([128, 512, 2048]));
  });
});
