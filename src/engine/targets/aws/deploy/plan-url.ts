import type { PlannedChange } from '../../../../protocol/deploying.ts';
import type { FunctionSpec } from '../../../deploy/spec.ts';
import type { FunctionUrl } from './deploy-calls.ts';
import { type Tags, tagNames } from './tags.ts';

export type UrlPlan = {
  action: 'create' | 'protect' | 'delete' | 'keep';
  /** The URL as it is; null: none. */
  current: FunctionUrl | null;
  changes: PlannedChange[];
  notes: string[];
};

const protectedUrl = 'asks for IAM signatures';
const what = 'function URL';

/** A URL asks for IAM signatures, or there is none. Others that are there stay, and public ones are pointed out. */
export function planUrl({ url, alias, name }: FunctionSpec, urls: readonly FunctionUrl[], tags: Tags): UrlPlan {
  const current = urls.find((each) => each.alias === alias) ?? null;
  const others = urls.filter((each) => each !== current);
  const plan = (action: UrlPlan['action'], changes: PlannedChange[], open = others): UrlPlan => {
    return { action, current, changes, notes: open.filter(({ auth }) => auth === 'NONE').map((each) => publicNote(name, each)) };
  };
  if (url === 'iam') {
    if (current === null) return plan('create', [{ action: 'create', what, from: null, to: protectedUrl }]);
    if (current.auth === 'AWS_IAM') return plan('keep', []);
    return plan('protect', [{ action: 'update', what, from: 'public: everybody may call it', to: protectedUrl }]);
  }
  if (current !== null && current.auth === 'AWS_IAM' && tags[tagNames.url] !== undefined) {
    return plan('delete', [{ action: 'delete', what, from: current.url, to: null }]);
  }
  return plan('keep', [], urls.slice());
}

function publicNote(name: string, { url, alias }: FunctionUrl): string {
  const where = alias === null ? name : `${name}, alias ${alias},`;
  return `${where} has a public URL that everybody may call (${url}): it is left as it is, "url: iam" protects it.`;
}
