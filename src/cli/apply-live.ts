import type { Engine } from '../engine/engine.ts';
import type { LiveRequest } from '../engine/features/applying-live.ts';
import type { LivePlan } from '../protocol/applying.ts';
import { isCancelled, messageOf } from '../protocol/errors.ts';
import type { ApplyValues } from './apply-options.ts';
import { askOnTerminal } from './confirm.ts';

/** Shows what would change at the deployed function, asks, and changes it. */
export async function applyLive(engine: Engine, request: LiveRequest, values: ApplyValues, signal: AbortSignal): Promise<number> {
  const isJson = values.json === true;
  const say = (text: string): void => (isJson ? console.error(text) : console.log(text));
  if (values['dry-run'] === true) {
    const plan = await engine.planLive(request, signal);
    if (isJson) console.log(JSON.stringify(document(plan, false), null, 2));
    else say(planText(plan));
    return 0;
  }
  const confirm = async (plan: LivePlan): Promise<boolean> => {
    if (values.yes === true) {
      say(planText(plan));
      return true;
    }
    const unasked = `This would change ${plan.functionName} on ${plan.target}. See the plan with --dry-run, and give --yes to allow it.`;
    return askOnTerminal({ plan: planText(plan), ask: 'Make this change?', unasked }, signal);
  };
  const done = await engine.applyLive({ ...request, confirm }, signal).catch((error: unknown) => {
    if (!isCancelled(error)) throw error;
    console.error(`reef: ${signal.aborted ? 'Cancelled: what had been changed was set back.' : messageOf(error)}`);
    return null;
  });
  if (done === null) return 1;
  const { plan, applied } = done;
  if (isJson) console.log(JSON.stringify(document(plan, applied), null, 2));
  else say(applied ? doneText(plan) : `${plan.functionName} on ${plan.target} is so already.`);
  return 0;
}

function planText({ functionName, target, changes, notes }: LivePlan): string {
  if (changes.length === 0) return `${functionName} on ${target} is so already.`;
  const width = Math.max(...changes.map(({ what }) => what.length));
  return [
    `${functionName} on ${target}:`,
    ...changes.map(({ what, from, to }) => `  ${what.padEnd(width)}  ${from} → ${to}`),
    ...notes,
  ].join('\n');
}

/** What can be done next. */
function doneText({ functionName, target, action }: LivePlan): string {
  const command = `reef apply ${functionName} --target ${target}`;
  if (action.kind === 'set') return `Changed, and in force. "${command} --undo" sets it back.`;
  if (action.kind === 'shift' && action.weight < 1) {
    return `Shifted. "${command} --alias ${action.alias} --finish" completes it, --roll-back takes it back.`;
  }
  if (action.kind === 'undo' || action.kind === 'rollBack') return 'It is as it was before.';
  return `Shifted. "${command} --alias ${action.alias} --roll-back" takes it back.`;
}

function document({ functionName, target, action, changes, notes }: LivePlan, applied: boolean) {
  return { schema: 'reef/apply-live@1', function: functionName, target, action, changes, notes, applied };
}
