import { seededRandom } from '../../src/engine/numerics/random.ts';
import type { Random } from '../../src/engine/studies/ports.ts';
import { runSizing } from '../../src/engine/studies/sizing/study.ts';
import type { Target } from '../../src/engine/targets/target.ts';
import type { FunctionInfo } from '../../src/protocol/functions.ts';
import { type NewSample, unmeasured } from '../../src/protocol/samples.ts';
import { defaultSizingSettings, type Objective, type SizingReport } from '../../src/protocol/sizing.ts';
import { callAt, type Truth } from './truth.ts';

export type Studied = {
  fn: FunctionInfo;
  target: Target;
  objective: Objective;
  seed: number;
  /** Attempts that are known beforehand. */
  free?: readonly NewSample[];
};

/** One sizing study without a store and without waits. */
export function studied({ fn, target, objective, seed, free = [] }: Studied): Promise<SizingReport> {
  return runSizing({
    runId: 'bench',
    function: fn,
    target,
    payloads: [{ payload: '{}', name: null, weight: 1 }],
    free: [{ samples: free, origin: 'in logs' }],
    settings: { ...defaultSizingSettings, objective, seed },
    store: { addSamples: (samples) => samples.map((sample, id) => ({ ...sample, id })) },
    clock: { nowMs: () => Date.now() },
    random: seededRandom(seed),
    log: { log: () => {} },
    signal: new AbortController().signal,
    onProgress: () => {},
  });
}

const loggedCalls = 50;
const loggedMb = 1024;

/** Warm calls as logs give them: all at one size, 1,024 MB or the nearest there is. */
export function loggedSamples(truth: Truth, random: Random): NewSample[] {
  const memoryMb = Math.min(truth.maxMb, Math.max(truth.minMb, loggedMb));
  return Array.from({ length: loggedCalls }, (_, i) => ({
    ...unmeasured,
    outcome: 'ok' as const,
    cold: false,
    startedAtMs: 0,
    durationMs: callAt(truth, memoryMb, false, random).durationMs,
    error: null,
    runId: 'logs',
    memoryMb,
    architecture: truth.curve.architecture,
    sandboxId: 'logs',
    sandboxSequence: i + 1,
    eventName: null,
    costUsd: null,
  }));
}
