import { ReefError } from '../../../protocol/errors.ts';
import type { Price } from '../../pricing/prices.ts';
import type { Sizes } from '../../targets/target.ts';
import { callAt } from './call-at.ts';
import { probeFirst } from './first-probes.ts';
import { leastInvocations } from './plan.ts';
import { createPool } from './pool.ts';
import type { Session } from './session.ts';
import { callsForPayload, mostCalls } from './tuning.ts';
import { wanted } from './wanted.ts';

export type Probing = { session: Session; range: Sizes; maxSandboxes: number; price: Price };

/**
 * For a target that can be set to a size: what the free evidence leaves of the first sizes, and then one probe after
 * another where it lowers the expected regret most for its money, until that is low enough.
 */
export async function probeSizes({ session, range, maxSandboxes, price }: Probing): Promise<void> {
  const { maxInvocations } = session.input.settings;
  const least = leastInvocations(range, session.payloads.length);
  if (maxInvocations < least && session.evidence.length === 0) {
    throw new ReefError(
      'not-enough-data',
      `Sizing needs at least ${least} calls, but ${maxInvocations} may be made; raise the limit.`,
    );
  }
  await using pool = createPool(session, maxSandboxes);
  // Each fit uses the same numbers: two beliefs differ by what was learned, not by chance.
  const seed = Math.floor(session.input.random() * 2 ** 31);
  const most = mostCalls + callsForPayload * (session.payloads.length - 1);
  session.plan(most / 2);
  if (!(await probeFirst({ session, range, pool, groupSize: Math.max(1, maxSandboxes) }))) return;
  while (session.budget.invocations < most) {
    const probe = wanted(session, range, price, seed);
    const payload = session.payloads[probe?.payload ?? 0];
    if (probe === null || payload === undefined) return;
    session.plan(session.budget.invocations + probe.calls + (pool.has(probe.memoryMb) ? 0 : 1));
    if (!(await callAt({ session, pool, memoryMb: probe.memoryMb, payload, warmCalls: probe.calls }))) return;
  }
}
