import { ReefError } from '../../../protocol/errors.ts';
import { shuffled } from '../../numerics/random.ts';
import type { Price } from '../../pricing/prices.ts';
import type { Sizes } from '../../targets/target.ts';
import { isTooSmall, known } from './known.ts';
import { nextPayload, type Payload } from './payloads.ts';
import { firstSizes, leastInvocations, revised } from './plan.ts';
import { createPool, type Pool } from './pool.ts';
import type { Session } from './session.ts';
import { firstWarmCalls, mostCalls } from './tuning.ts';
import { wanted } from './wanted.ts';

export type Probing = { session: Session; range: Sizes; maxSandboxes: number; price: Price };

/**
 * For a target that can be set to a size: a cold call at each of the first sizes, largest first, rounds of warm calls in
 * random order, so that drift of the machine does not look like an effect of memory, and then one probe after another
 * where it lowers the expected regret most for its money, until that is low enough.
 */
export async function probeSizes({ session, range, maxSandboxes, price }: Probing): Promise<void> {
  const { maxInvocations } = session.input.settings;
  if (maxInvocations < leastInvocations(range)) {
    throw new ReefError(
      'not-enough-data',
      `Sizing needs at least ${leastInvocations(range)} calls, but ${maxInvocations} may be made; raise the limit.`,
    );
  }
  await using pool = createPool(session, maxSandboxes);
  // Each fit uses the same numbers: two beliefs differ by what was learned, not by chance.
  const seed = Math.floor(session.input.random() * 2 ** 31);
  session.plan(mostCalls / 2);
  if (!(await probeFirst(session, range, pool, Math.max(1, maxSandboxes)))) return;
  while (session.budget.invocations < mostCalls) {
    const probe = wanted(session, range, price, seed);
    if (probe === null) return;
    session.plan(session.budget.invocations + probe.calls + (pool.has(probe.memoryMb) ? 0 : 1));
    if (!(await callAt(session, pool, probe.memoryMb, probe.calls, session.payloads[probe.payload]))) return;
  }
}

/** A cold call at each first size, then warm rounds, in groups of as many as may be open. False when a limit ended it. */
async function probeFirst(session: Session, range: Sizes, pool: Pool, groupSize: number): Promise<boolean> {
  const { maxInvocations } = session.input.settings;
  let pending = firstSizes(range, maxInvocations);
  while (pending.length > 0) {
    const group: number[] = [];
    while (pending.length > 0 && group.length < groupSize) {
      const [size = range.maxMb, ...rest] = pending;
      group.push(size);
      if (!(await callAt(session, pool, size, 0))) return false;
      pending = revised(rest, known(session, range), range);
    }
    const left = maxInvocations - session.budget.invocations - 2 * pending.length;
    const rounds = Math.min(firstWarmCalls, Math.max(1, Math.floor(left / Math.max(1, group.length))));
    for (let round = 1; round <= rounds; round++) {
      for (const size of shuffled(working(session, group), session.input.random)) {
        if (!(await callAt(session, pool, size, 1))) return false;
      }
    }
  }
  return true;
}

/** Warm calls at a size, after a cold one where its sandbox is new. False when a limit ended it. */
async function callAt(session: Session, pool: Pool, memoryMb: number, warmCalls: number, payload?: Payload): Promise<boolean> {
  const attempts = warmCalls + (pool.has(memoryMb) ? 0 : 1);
  const sandbox = await pool.at(memoryMb);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const sample = await session.call(sandbox, payload ?? nextPayload(session));
    if (sample === null) return false;
    if (!isTooSmall(sample)) continue;
    session.input.log.log('info', `${session.input.function.name} cannot work at ${memoryMb} MB: ${sample.outcome}.`);
    return true;
  }
  return true;
}

/** Sizes of the group at which no call ran out of memory or time. */
function working(session: Session, group: readonly number[]): number[] {
  const tooSmall = new Set(session.evidence.filter(isTooSmall).map((sample) => sample.memoryMb));
  return group.filter((size) => !tooSmall.has(size));
}
