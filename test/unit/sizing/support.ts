import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { seededRandom } from '../../../src/engine/numerics/random.ts';
import type { Progress } from '../../../src/engine/studies/ports.ts';
import { runSizing, type SizingInput } from '../../../src/engine/studies/sizing/study.ts';
import { createReplayTarget } from '../../../src/engine/targets/replay/target.ts';
import type { Sandbox, Target } from '../../../src/engine/targets/target.ts';
import type { FunctionInfo } from '../../../src/protocol/functions.ts';
import type { Measurement, NewSample } from '../../../src/protocol/samples.ts';
import { defaultSizingSettings, SizingReport, type SizingSettings } from '../../../src/protocol/sizing.ts';

const silent = { log: () => {} };

/** A clock that moves 10 ms at each look, the same in each test. */
export function steppingClock(): { nowMs(): number } {
  let now = Date.UTC(2026, 0, 1);
  return { nowMs: () => (now += 10) };
}

/** A recorded curve without noise, from sizes to ms. */
export type Curve = {
  sizes: readonly number[];
  durationMs: (memoryMb: number) => number;
  sigmaLn?: number;
  peakMb?: number;
  initMs?: number;
};

/** The replay target over curves written to a CSV file, which is how people use it. */
export async function replayOf(curves: Record<string, Curve>, seed = 1): Promise<Target> {
  const lines = Object.entries(curves).flatMap(([id, { sizes, durationMs, sigmaLn = 0, peakMb, initMs }]) =>
    sizes.map((size) => [id, size, durationMs(size), sigmaLn, peakMb ?? '', initMs ?? ''].join(',')),
  );
  return replayOfText(['curve_id,memory_mb,duration_ms,sigma_ln,max_memory_mb,init_ms', ...lines].join('\n'), seed);
}

export async function replayOfText(csv: string, seed = 1, file = 'curves.csv'): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-replay-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, file), csv);
  return createReplayTarget({ path: join(folder, file), seed, clock: steppingClock(), log: silent });
}

/** The same target with other outcomes: `alter` sees each measurement with its size and the number of calls before it. */
export function altered(
  target: Target,
  alter: (measurement: Measurement, memoryMb: number | null, earlier: number) => Measurement,
): Target {
  let calls = 0;
  return {
    ...target,
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
    async open(request, signal) {
      const sandbox = await target.open(request, signal);
      return {
        ...sandbox,
        async invoke(invocation, callSignal) {
          const attempt = await sandbox.invoke(invocation, callSignal);
          return { ...attempt, measurement: alter(attempt.measurement, request.memoryMb, calls++) };
        },
      };
    },
  };
}

/** Counts sandboxes that are open. */
export function counted(target: Target): { target: Target; open: Set<Sandbox> } {
  const open = new Set<Sandbox>();
  const counting: Target = {
    ...target,
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
    async open(request, signal) {
      const sandbox = await target.open(request, signal);
      open.add(sandbox);
      const close = async (): Promise<void> => {
        open.delete(sandbox);
        await sandbox.close();
      };
      return { ...sandbox, close, [Symbol.asyncDispose]: close };
    },
  };
  return { target: counting, open };
}

export type Studied = { report: SizingReport; samples: NewSample[]; progress: Progress[] };

export type Overrides = Partial<Omit<SizingInput, 'settings'>> & { settings?: Partial<SizingSettings>; samples?: NewSample[] };

/** Runs the study on the target's first function (or `function`) and checks the report against its schema. */
export async function study(target: Target, overrides: Overrides = {}): Promise<Studied> {
  const { settings, samples = [], ...rest } = overrides;
  const signal = rest.signal ?? new AbortController().signal;
  const first = rest.function ?? (await target.discover(signal))[0];
  if (!first) throw new Error('The target has no function');
  const progress: Progress[] = [];
  const report = await runSizing({
    runId: 'run-1',
    function: first,
    target,
    payloads: [{ payload: '{}', name: null, weight: 1 }],
    store: {
      addSamples(rows) {
        samples.push(...rows);
        return rows.map((row, id) => ({ ...row, id }));
      },
    },
    clock: steppingClock(),
    random: seededRandom(1),
    log: silent,
    signal,
    onProgress: (step) => progress.push(step),
    ...rest,
    settings: { ...defaultSizingSettings, ...settings },
  });
  return { report: SizingReport.parse(report), samples, progress };
}

export async function firstFunction(target: Target): Promise<FunctionInfo> {
  const [first] = await target.discover(new AbortController().signal);
  if (!first) throw new Error('The target has no function');
  return first;
}

/** What was thrown, for assertions on its code and sentence. */
export async function failureOf(work: Promise<unknown>): Promise<{ code: unknown; message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return { code: 'code' in error ? error.code : undefined, message: error.message };
  }
  throw new Error('Nothing was thrown');
}

/** T(m) of the sizing reference: 20 ms of waiting, 100 ms of CPU, p threads. */
export function modelMs(memoryMb: number, parallelism = 1): number {
  return 20 + 100 / Math.min(memoryMb / 1769, parallelism);
}
