import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedCall } from '../../exchange/logs/call-tracker.ts';
import { loggedCall } from './answer.ts';
import type { CloudLogs } from './cloud-logs.ts';

/** Events reach CloudWatch seconds after a call. */
export const waitsMs = [500, 1_000, 2_000, 4_000];
/** Clocks of this machine and of the service may differ. */
export const clockSkewMs = 15 * 60_000;

/** The report of a call whose tail of the log had none; null when it is not in CloudWatch in time either. */
export async function findReport(
  logs: CloudLogs,
  call: { group: string; requestId: string; startedAtMs: number },
  signal: AbortSignal,
): Promise<LoggedCall | null> {
  const query = { group: call.group, fromMs: call.startedAtMs - clockSkewMs, pattern: `"${call.requestId}"` };
  for (const waitMs of waitsMs) {
    const messages: string[] = [];
    for await (const events of logs.events(query, signal)) messages.push(...events.map(({ message }) => message));
    const found = loggedCall(messages.join('\n'), call.requestId);
    if (found !== null) return found;
    await sleep(waitMs, undefined, { signal });
  }
  return null;
}
