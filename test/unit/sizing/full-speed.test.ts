import { describe, expect, it } from 'vitest';
import { lognormal, seededRandom } from '../../../src/engine/numerics/random.ts';
import type { Target } from '../../../src/engine/targets/target.ts';
import type { FunctionInfo } from '../../../src/protocol/functions.ts';
import type { Measurement, NewSample } from '../../../src/protocol/samples.ts';
import { failureOf, firstFunction, replayOf, study } from './support.ts';

/** `queuedMs`: how long every other call waits for a core, which also makes its work dearer. */
type Speed = { cpuMs: number; waitMs: number; threads?: number; sigmaLn?: number; peakMb?: number; queuedMs?: number };

/** The replay target as one that sets no size: what a shim measures at full speed, of a function with these figures. */
async function fullSpeed({ cpuMs, waitMs, threads = 1, sigmaLn = 0, peakMb = 60, queuedMs = 0 }: Speed): Promise<Target> {
  const base = await replayOf({ work: { sizes: [1024], durationMs: () => 1 } });
  const random = seededRandom(11);
  let opened = 0;
  let calls = 0;
  return {
    ...base,
    name: 'process',
    [Symbol.asyncDispose]: () => base[Symbol.asyncDispose](),
    describe: async () => ({ sizes: null, basis: 'predicted', architectures: ['x86_64'], maxSandboxes: 2, billed: false }),
    async open(request, signal) {
      const sandbox = await base.open({ ...request, memoryMb: 1024 }, signal);
      const id = `process-${++opened}`;
      return {
        ...sandbox,
        id,
        memoryMb: null,
        async invoke(invocation, callSignal) {
          const attempt = await sandbox.invoke(invocation, callSignal);
          const queued = calls++ % 2 === 0 ? 0 : queuedMs;
          const factor = lognormal(random, 1, sigmaLn) * (attempt.measurement.cold ? 3 : 1) * (queued > 0 ? 1.6 : 1);
          const measurement: Measurement = {
            ...attempt.measurement,
            durationMs: (waitMs + cpuMs / threads) * factor + queued,
            runQueueMs: queued,
            initMs: attempt.measurement.cold ? 200 : null,
            cpuUserMs: cpuMs * factor * 0.9,
            cpuSystemMs: cpuMs * factor * 0.1,
            peakRssMb: peakMb,
          };
          return { ...attempt, sandboxId: id, measurement };
        },
      };
    },
  };
}

const sized = async (target: Target, overrides: Partial<FunctionInfo>): Promise<FunctionInfo> => ({
  ...(await firstFunction(target)),
  ...overrides,
});

describe('sizing study at full speed', () => {
  it('predicts every size, and says that it does', async () => {
    const { report } = await study(await fullSpeed({ cpuMs: 100, waitMs: 20 }));
    expect(report.basis).toBe('predicted');
    expect(report.curve.every((point) => point.basis === 'predicted')).toBe(true);
    expect(report.curve.find((point) => point.memory_mb === 128)?.duration_ms).toBeCloseTo(1402.03, 1);
    expect(report.curve.find((point) => point.memory_mb === 1769)?.duration_ms).toBeCloseTo(120, 6);
    expect(report.curve.at(-1)?.memory_mb).toBe(3008);
    expect(report.evidence.join(' ')).toContain('Predicted: the target runs at full speed');
    expect(report.profiling_cost_usd).toBe(0);
  });

  it('stops when calls agree: one cold, five warm, two more cold starts', async () => {
    const { samples, report } = await study(await fullSpeed({ cpuMs: 100, waitMs: 20 }));
    expect(samples.map((sample) => sample.cold)).toEqual([true, false, false, false, false, false, true, true]);
    expect(report).toMatchObject({ samples: 5, invocations: 8, cold: { count: 3, init_ms_median: 200 } });
    expect(samples.every((sample) => sample.memoryMb === null && sample.costUsd === null)).toBe(true);
  });

  it('leaves out what a busy machine does to the calls, and says so', async () => {
    const { report } = await study(await fullSpeed({ cpuMs: 100, waitMs: 20, queuedMs: 300 }));
    expect(report.curve.find((point) => point.memory_mb === 1769)?.duration_ms).toBeCloseTo(120, 6);
    expect(report.evidence.join(' ')).toMatch(/This machine was busy: calls waited for a core for \d+ % of their time/);
  });

  it('expects few calls of a steady function', async () => {
    const { progress } = await study(await fullSpeed({ cpuMs: 100, waitMs: 20 }));
    expect(new Set(progress.map((step) => step.total))).toEqual(new Set([8]));
  });

  it('makes more calls of a noisy function, up to the limit', async () => {
    const { report } = await study(await fullSpeed({ cpuMs: 100, waitMs: 20, sigmaLn: 0.3 }), {
      settings: { maxInvocations: 25 },
    });
    expect(report.invocations).toBe(25);
    expect(report.cold.count).toBe(3);
  });

  it.each([
    [{ cpuMs: 100, waitMs: 2 }, 'cpu-bound'],
    [{ cpuMs: 2, waitMs: 100 }, 'waiting'],
    [{ cpuMs: 50, waitMs: 50 }, 'mixed'],
  ] as const)('tells what %o is', async (speed, kind) => {
    const { report } = await study(await fullSpeed(speed));
    expect(report.work.kind).toBe(kind);
    expect(report.work.cpu_ms).toBeCloseTo(speed.cpuMs, 6);
    expect(report.work.wait_ms).toBeCloseTo(speed.waitMs, 6);
  });

  it('draws sizes above 3,008 MB for several threads', async () => {
    const { report } = await study(await fullSpeed({ cpuMs: 400, waitMs: 0, threads: 4 }));
    expect(report.work.parallelism).toBeCloseTo(4, 6);
    expect(report.curve.at(-1)?.memory_mb).toBe(10_240);
    expect(report.curve.find((point) => point.memory_mb === 8845)?.duration_ms).toBeCloseTo(100, 6);
  });

  it('keeps headroom above the peak use', async () => {
    const { report } = await study(await fullSpeed({ cpuMs: 100, waitMs: 20, peakMb: 400 }));
    expect(report.floor.memory_mb).toBe(460);
    expect(report.recommendation.memory_mb).toBeGreaterThanOrEqual(460);
    expect(report.curve[0]?.memory_mb).toBe(128);
  });

  it('prices the architecture of the template, and compares with its size or the default of the provider', async () => {
    const target = await fullSpeed({ cpuMs: 100, waitMs: 20 });
    const stated = await study(target, { function: await sized(target, { source: 'sam', architecture: 'arm64' }) });
    expect(stated.report.price.architecture).toBe('arm64');
    expect(stated.report.current?.memory_mb).toBe(128);
    expect(stated.report.evidence.join(' ')).toContain('It ran on x86_64 and is priced as arm64.');
    const plain = await study(target, { function: await sized(target, { source: 'code', architecture: null }) });
    expect(plain.report.current).toBeNull();
    expect(plain.report.price.architecture).toBe('x86_64');
  });

  it('needs three warm calls', async () => {
    const target = await fullSpeed({ cpuMs: 100, waitMs: 20 });
    const failure = await failureOf(study(target, { settings: { maxInvocations: 3 } }));
    expect(failure.code).toBe('not-enough-data');
    expect(failure.message).toContain('Only 2 warm calls');
    const { report } = await study(target, { settings: { maxInvocations: 4 } });
    expect(report.samples).toBe(3);
  });

  it('gives up a function that never works, naming its first error', async () => {
    const target = await fullSpeed({ cpuMs: 100, waitMs: 20 });
    const samples: NewSample[] = [];
    const failing: Target = {
      ...target,
      [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
      async open(request, signal) {
        const sandbox = await target.open(request, signal);
        return {
          ...sandbox,
          async invoke(invocation, callSignal) {
            const attempt = await sandbox.invoke(invocation, callSignal);
            const error = { type: 'Error', message: 'no such table', stack: [] };
            return { ...attempt, measurement: { ...attempt.measurement, outcome: 'init-error', error } };
          },
        };
      },
    };
    const failure = await failureOf(study(failing, { samples }));
    expect(failure.code).toBe('function-failed');
    expect(failure.message).toContain('Error: no such table');
    expect(samples).toHaveLength(3);
  });
});
