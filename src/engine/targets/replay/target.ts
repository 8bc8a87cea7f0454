import { basename } from 'node:path';
import { ReefError } from '../../../protocol/errors.ts';
import type { FunctionInfo } from '../../../protocol/functions.ts';
import { recordedFunction } from '../../functions/recorded-function.ts';
import type { Clock, Log } from '../../studies/ports.ts';
import type { Capabilities, Sandbox, SandboxRequest, Target } from '../target.ts';
import type { RecordedCurve } from './curve.ts';
import { loadCurves } from './load.ts';
import { replaySandbox, type VirtualClock } from './sandbox.ts';

export type ReplayOptions = {
  /** Absolute path of a CSV file, or of a folder of them. */
  path: string;
  seed: number;
  clock: Clock;
  log: Log;
};

/**
 * Plays recorded curves as if they were functions: each curve is one, at any size between its smallest and largest.
 * Nobody waits: time is virtual. The same seed gives the same calls.
 * @throws ReefError `invalid-curve`
 */
export async function createReplayTarget({ path, seed, clock, log }: ReplayOptions): Promise<Target> {
  const curves = new Map((await loadCurves(path)).map((curve) => [functionId(curve), curve]));
  const time: VirtualClock = { nowMs: clock.nowMs() };
  const opened = new Map<string, number>();
  const name = `replay:${basename(path)}`;
  log.log('info', `${name}: ${curves.size} recorded curve(s), replayed with seed ${seed}.`);

  function curveOf(fn: FunctionInfo): RecordedCurve {
    const curve = curves.get(fn.id);
    if (curve) return curve;
    const known = [...curves.values()].map(({ id }) => id);
    const list = `${known.slice(0, 5).join(', ')}${known.length > 5 ? ` and ${known.length - 5} more` : ''}`;
    throw new ReefError('no-such-function', `${name} holds no curve "${fn.name}"; choose one of its curves: ${list}.`);
  }

  async function open({ function: fn, memoryMb }: SandboxRequest, signal: AbortSignal): Promise<Sandbox> {
    if (signal.aborted) throw new ReefError('cancelled', 'Opening a sandbox was cancelled.');
    const curve = curveOf(fn);
    const { minMb, maxMb } = rangeOf(curve);
    if (memoryMb === null || !Number.isInteger(memoryMb) || memoryMb < minMb || memoryMb > maxMb) {
      const wanted = memoryMb === null ? 'without a size' : `at ${memoryMb} MB`;
      throw new ReefError(
        'sandbox-failed',
        `Curve "${curve.id}" cannot run ${wanted}: it was recorded from ${minMb} to ${maxMb} MB.`,
      );
    }
    const key = `${curve.id}@${memoryMb}`;
    const ordinal = opened.get(key) ?? 0;
    opened.set(key, ordinal + 1);
    return replaySandbox({ curve, memoryMb, ordinal, seed, time });
  }

  return {
    name,
    discover: async () => [...curves.values()].map((curve) => recordedFunction(functionId(curve), curve.id, curve.architecture)),
    describe: async (fn) => capabilitiesOf(curveOf(fn)),
    open,
    [Symbol.asyncDispose]: async () => {},
  };
}

function functionId(curve: RecordedCurve): string {
  return `replay#${curve.id}`;
}

function rangeOf(curve: RecordedCurve): { minMb: number; maxMb: number } {
  const sizes = curve.rows.map((row) => row.memoryMb);
  return { minMb: Math.min(...sizes), maxMb: Math.max(...sizes) };
}

function capabilitiesOf(curve: RecordedCurve): Capabilities {
  return {
    sizes: { ...rangeOf(curve), stepMb: 1 },
    basis: 'measured',
    architectures: [curve.architecture],
    // Sandboxes cost nothing here: as many as a study may want at once.
    maxSandboxes: 1000,
    billed: false,
  };
}
