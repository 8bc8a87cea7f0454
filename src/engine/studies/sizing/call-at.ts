import { heaviest } from './groups.ts';
import { isTooSmall } from './known.ts';
import type { Payload } from './payloads.ts';
import type { Pool } from './pool.ts';
import type { Session } from './session.ts';

export type CallsAt = { session: Session; pool: Pool; memoryMb: number; payload: Payload; warmCalls: number };

/** Warm calls at a size, where its sandbox is new after a cold one with the payload that asks most. False when a limit ended it. */
export async function callAt({ session, pool, memoryMb, payload, warmCalls }: CallsAt): Promise<boolean> {
  const cold = pool.has(memoryMb) ? [] : [heaviest(session)];
  const sandbox = await pool.at(memoryMb);
  for (const sent of [...cold, ...Array.from({ length: warmCalls }, () => payload)]) {
    const sample = await session.call(sandbox, sent);
    if (sample === null) return false;
    if (!isTooSmall(sample)) continue;
    session.input.log.log('info', `${session.input.function.name} cannot work at ${memoryMb} MB: ${sample.outcome}.`);
    return true;
  }
  return true;
}
