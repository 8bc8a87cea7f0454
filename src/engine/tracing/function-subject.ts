import { ReefError } from '../../protocol/errors.ts';
import { effectiveMemoryMb, type FunctionInfo } from '../../protocol/functions.ts';
import type { Sample } from '../../protocol/samples.ts';
import type { Made } from '../evidence/version.ts';
import type { Event } from '../event.ts';
import { attemptCostUsd } from '../pricing/attempt-cost.ts';
import { lambdaPrice } from '../pricing/prices.ts';
import { makeAttempt } from '../studies/attempt.ts';
import type { Clock, SampleStore } from '../studies/ports.ts';
import type { Trace } from '../studies/tracing/trace.ts';
import { runningArchitecture, type Sandbox, type Target } from '../targets/target.ts';
import type { FunctionSubject, TraceStudyRequest } from './request.ts';
import type { Subject } from './subject.ts';

type Context = {
  request: TraceStudyRequest;
  target: Target;
  function: FunctionInfo;
  events: readonly Event[];
  made: Made;
  store: () => SampleStore;
  clock: Clock;
};

/**
 * A function, in a new sandbox for each run: its init, then its calls.
 * @throws ReefError when the target cannot run it, or cannot read its memory
 */
export async function functionSubject(wish: FunctionSubject, context: Context, signal: AbortSignal): Promise<Subject> {
  const { request, target, function: fn, events, made, store, clock } = context;
  const capabilities = await target.describe(fn, signal);
  const { sizes } = capabilities;
  const open = target.openTraced?.bind(target);
  if (open === undefined) {
    const sentence = `The target ${target.name} cannot trace memory: use docker, or process on Linux.`;
    throw new ReefError('no-such-target', sentence);
  }
  const stated = wish.memoryMb ?? effectiveMemoryMb(fn);
  const memoryMb = sizes === null ? null : Math.min(sizes.maxMb, Math.max(sizes.minMb, stated));
  const architecture = runningArchitecture(fn, capabilities);
  const price = lambdaPrice(architecture, capabilities.region);
  const { calls = 1 } = wish;
  const costUsd: AttemptFacts['costUsd'] = (size, measurement) => attemptCostUsd(price, size, measurement);
  return {
    function: fn,
    isImage: false,
    target: wish.target,
    architecture,
    memoryMb,
    settings: { events: events.map(({ name }) => name), memory_mb: memoryMb, calls, ...made },
    inputs: events.length,
    actuationDelayMs: async () => null,
    sizes,
    async tryAt(runId, triedMb, signal) {
      const attempt = { runId, architecture, store: store(), clock, costUsd };
      let durationMs = 0;
      for (const event of events) {
        const sandbox = await target.open({ function: fn, memoryMb: triedMb, architecture, asDeployed: true }, signal);
        const last = (await callsIn(sandbox, event, calls, attempt, signal)).at(-1);
        if (last?.outcome !== 'ok') return { memoryMb: triedMb, passed: false, durationMs: null };
        durationMs = Math.max(durationMs, last.durationMs ?? 0);
      }
      return { memoryMb: triedMb, passed: true, durationMs };
    },
    async runOnce(runId, index, signal) {
      const event = events[index % events.length] ?? { payload: '{}', name: null };
      const traces: Trace[] = [];
      const { sandbox, probe } = await open(
        { function: fn, memoryMb, architecture, asDeployed: true },
        { onReading: (reading) => request.onReading?.({ ...reading, run: index }), onTrace: (trace) => void traces.push(trace) },
        signal,
      );
      const attempt = { runId, architecture, store: store(), clock, costUsd };
      const samples = await callsIn(sandbox, event, calls, attempt, signal);
      const [trace, [first]] = [traces[0], samples];
      if (trace === undefined || first === undefined) {
        throw new ReefError('sandbox-failed', `The memory of ${fn.name} could not be read: no reading came from its sandbox.`);
      }
      const { outcome, error } = samples.at(-1) ?? first;
      const worked = outcome === 'ok' || outcome === 'error';
      const ending = worked ? { exitCode: null, signal: null, isOom: false } : trace.ending;
      return {
        trace: { ...trace, ending: { ...ending, isOom: ending.isOom || outcome === 'oom', isFailed: !worked } },
        probe: { ...probe, passed_over: [] },
        facts: {
          outcome,
          ...(error !== null && { error: `${error.type}: ${error.message}` }),
          event: event.name,
          input_bytes: Buffer.byteLength(event.payload),
        },
        sampleId: first.id,
      };
    },
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  };
}

type AttemptFacts = Omit<Parameters<typeof makeAttempt>[2], 'earlierAttempts'>;

/** Calls one after the other, until one does not succeed; the sandbox has ended then. */
async function callsIn(
  sandbox: Sandbox,
  { payload, name }: Event,
  calls: number,
  facts: AttemptFacts,
  signal: AbortSignal,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  try {
    while (samples.length < calls && (samples.at(-1)?.outcome ?? 'ok') === 'ok') {
      const context = { ...facts, earlierAttempts: samples.length };
      const { sample } = await makeAttempt(sandbox, { payload, eventName: name }, context, signal);
      samples.push(sample);
    }
  } finally {
    await sandbox.close();
  }
  return samples;
}
