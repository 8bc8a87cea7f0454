import { ReefError } from '../../../protocol/errors.ts';
import { type Measurement, unmeasured } from '../../../protocol/samples.ts';
import { lognormal, seededRandom, seedOf } from '../../numerics/random.ts';
import type { Attempt, Sandbox } from '../target.ts';
import { type CurveFigures, figuresAt, type RecordedCurve } from './curve.ts';

/** Time that passes without anybody waiting. */
export type VirtualClock = { nowMs: number };

export type ReplaySandbox = {
  curve: RecordedCurve;
  memoryMb: number;
  /** Number of sandboxes opened earlier at this size of this curve. */
  ordinal: number;
  seed: number;
  time: VirtualClock;
};

/**
 * A sandbox that draws its durations from a recorded curve. Its noise depends on the seed, the curve, the size and
 * its ordinal, and so not on what else runs or in which order.
 */
export function replaySandbox({ curve, memoryMb, ordinal, seed, time }: ReplaySandbox): Sandbox {
  const id = `${curve.id}@${memoryMb}#${ordinal}`;
  const random = seededRandom(seedOf(seed, curve.id, memoryMb, ordinal));
  const recorded = figuresAt(curve, memoryMb);
  let calls = 0;
  let closed = false;

  async function invoke(_invocation: unknown, signal: AbortSignal): Promise<Attempt> {
    if (signal.aborted) throw new ReefError('cancelled', 'The call was cancelled.');
    if (closed) throw new ReefError('sandbox-failed', `The sandbox ${id} is closed; open another one.`);
    const sandboxSequence = calls++;
    const durationMs = lognormal(random, recorded.durationMs, recorded.sigmaLn);
    const measurement = measure(recorded, memoryMb, durationMs, sandboxSequence === 0, time.nowMs);
    time.nowMs += (measurement.initMs ?? 0) + (measurement.durationMs ?? 0);
    return { measurement, sandboxId: id, sandboxSequence, response: null };
  }

  const close = async (): Promise<void> => {
    closed = true;
  };
  return { id, memoryMb, invoke, logs: () => [], close, [Symbol.asyncDispose]: close };
}

function measure(recorded: CurveFigures, memoryMb: number, durationMs: number, cold: boolean, startedAtMs: number): Measurement {
  const outOfMemory = recorded.maxMemoryMb !== null && recorded.maxMemoryMb > memoryMb;
  return {
    ...unmeasured,
    outcome: outOfMemory ? 'oom' : 'ok',
    cold,
    startedAtMs,
    durationMs: outOfMemory ? null : durationMs,
    initMs: cold ? recorded.initMs : null,
    roundTripMs: outOfMemory ? null : durationMs,
    peakRssMb: outOfMemory ? memoryMb : recorded.maxMemoryMb,
    error: outOfMemory
      ? { type: 'Runtime.OutOfMemory', message: `The recorded curve used more than ${memoryMb} MB.`, stack: [] }
      : null,
  };
}
