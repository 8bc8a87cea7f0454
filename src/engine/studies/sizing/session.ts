import { ReefError } from '../../../protocol/errors.ts';
import type { Architecture, FunctionInfo } from '../../../protocol/functions.ts';
import type { CallReport, Measurement, NewSample } from '../../../protocol/samples.ts';
import type { SizingSettings, StudyPlan } from '../../../protocol/sizing.ts';
import { attemptCostUsd } from '../../pricing/attempt-cost.ts';
import type { Price } from '../../pricing/prices.ts';
import type { Capabilities, Sandbox, Sizes, Target } from '../../targets/target.ts';
import type { Clock, Log, OnProgress, Random, SampleStore } from '../ports.ts';
import { makeAttempt } from '../attempt.ts';
import { type Budget, createBudget } from './budget.ts';
import { expectedCallCostUsd } from './expected-cost.ts';
import { checkFailures } from './failures.ts';
import type { Fit } from './fit.ts';
import { type Payload, payloadMix } from './payloads.ts';
import { createThrottle, mostThrottledInARow } from './throttle.ts';

/** What a sizing study is given. All that it knows of the world comes through here. */
export type SizingInput = {
  runId: string;
  function: FunctionInfo;
  target: Target;
  /** What is sent, and how often in the life of the function: weights are any positive numbers. */
  payloads: readonly Payload[];
  /** Attempts that were made before and tell about the same code. */
  free?: readonly FreeEvidence[];
  settings: SizingSettings;
  store: SampleStore;
  clock: Clock;
  random: Random;
  log: Log;
  signal: AbortSignal;
  onProgress: OnProgress;
  /** Waits after a call that the service refused; without it the next call follows at once. */
  sleep?: (durationMs: number, signal: AbortSignal) => Promise<void>;
  /** Asked once before the first call where calls are paid: true to go on. Without it the study goes on. */
  confirm?: (plan: StudyPlan) => Promise<boolean>;
};

/** Attempts that cost nothing now: stored by an earlier study, or imported. */
export type FreeEvidence = {
  samples: readonly NewSample[];
  /** Where they come from, as part of a sentence: `of earlier runs of this code`. */
  origin: string;
  /** Where they ran, when that is not the target of the study. */
  target?: string;
};

/** Why a study ended before it was sure, in words, and what to do about it. */
export type Stop = { limit: string; advice: string };

/** Makes calls within the limits, and stores each as a row as soon as it ends. */
export interface Session {
  readonly input: SizingInput;
  readonly budget: Budget;
  readonly architecture: Architecture;
  /** Names are distinct, weights sum to 1. */
  readonly payloads: readonly Payload[];
  /** Every attempt of this study so far, in order. */
  readonly samples: readonly NewSample[];
  /** Free evidence, then the attempts of this study. */
  readonly evidence: readonly NewSample[];
  /** What ended the study early; null while nothing did. */
  readonly stoppedBy: Stop | null;
  /** Calls that may be under way at once: as many as asked for, fewer after throttled calls. */
  readonly concurrency: number;
  open(memoryMb: number | null): Promise<Sandbox>;
  /**
   * One call: an attempt, made again after a pause when it was throttled. Null when a limit forbids it. Calls may overlap in
   * different sandboxes. Throws ReefError `cancelled`, `sandbox-failed`, or `function-failed` when it never works.
   */
  call(sandbox: Sandbox, payload: Payload): Promise<NewSample | null>;
  /** Expected number of calls, for progress. */
  plan(calls: number): void;
}

/** All that a report is made from. */
export type Concluded = {
  session: Session;
  capabilities: Capabilities;
  /** Sizes to choose from. */
  range: Sizes;
  price: Price;
  fit: Fit;
};

export type SessionOptions = { input: SizingInput; architecture: Architecture; price: Price; billed: boolean };

export function createSession({ input, architecture, price, billed }: SessionOptions): Session {
  const { clock, signal, settings } = input;
  const budget = createBudget(settings, clock);
  const payloads = payloadMix(input.payloads);
  const free = (input.free ?? []).flatMap((each) => each.samples);
  const samples: NewSample[] = [];
  const attemptsBySandbox = new WeakMap<Sandbox, number>();
  const throttle = createThrottle(input);
  let stoppedBy: Stop | null = null;
  let planned = settings.maxInvocations;

  const context = {
    runId: input.runId,
    architecture,
    store: input.store,
    clock,
    costUsd: (memoryMb: number | null, measurement: Measurement, report: CallReport | undefined) =>
      attemptCostUsd(price, memoryMb, measurement, report?.billedMs),
  };

  async function attempt(sandbox: Sandbox, payload: Payload, expectedUsd: number): Promise<NewSample> {
    const earlierAttempts = attemptsBySandbox.get(sandbox) ?? 0;
    attemptsBySandbox.set(sandbox, earlierAttempts + 1);
    const invocation = { payload: payload.payload, eventName: payload.name };
    const { sample } = await makeAttempt(sandbox, invocation, { ...context, earlierAttempts }, signal);
    samples.push(sample);
    // What an attempt of unknown cost did cost is unknown; the limit counts at least the request.
    budget.end(expectedUsd, sample.memoryMb === null ? 0 : (sample.costUsd ?? price.usdPerRequest));
    return sample;
  }

  const evidence = (): NewSample[] => [...free, ...samples];

  function report(sandbox: Sandbox, sample?: NewSample): void {
    const perCallMs = budget.elapsedMs() / Math.max(1, budget.invocations);
    const total = Math.max(planned, budget.invocations);
    input.onProgress({
      message:
        sandbox.memoryMb === null ? `Calling ${input.function.name}` : `Calling ${input.function.name} at ${sandbox.memoryMb} MB`,
      done: budget.invocations,
      total,
      remainingMs: budget.invocations === 0 ? null : perCallMs * (total - budget.invocations),
      ...(sample === undefined ? {} : { sample }),
    });
  }

  return {
    input,
    budget,
    architecture,
    payloads,
    samples,
    get evidence() {
      return evidence();
    },
    get stoppedBy() {
      return stoppedBy;
    },
    get concurrency() {
      return throttle.concurrency;
    },
    open(memoryMb) {
      if (signal.aborted) throw cancelled();
      return input.target.open({ function: input.function, memoryMb, architecture }, signal);
    },
    async call(sandbox, payload) {
      for (let throttled = 0; throttled < mostThrottledInARow;) {
        if (signal.aborted) throw cancelled();
        const { memoryMb } = sandbox;
        const expectedUsd = expectedCallCostUsd({ samples: evidence(), price, billed, function: input.function, memoryMb });
        const limit = budget.begin(expectedUsd);
        if (limit !== null) {
          stoppedBy = { limit, advice: 'raise it' };
          return null;
        }
        if (samples.length === 0) report(sandbox);
        const sample = await attempt(sandbox, payload, expectedUsd);
        report(sandbox, sample);
        checkFailures(input.function, evidence());
        if (sample.outcome !== 'throttled' && sample.outcome !== 'unavailable') return sample;
        throttled += 1;
        await throttle.slowDown(throttled);
      }
      stoppedBy = {
        limit: `${mostThrottledInARow} throttled calls in a row`,
        advice: 'allow more calls at once at the provider, or try again later',
      };
      return null;
    },
    plan(calls) {
      planned = Math.min(calls, settings.maxInvocations);
    },
  };
}

function cancelled(cause?: unknown): ReefError {
  return new ReefError('cancelled', 'The study was cancelled; its samples are kept.', { cause });
}
