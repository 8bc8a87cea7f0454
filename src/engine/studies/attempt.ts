import { isCancelled, ReefError } from '../../protocol/errors.ts';
import type { Architecture } from '../../protocol/functions.ts';
import { type CallReport, type Measurement, type Sample, unmeasured } from '../../protocol/samples.ts';
import type { Attempt, Invocation, Sandbox } from '../targets/target.ts';
import type { Clock, SampleStore } from './ports.ts';

export type AttemptContext = {
  runId: string;
  architecture: Architecture;
  store: SampleStore;
  clock: Clock;
  /** Attempts in this sandbox before this one. */
  earlierAttempts: number;
  /** USD at the provider; null where it is not known. */
  costUsd: (memoryMb: number | null, measurement: Measurement, report: CallReport | undefined) => number | null;
};

export type StoredAttempt = { sample: Sample; response: string | null; report?: CallReport };

/**
 * Makes one attempt and stores it as a row, whatever its outcome; one that is given up is a row too, before the
 * cancellation goes on to the caller.
 * @throws ReefError `cancelled`, `sandbox-failed`
 */
export async function makeAttempt(
  sandbox: Sandbox,
  invocation: Invocation,
  context: AttemptContext,
  signal: AbortSignal,
): Promise<StoredAttempt> {
  const startedAtMs = context.clock.nowMs();
  try {
    const attempt = await sandbox.invoke(invocation, signal);
    const { response, report } = attempt;
    return { sample: store(sandbox, invocation, context, attempt), response, ...(report !== undefined && { report }) };
  } catch (error) {
    if (!isCancelled(error) && !signal.aborted) throw error;
    const sandboxSequence = context.earlierAttempts;
    const measurement = { ...unmeasured, outcome: 'cancelled', cold: sandboxSequence === 0, startedAtMs, error: null } as const;
    store(sandbox, invocation, context, { measurement, sandboxId: sandbox.id, sandboxSequence });
    throw new ReefError('cancelled', 'Cancelled: what was measured is kept.', { cause: error });
  }
}

function store(
  sandbox: Sandbox,
  { eventName }: Invocation,
  { runId, costUsd, store, ...context }: AttemptContext,
  { measurement, sandboxId, sandboxSequence, requestId, report }: Omit<Attempt, 'response'>,
): Sample {
  // An alias may share its calls among versions: the report says which of them it was.
  const memoryMb = report?.memoryMb ?? sandbox.memoryMb;
  const architecture = report?.architecture ?? context.architecture;
  const place = { runId, memoryMb, architecture, sandboxId, sandboxSequence, eventName };
  const named = requestId === undefined ? {} : { requestId };
  const sample = { ...measurement, ...place, costUsd: costUsd(memoryMb, measurement, report), ...named };
  const [stored] = store.addSamples([sample]);
  if (stored === undefined) throw new ReefError('internal', 'An attempt was not kept: report it as a fault of Reef.');
  return stored;
}
