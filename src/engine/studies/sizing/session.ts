import { isCancelled, ReefError } from '../../../protocol/errors.ts';
import type { Architecture, FunctionInfo } from '../../../protocol/functions.ts';
import type { Measurement, NewSample } from '../../../protocol/samples.ts';
import type { SizingSettings } from '../../../protocol/sizing.ts';
import { billedCostUsd } from '../../pricing/bill.ts';
import type { Price } from '../../pricing/prices.ts';
import type { Capabilities, Sandbox, Target } from '../../targets/target.ts';
import type { Clock, Log, OnProgress, Random, SampleStore } from '../ports.ts';
import { type Budget, createBudget } from './budget.ts';
import { expectedCallCostUsd } from './expected-cost.ts';
import { checkFailures } from './failures.ts';
import type { Fit } from './fit.ts';

/** What a sizing study is given. All that it knows of the world comes through here. */
export type SizingInput = {
  runId: string;
  function: FunctionInfo;
  target: Target;
  /** JSON text of the event. */
  payload: string;
  eventName: string | null;
  settings: SizingSettings;
  store: SampleStore;
  clock: Clock;
  random: Random;
  log: Log;
  signal: AbortSignal;
  onProgress: OnProgress;
  /** Waits after a throttled call; without it the next call follows at once. */
  sleep?: (durationMs: number, signal: AbortSignal) => Promise<void>;
};

/** Makes calls within the limits, and stores each as a row as soon as it ends. */
export interface Session {
  readonly input: SizingInput;
  readonly budget: Budget;
  readonly architecture: Architecture;
  /** Every attempt so far, in order. */
  readonly samples: readonly NewSample[];
  /** Which limit ended the study early, in words; null while none did. */
  readonly stoppedBy: string | null;
  open(memoryMb: number | null): Promise<Sandbox>;
  /** One attempt; null when a limit forbids it. Throws ReefError `cancelled`, `sandbox-failed`, or `function-failed` when it never works. */
  call(sandbox: Sandbox): Promise<NewSample | null>;
  /** Expected number of calls, for progress. */
  plan(calls: number): void;
}

/** All that a report is made from. */
export type Concluded = { session: Session; capabilities: Capabilities; price: Price; fit: Fit };

export type SessionOptions = { input: SizingInput; architecture: Architecture; price: Price; billed: boolean };

export function createSession({ input, architecture, price, billed }: SessionOptions): Session {
  const { clock, signal, settings } = input;
  const budget = createBudget(settings, clock);
  const samples: NewSample[] = [];
  let stoppedBy: string | null = null;
  let planned = settings.maxInvocations;

  function store(sandbox: Sandbox, sandboxSequence: number, measurement: Measurement): NewSample {
    const { memoryMb } = sandbox;
    const sample: NewSample = {
      ...measurement,
      runId: input.runId,
      memoryMb,
      architecture,
      sandboxId: sandbox.id,
      sandboxSequence,
      eventName: input.eventName,
      costUsd: costOf(price, memoryMb, measurement),
    };
    samples.push(sample);
    // What an attempt of unknown cost did cost is unknown; the limit counts at least the request.
    budget.add(memoryMb === null ? 0 : (sample.costUsd ?? price.usdPerRequest));
    input.store.addSamples([sample]);
    return sample;
  }

  async function invoke(sandbox: Sandbox): Promise<NewSample> {
    const startedAtMs = clock.nowMs();
    try {
      const attempt = await sandbox.invoke({ payload: input.payload, eventName: input.eventName }, signal);
      return store(sandbox, attempt.sandboxSequence, attempt.measurement);
    } catch (error) {
      if (!isCancelled(error) && !signal.aborted) throw error;
      const earlier = samples.filter((sample) => sample.sandboxId === sandbox.id).length;
      store(sandbox, earlier, cancelledMeasurement(startedAtMs, earlier === 0));
      throw cancelled(error);
    }
  }

  function report(sandbox: Sandbox): void {
    const perCallMs = budget.elapsedMs() / Math.max(1, budget.invocations);
    const total = Math.max(planned, budget.invocations);
    input.onProgress({
      message:
        sandbox.memoryMb === null ? `Calling ${input.function.name}` : `Calling ${input.function.name} at ${sandbox.memoryMb} MB`,
      done: budget.invocations,
      total,
      remainingMs: budget.invocations === 0 ? null : perCallMs * (total - budget.invocations),
    });
  }

  return {
    input,
    budget,
    architecture,
    samples,
    get stoppedBy() {
      return stoppedBy;
    },
    open(memoryMb) {
      if (signal.aborted) throw cancelled();
      return input.target.open({ function: input.function, memoryMb, architecture }, signal);
    },
    async call(sandbox) {
      if (signal.aborted) throw cancelled();
      stoppedBy = budget.refusal(
        expectedCallCostUsd({ samples, price, billed, function: input.function, memoryMb: sandbox.memoryMb }),
      );
      if (stoppedBy !== null) return null;
      if (samples.length === 0) report(sandbox);
      const sample = await invoke(sandbox);
      report(sandbox);
      checkFailures(input.function, samples);
      if (sample.outcome === 'throttled') await waitAfterThrottle(input, samples);
      return sample;
    },
    plan(calls) {
      planned = Math.min(calls, settings.maxInvocations);
    },
  };
}

function costOf(price: Price, memoryMb: number | null, measurement: Measurement): number | null {
  if (memoryMb === null) return null;
  // A throttled call does not reach the function, and is not billed.
  if (measurement.outcome === 'throttled') return 0;
  if (measurement.durationMs === null) return null;
  return billedCostUsd(price, { memoryMb, durationMs: measurement.durationMs, initMs: measurement.initMs });
}

const firstWaitMs = 500;
const longestWaitMs = 8000;

async function waitAfterThrottle(input: SizingInput, samples: readonly NewSample[]): Promise<void> {
  const inARow = samples.length - 1 - samples.findLastIndex((sample) => sample.outcome !== 'throttled');
  await input.sleep?.(Math.min(longestWaitMs, firstWaitMs * 2 ** (inARow - 1)), input.signal);
}

function cancelled(cause?: unknown): ReefError {
  return new ReefError('cancelled', 'The study was cancelled; its samples are kept.', { cause });
}

/** An attempt that was given up: it happened, and measured nothing. */
function cancelledMeasurement(startedAtMs: number, cold: boolean): Measurement {
  return {
    outcome: 'cancelled',
    cold,
    startedAtMs,
    durationMs: null,
    initMs: null,
    roundTripMs: null,
    cpuUserMs: null,
    cpuSystemMs: null,
    runQueueMs: null,
    peakRssMb: null,
    minorFaults: null,
    majorFaults: null,
    voluntarySwitches: null,
    involuntarySwitches: null,
    gcMs: null,
    eventLoopUtilization: null,
    error: null,
  };
}
