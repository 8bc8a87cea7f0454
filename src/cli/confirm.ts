import { createInterface } from 'node:readline/promises';
import { formatUsd } from '../engine/format/format.ts';
import type { StudyPlan } from '../protocol/sizing.ts';
import { UsageError } from './usage.ts';

export type Terminal = { input: NodeJS.ReadStream; output: NodeJS.WriteStream };

/** What is to be agreed to. */
export type Question = {
  /** What would happen and what it costs; absent where it was shown already. */
  plan?: string;
  /** Answered with y or n. */
  ask: string;
  /** What to do where nobody can be asked. */
  unasked: string;
};

/** Asks once on the terminal; everything but yes is no. Where nobody can be asked, the plan must have been accepted: UsageError. */
export async function askOnTerminal(
  { plan, ask, unasked }: Question,
  signal: AbortSignal,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  if (!input.isTTY || !output.isTTY) throw new UsageError(unasked);
  const lines = createInterface({ input, output });
  try {
    const answer = await lines.question(`${plan === undefined ? '' : `${plan}\n`}${ask} (y/N) `, { signal });
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}

/** Asks whether the paid calls of a study may be made. */
export function confirmOnTerminal(plan: StudyPlan, signal: AbortSignal, terminal?: Terminal): Promise<boolean> {
  const told = warning(plan);
  const unasked = `${told} See the plan with --plan, and give --yes to allow that.`;
  return askOnTerminal({ plan: `${plan.sentence}\n${told}`, ask: 'Make these calls?', unasked }, signal, terminal);
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
