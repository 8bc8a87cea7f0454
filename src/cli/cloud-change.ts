import type { Asking } from '../engine/features/deploying.ts';
import { planText, planTitle, unchangedText } from '../engine/format/cloud-plan.ts';
import { type CloudOutcome, type CloudPlan, type Deployment } from '../protocol/deploying.ts';
import { askOnTerminal } from './confirm.ts';
import { commonOptions } from './options.ts';
import { UsageError } from './usage.ts';

export const cloudOptions = {
  ...commonOptions,
  target: { type: 'string' },
  plan: { type: 'boolean' },
  yes: { type: 'boolean' },
} as const;

export type CloudValues = {
  plan?: boolean | undefined;
  yes?: boolean | undefined;
  json?: boolean | undefined;
  'create-role'?: boolean | undefined;
};

const questions: Record<CloudPlan['verb'], string> = {
  deploy: 'Make these changes?',
  rollBack: 'Roll back?',
  destroy: 'Delete all this?',
};

/** Shows the plan, and asks; --plan is a no, and --yes the yes. What happens goes to stderr. */
export function asking(values: CloudValues, signal: AbortSignal): Asking {
  const isJson = values.json === true;
  const say = (text: string): void => (isJson ? console.error(text) : console.log(text));
  return {
    onStep: (step) => console.error(`${step} …`),
    async confirm(plan) {
      const told = `${planTitle(plan)}:\n${planText(plan)}`;
      if (values.plan === true) {
        if (!isJson) say(told);
        return { accepted: false };
      }
      if (values.yes === true) {
        if (plan.newRole !== null && values['create-role'] !== true) throw new UsageError(unaskedRole(plan));
        say(told);
        return { accepted: true };
      }
      const unasked = `${told}\nSee the plan with --plan, and give --yes to allow it.`;
      const role = plan.newRole !== null ? 'A role is made, which --role NAME avoids. ' : '';
      return { accepted: await askOnTerminal({ plan: told, ask: `${role}${questions[plan.verb]}`, unasked }, signal) };
    },
  };
}

function unaskedRole({ functionName, newRole }: CloudPlan): string {
  return `The plan makes the role ${newRole} for ${functionName}: give --create-role to allow that too, or name one that is there with --role.`;
}

/** Prints what came of it; 1 when the plan was not agreed to. */
export function printOutcome(outcome: CloudOutcome, values: CloudValues): number {
  const { state, plan, deployment } = outcome;
  if (values.json === true) console.log(JSON.stringify(outcomeDocument(outcome), null, 2));
  else if (state === 'unchanged') console.log([unchangedText(plan), ...plan.notes.map((note) => `note: ${note}`)].join('\n'));
  else if (state === 'done') console.log(doneText(plan, deployment));
  return state === 'declined' && values.plan !== true ? 1 : 0;
}

function doneText({ verb, functionName, target }: CloudPlan, deployment: Deployment | null): string {
  if (verb === 'destroy' || deployment === null) return `Destroyed: nothing of ${functionName} is left on ${target}.`;
  const { version, alias, url } = deployment;
  const what = verb === 'deploy' ? 'Deployed' : 'Rolled back';
  const is = version === null ? '' : ` is version ${version}${alias === null ? '' : `, alias ${alias}`}`;
  const qualifier = alias === null ? '' : ` --qualifier ${alias}`;
  const next = `"reef invoke ${functionName} --target ${target}${qualifier}" calls it, "reef rollback ${functionName}" goes back.`;
  return [`${what}: ${functionName}${is}.`, ...(url === null ? [] : [url]), ...(verb === 'deploy' ? [next] : [])].join('\n');
}

function outcomeDocument({ state, plan, deployment }: CloudOutcome) {
  return {
    schema: 'reef/cloud-change@1',
    verb: plan.verb === 'rollBack' ? 'roll-back' : plan.verb,
    function: plan.functionName,
    target: plan.target,
    account: plan.account,
    region: plan.region,
    state,
    changes: plan.changes,
    notes: plan.notes,
    deployment,
  };
}
