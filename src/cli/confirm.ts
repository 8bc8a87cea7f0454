import { createInterface } from 'node:readline/promises';
import { formatUsd } from '../engine/format/format.ts';
import type { StudyPlan } from '../protocol/sizing.ts';
import { UsageError } from './usage.ts';

export type Terminal = { input: NodeJS.ReadStream; output: NodeJS.WriteStream };

/**
 * Asks once on the terminal whether the paid calls may be made; everything but yes is no. Where nobody can be asked, the
 * plan must have been accepted with --yes: UsageError.
 */
export async function confirmOnTerminal(plan: StudyPlan, signal: AbortSignal, terminal?: Terminal): Promise<boolean> {
  const unattended = `${warning(plan)} See the plan with --plan, and give --yes to allow that.`;
  return askOnTerminal({ question: `${plan.sentence}\n${warning(plan)}\nMake these calls?`, unattended }, signal, terminal);
}

/** Asks a yes or no; `unattended` is the UsageError where there is no terminal. */
export async function askOnTerminal(
  { question, unattended }: { question: string; unattended: string },
  signal: AbortSignal,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  if (!input.isTTY || !output.isTTY) throw new UsageError(unattended);
  const lines = createInterface({ input, output });
  try {
    const answer = await lines.question(`${question} (y/N) `, { signal });
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}

function warning({ target, caps }: StudyPlan): string {
  const calls = `Up to ${caps.calls} calls on ${target}, for at most ${formatUsd(caps.costUsd)}, do all that the function's code does.`;
  if (!/^aws(:|$)/.test(target)) return calls;
  return `${calls} Each size is a published version; while one is made, for a few seconds, $LATEST has that size.`;
}

/** The plan as `reef profile --plan --json` prints it. */
export function planDocument({ target, billed, calls, timeMs, costUsd, caps, freeSamples, sentence }: StudyPlan) {
  return {
    schema: 'reef/plan@1',
    target,
    billed,
    calls,
    time_ms: timeMs,
    cost_usd: costUsd,
    caps: { calls: caps.calls, time_ms: caps.timeMs, cost_usd: caps.costUsd },
    free_samples: freeSamples,
    sentence,
  };
}
