import type { NewSample } from '../../../protocol/samples.ts';
import { median, sum } from '../../numerics/statistics.ts';
import { vcpus } from './grid.ts';
import { type Observation, observe, type WarmCall } from './observations.ts';
import type { PayloadEvidence } from './payload.ts';
import { type Account, type Split, splitOf } from './split.ts';

/** A machine is busy when calls spend more than this share of their time waiting for a core that other programs have. */
const busyShare = 0.05;

/**
 * The attempts that say how fast a function is: warm, successful, and on a busy machine the half that waited least for a
 * core, as the others suffered from shared caches and late helper threads too.
 */
export function warmOk(samples: readonly NewSample[]): NewSample[] {
  const warm = warmSuccesses(samples);
  if (warm.length === 0) return [];
  const limit = Math.max(busyShare, median(warm.map(queuedShare)));
  return warm.filter((sample) => queuedShare(sample) <= limit);
}

/** Share of their time in which warm calls waited for a core; null when that is too little to tell. */
export function busyShareOf(samples: readonly NewSample[]): number | null {
  const warm = warmSuccesses(samples);
  const share = sum(warm.map((each) => each.runQueueMs ?? 0)) / Math.max(1e-9, sum(warm.map((each) => each.durationMs ?? 0)));
  return share > busyShare ? share : null;
}

/** Every warm call that succeeded, shown to be warm: no init came with it. */
export function warmSuccesses(samples: readonly NewSample[]): NewSample[] {
  return samples.filter(
    (sample) => sample.outcome === 'ok' && !sample.cold && sample.initMs === null && sample.durationMs !== null,
  );
}

function queuedShare({ runQueueMs, durationMs }: NewSample): number {
  return runQueueMs === null || durationMs === null || durationMs === 0 ? 0 : runQueueMs / durationMs;
}

/** All that the attempts with one payload say about its speed. Attempts without a size tell waiting from CPU work only. */
export function payloadEvidenceOf(samples: readonly NewSample[], weight = 1): PayloadEvidence {
  const censored = samples.flatMap(({ outcome, memoryMb, durationMs }) =>
    outcome === 'timeout' && memoryMb !== null && durationMs !== null ? [{ memoryMb, atLeastMs: durationMs }] : [],
  );
  const sized = samples.filter(({ memoryMb }) => memoryMb !== null);
  const cold = callsOf(sized.filter((sample) => sample.cold && sample.outcome === 'ok'));
  return { weight, observations: observationsOf(sized), censored, cold, local: localSplitOf(samples) };
}

/** Waiting and CPU work by the calls that had most of a CPU: at full speed, else at the largest size that has accounts. */
function localSplitOf(samples: readonly NewSample[]): Split | null {
  const accounted = warmSuccesses(samples).filter((sample) => accountOf(sample).length > 0);
  if (accounted.length === 0) return null;
  const mostMb = Math.max(...accounted.map(({ memoryMb }) => memoryMb ?? Infinity));
  const used = accounted.filter(({ memoryMb }) => (memoryMb ?? Infinity) === mostMb);
  return splitOf(used.flatMap(accountOf), vcpus(mostMb));
}

/**
 * Wall and CPU time of a call; empty where it has no CPU time. At full speed, time in the run queue is other programs'
 * doing and no part of the function, and is taken out; at a size it is the limit of that size.
 */
export function accountOf({ memoryMb, durationMs, cpuUserMs, cpuSystemMs, runQueueMs, voluntarySwitches }: NewSample): Account[] {
  if (durationMs === null || cpuUserMs === null || cpuSystemMs === null) return [];
  const queuedMs = memoryMb === null ? (runQueueMs ?? 0) : 0;
  return [{ wallMs: Math.max(0, durationMs - queuedMs), cpuMs: cpuUserMs + cpuSystemMs, waits: voluntarySwitches }];
}

/** What they say at each size, on a target that sets sizes. */
export function observationsOf(samples: readonly NewSample[]): Observation[] {
  return observe(callsOf(warmOk(samples)));
}

function callsOf(samples: readonly NewSample[]): WarmCall[] {
  return samples.flatMap(({ memoryMb, durationMs }) =>
    memoryMb === null || durationMs === null ? [] : [{ memoryMb, durationMs }],
  );
}
