import { describe, expect, it } from 'vitest';
import type { Target } from '../../../src/engine/targets/target.ts';
import type { NewSample } from '../../../src/protocol/samples.ts';
import { altered, type Curve, counted, failureOf, modelMs, replayOf, study } from './support.ts';

const usual = [128, 256, 512, 1024, 1769, 3008];
const cpuBound: Curve = { sizes: usual, durationMs: (size) => modelMs(size), sigmaLn: 0.02 };

const throttledAt = (target: Target, isThrottled: (earlier: number) => boolean): Target =>
  altered(target, (measurement, _memoryMb, earlier) =>
    isThrottled(earlier) ? { ...measurement, outcome: 'throttled', durationMs: null } : measurement,
  );

/** Counts calls that are under way at the same time, each a few turns of the loop long, and at which sizes. */
function overlapping(target: Target): { target: Target; most: () => number; sameSize: () => boolean } {
  const underWay: (number | null)[] = [];
  let most = 0;
  let sameSize = false;
  const slow: Target = {
    ...target,
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
    async open(request, signal) {
      const sandbox = await target.open(request, signal);
      return {
        ...sandbox,
        async invoke(invocation, callSignal) {
          sameSize ||= underWay.includes(request.memoryMb);
          underWay.push(request.memoryMb);
          most = Math.max(most, underWay.length);
          await new Promise((done) => setImmediate(done));
          underWay.splice(underWay.indexOf(request.memoryMb), 1);
          return sandbox.invoke(invocation, callSignal);
        },
      };
    },
  };
  return { target: slow, most: () => most, sameSize: () => sameSize };
}

describe('throttled calls', () => {
  it('are made again after a pause, count as rows and cost nothing', async () => {
    const waits: number[] = [];
    const target = throttledAt(await replayOf({ resize: cpuBound }), (earlier) => [1, 2, 4].includes(earlier));
    const { report, samples } = await study(target, { sleep: async (durationMs) => void waits.push(durationMs) });
    expect(waits).toEqual([500, 1000, 500]);
    expect(samples.slice(0, 5).map(({ outcome }) => outcome)).toEqual(['ok', 'throttled', 'throttled', 'ok', 'throttled']);
    expect(report.outcomes.throttled).toBe(3);
    const paid = samples.reduce((sum, { outcome, costUsd }) => sum + (outcome === 'throttled' ? 0 : (costUsd ?? 0)), 0);
    expect(report.profiling_cost_usd).toBeCloseTo(paid, 15);
    for (const point of report.curve) expect(point.duration_ms / modelMs(point.memory_mb)).toBeCloseTo(1, 1);
  });

  it('end the study in one clear sentence when all are, after waiting ever longer', async () => {
    const waits: number[] = [];
    const samples: NewSample[] = [];
    const target = throttledAt(await replayOf({ resize: cpuBound }), () => true);
    const failure = await failureOf(study(target, { samples, sleep: async (durationMs) => void waits.push(durationMs) }));
    expect(failure).toEqual({
      code: 'function-failed',
      message: 'resize was throttled in all of its 7 calls; allow more calls at once at the provider, or try again later.',
    });
    expect(samples).toHaveLength(7);
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
  });

  it('that begin later leave an answer from what was measured, which says so', async () => {
    const target = throttledAt(await replayOf({ resize: cpuBound }), (earlier) => earlier >= 9);
    const { report } = await study(target);
    expect(report.outcomes).toEqual({ ok: 9, throttled: 7 });
    expect(report.evidence.join(' ')).toContain('The study ended at 7 throttled calls in a row.');
  });

  it('never end a study that is over its time later than its limit', async () => {
    let now = 0;
    const clock = { nowMs: () => (now += 1) };
    const target = throttledAt(await replayOf({ resize: cpuBound }), (earlier) => earlier >= 9);
    const { report } = await study(target, {
      clock,
      settings: { maxTimeMs: 3000 },
      sleep: async (durationMs) => void (now += durationMs),
    });
    expect(report.evidence.join(' ')).toContain('The study ended at the limit of 3.00 s');
    expect(report.outcomes.throttled).toBeLessThanOrEqual(4);
  });
});

describe('calls at once', () => {
  it('are as many as asked for, in sandboxes of different sizes, and one without asking', async () => {
    const together = overlapping(await replayOf({ resize: cpuBound }));
    await study(together.target, { settings: { concurrency: 2 } });
    expect(together.most()).toBe(2);
    expect(together.sameSize()).toBe(false);
    const alone = overlapping(await replayOf({ resize: cpuBound }));
    await study(alone.target);
    expect(alone.most()).toBe(1);
  });

  it('are halved when a call is throttled, and never below one', async () => {
    const together = overlapping(throttledAt(await replayOf({ resize: cpuBound }), (earlier) => earlier === 0));
    await study(together.target, { settings: { concurrency: 3 } });
    expect(together.most()).toBe(1);
  });

  it('stay within the limits of calls and money together', async () => {
    for (const settings of [{ maxInvocations: 8 }, { maxCostUsd: 3e-5 }]) {
      const { target } = overlapping(await replayOf({ resize: cpuBound }));
      const { report } = await study(target, { settings: { ...settings, concurrency: 3 } });
      expect(report.invocations).toBeLessThanOrEqual(settings.maxInvocations ?? 40);
      expect(report.profiling_cost_usd).toBeLessThanOrEqual(settings.maxCostUsd ?? 1);
    }
  });

  it('all end before a failure of one ends the study, and nothing stays open', async () => {
    const abort = new AbortController();
    const { target, open } = counted(
      altered(await replayOf({ resize: cpuBound }), (measurement, _memoryMb, earlier) => {
        if (earlier === 4) abort.abort();
        return measurement;
      }),
    );
    const failure = await failureOf(study(overlapping(target).target, { signal: abort.signal, settings: { concurrency: 3 } }));
    expect(failure.code).toBe('cancelled');
    expect(open.size).toBe(0);
  });
});

describe('free evidence', () => {
  const first = async (): Promise<NewSample[]> => (await study(await replayOf({ resize: cpuBound }, 3))).samples;

  it('of a study that was cancelled is not paid for again', async () => {
    const abort = new AbortController();
    const before: NewSample[] = [];
    const cancelling = altered(await replayOf({ resize: cpuBound }), (measurement, _memoryMb, earlier) => {
      if (earlier === 8) abort.abort();
      return measurement;
    });
    expect((await failureOf(study(cancelling, { signal: abort.signal, samples: before }))).code).toBe('cancelled');
    const free = [{ samples: before, origin: 'of earlier runs of this code' }];
    const { report, samples } = await study(await replayOf({ resize: cpuBound }, 2), { free });
    const whole = await study(await replayOf({ resize: cpuBound }, 2));
    expect(samples.length).toBeLessThan(whole.samples.length);
    expect(report.free_samples).toBe(before.length);
    expect(report.points.filter((point) => point.free === true)).toHaveLength(before.length);
    expect(report.invocations).toBe(samples.length);
    expect(report.evidence.join(' ')).toContain(`${before.length} calls of earlier runs of this code counted too`);
    for (const point of report.curve) expect(point.duration_ms / modelMs(point.memory_mb)).toBeCloseTo(1, 1);
  });

  it('that leaves no doubt leaves no call to make', async () => {
    const samples = await first();
    const again = await study(await replayOf({ resize: cpuBound }), { free: [{ samples, origin: 'of an earlier run' }] });
    expect(again.samples.length).toBeLessThanOrEqual(2);
    expect(again.report.profiling_cost_usd).toBeLessThan(1e-4);
    expect(again.report.samples).toBeGreaterThanOrEqual(samples.filter(({ cold }) => !cold).length);
  });

  it('at one size, as logs give it, spares the calls near it', async () => {
    const logged = Array.from({ length: 50 }, (_, i) => ({
      ...((i % 10 === 0 ? { cold: true, initMs: 200 } : { cold: false, initMs: null }) as Partial<NewSample>),
      durationMs: modelMs(1024) * (1 + 0.02 * Math.sin(i)),
    }));
    const model = (await first())[0];
    if (model === undefined) throw new Error('A study makes calls');
    const samples = logged.map((each) => ({ ...model, ...each, memoryMb: 1024, peakRssMb: 80, costUsd: 3e-6 }));
    const { report, samples: made } = await study(await replayOf({ resize: { ...cpuBound, peakMb: 80 } }), {
      free: [{ samples, origin: 'in imported logs', target: 'logs' }],
    });
    expect(made.slice(0, 2).map(({ memoryMb }) => memoryMb)).toEqual([128, 128]);
    expect(made.length).toBeLessThanOrEqual(8);
    expect(report.floor.peak_mb).toBe(80);
    expect(report.points[0]).toMatchObject({ free: true, target: 'logs' });
  });

  it('that ran out of memory raises the floor', async () => {
    const model = (await first())[0];
    if (model === undefined) throw new Error('A study makes calls');
    const failed = { ...model, memoryMb: 300, outcome: 'oom' as const, durationMs: null, peakRssMb: 300 };
    const { report, samples } = await study(await replayOf({ resize: cpuBound }), {
      free: [{ samples: [failed], origin: 'of an earlier run' }],
    });
    expect(report.recommendation.memory_mb).toBeGreaterThan(300);
    expect(samples.every(({ memoryMb }) => (memoryMb ?? 0) > 300)).toBe(true);
  });
});

describe('bounds of the sizes', () => {
  it('are kept by calls and answers', async () => {
    const { report, samples } = await study(await replayOf({ resize: cpuBound }), { settings: { minMb: 300, maxMb: 1200 } });
    const sizes = [...samples.map(({ memoryMb }) => memoryMb ?? 0), ...report.curve.map((point) => point.memory_mb)];
    expect(Math.min(...sizes)).toBe(300);
    expect(Math.max(...sizes)).toBe(1200);
  });

  it('that leave nothing are one clear sentence', async () => {
    const failure = await failureOf(study(await replayOf({ resize: cpuBound }), { settings: { minMb: 4000 } }));
    expect(failure).toEqual({
      code: 'invalid-settings',
      message: 'There is no size from 4000 MB: the sizes to choose from are 128 MB to 3008 MB, change the bounds.',
    });
  });
});
