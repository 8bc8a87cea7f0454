import { recordedFunction } from '../../src/engine/functions/recorded-function.ts';
import type { Random } from '../../src/engine/studies/ports.ts';
import type { Target } from '../../src/engine/targets/target.ts';
import type { FunctionInfo } from '../../src/protocol/functions.ts';
import { unmeasured } from '../../src/protocol/samples.ts';
import { callAt, type Truth } from './truth.ts';

/** A target whose calls follow the truth and its noise; the first call of a sandbox is cold. Time is virtual. */
export function simulatedTarget(truth: Truth, random: Random): Target {
  let opened = 0;
  return {
    name: 'simulated',
    discover: async () => [functionOf(truth)],
    describe: async () => ({
      sizes: { minMb: truth.minMb, maxMb: truth.maxMb, stepMb: 1 },
      basis: 'measured',
      architectures: [truth.curve.architecture],
      maxSandboxes: 100,
      billed: false,
    }),
    open: async ({ memoryMb }) => {
      const id = String(opened++);
      const size = memoryMb ?? truth.maxMb;
      let calls = 0;
      const close = async (): Promise<void> => {};
      return {
        id,
        memoryMb,
        logs: () => [],
        close,
        [Symbol.asyncDispose]: close,
        invoke: async () => {
          const cold = calls === 0;
          const { durationMs, initMs } = callAt(truth, size, cold, random);
          const timing = { durationMs, initMs: cold ? initMs : null, roundTripMs: durationMs + initMs };
          const measurement = { ...unmeasured, outcome: 'ok' as const, cold, startedAtMs: 0, error: null, ...timing };
          return { measurement, sandboxId: id, sandboxSequence: calls++, response: null };
        },
      };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

export function functionOf({ id, curve }: Truth): FunctionInfo {
  return recordedFunction(id, id, curve.architecture);
}
