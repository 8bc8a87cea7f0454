import { shuffled } from '../../numerics/random.ts';
import type { Sizes } from '../../targets/target.ts';
import { callAt } from './call-at.ts';
import { heaviest, samplesOf } from './groups.ts';
import { isTooSmall, known } from './known.ts';
import type { Payload } from './payloads.ts';
import { firstSizes, revised, uncovered } from './plan.ts';
import type { Pool } from './pool.ts';
import type { Session } from './session.ts';
import { firstWarmCalls } from './tuning.ts';
import { warmOk } from './warm.ts';

type FirstProbes = {
  session: Session;
  range: Sizes;
  pool: Pool;
  /** Sizes at a time: as many as may be open. */
  groupSize: number;
};

/**
 * A cold call at each of the first sizes that free evidence does not cover, largest first, with the payload that asks most;
 * at the first of them each payload is called, so that it is known which that is. Then rounds of warm calls in random
 * order, so that drift of the machine does not look like an effect of memory. False when a limit ended it.
 */
export async function probeFirst(first: FirstProbes): Promise<boolean> {
  const { session, range, pool, groupSize } = first;
  let pending = sizesToProbe(session, range);
  while (pending.length > 0) {
    const group: number[] = [];
    while (pending.length > 0 && group.length < groupSize) {
      const [size = range.maxMb, ...rest] = pending;
      group.push(size);
      if (!(await callAt({ session, pool, memoryMb: size, payload: heaviest(session), warmCalls: 0 }))) return false;
      if (!(await meetPayloads(first, size))) return false;
      pending = revised(rest, known(session, range), range);
    }
    if (!(await warmRounds(first, group, pending.length))) return false;
  }
  return true;
}

/** The first sizes that are not known for free: those with enough warm calls, or with some nearby, need no call. */
export function sizesToProbe(session: Session, range: Sizes): number[] {
  const { maxInvocations } = session.input.settings;
  const sizes = firstSizes(range, maxInvocations - (session.payloads.length - 1));
  const warm = warmOk(session.evidence);
  const covered = [...new Set(warm.flatMap((sample) => sample.memoryMb ?? []))].filter((size) =>
    session.payloads.every((payload) => warmCallsAt(session, size, payload) >= roundsFor(session)),
  );
  if (session.evidence.length === 0) return sizes;
  const left = uncovered(sizes, covered);
  // A curve needs two sizes, however near the known one is to all others.
  const further = sizes.filter((size) => !covered.includes(size)).slice(0, 1);
  return revised(left.length === 0 && covered.length < 2 ? further : left, known(session, range), range);
}

/** Rounds of warm calls at each of the first sizes: with several payloads they tell each other's shape. */
export function roundsFor({ payloads }: Session): number {
  return payloads.length > 2 ? 1 : firstWarmCalls;
}

/** One warm call of each payload that was never called; nothing where the size is too small for one. */
async function meetPayloads({ session, pool }: FirstProbes, memoryMb: number): Promise<boolean> {
  for (const payload of session.payloads) {
    const called = samplesOf(session.evidence, session, payload).length > 0;
    if (called || cannotWork(session, memoryMb)) continue;
    if (!(await callAt({ session, pool, memoryMb, payload, warmCalls: 1 }))) return false;
  }
  return true;
}

async function warmRounds({ session, pool }: FirstProbes, group: readonly number[], sizesLeft: number): Promise<boolean> {
  const { payloads, input, budget } = session;
  const left = input.settings.maxInvocations - budget.invocations - 2 * sizesLeft;
  const affordable = Math.max(1, Math.floor(left / Math.max(1, group.length * payloads.length)));
  const rounds = Math.min(roundsFor(session), affordable);
  for (let round = 1; round <= rounds; round++) {
    const sizes = shuffled(
      group.filter((size) => !cannotWork(session, size)),
      input.random,
    );
    const roundAt = async (memoryMb: number): Promise<boolean> => {
      for (const payload of payloads) {
        if (warmCallsAt(session, memoryMb, payload) >= round || cannotWork(session, memoryMb)) continue;
        if (!(await callAt({ session, pool, memoryMb, payload, warmCalls: 1 }))) return false;
      }
      return true;
    };
    for (let from = 0; from < sizes.length;) {
      const together = sizes.slice(from, from + session.concurrency);
      from += together.length;
      if (!(await allOf(together.map(roundAt)))) return false;
    }
  }
  return true;
}

/** Whether all went on; when one fails, its error is thrown after the others have ended too. */
async function allOf(work: readonly Promise<boolean>[]): Promise<boolean> {
  const settled = await Promise.allSettled(work);
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.every((each) => each.status === 'fulfilled' && each.value);
}

/** Warm calls with a payload at a size: free ones that succeeded, and the study's own whatever came of them. */
function warmCallsAt(session: Session, memoryMb: number, payload: Payload): number {
  const { evidence, samples } = session;
  const free = evidence.slice(0, evidence.length - samples.length);
  const here = [...warmOk(free), ...samples.filter(({ cold, outcome }) => !cold && outcome !== 'throttled')];
  return samplesOf(here, session, payload).filter((sample) => sample.memoryMb === memoryMb).length;
}

function cannotWork(session: Session, memoryMb: number): boolean {
  return session.evidence.some((sample) => sample.memoryMb === memoryMb && isTooSmall(sample));
}
