import type { PlannedChange } from '../../../../protocol/deploying.ts';
import { ReefError } from '../../../../protocol/errors.ts';
import type { FunctionSpec } from '../../../deploy/spec.ts';
import type { DeployContext } from './context.ts';
import { roleName } from './describe-settings.ts';
import type { Found } from './found-function.ts';
import { roleNameFor } from './names.ts';
import { type FoundRole, isAttached, policiesOf } from './roles.ts';
import { tagNames } from './tags.ts';

/** The role that a function shall have, and what is to be done for it. */
export type RolePlan =
  | { kind: 'given'; arn: string }
  /** A role of Reef's that is there, with the policies that it still lacks. */
  | { kind: 'own'; role: FoundRole; attach: string[] }
  | { kind: 'create'; name: string; attach: string[] };

export type RoleRequest = { spec: FunctionSpec; found: Found | null; owner: string; region: string };

/**
 * The named role; without one, that which the function has, else a basic one of Reef's.
 * @throws ReefError `invalid-settings` when there is no such role, `in-use` when Reef's name for one is taken
 */
export async function planRole(context: DeployContext, request: RoleRequest, signal: AbortSignal): Promise<RolePlan> {
  const { spec, found, owner, region } = request;
  const current = found?.settings.role ?? null;
  if (spec.role !== null) {
    const isCurrent = current !== null && [current, roleName(current), baseName(current)].includes(spec.role);
    return { kind: 'given', arn: isCurrent ? current : await (await context.roles()).arnOf(spec.role, signal) };
  }
  const name = roleNameFor(spec.name, region);
  const policies = policiesOf(spec.vpc !== null);
  if (current !== null) {
    // Only a VPC can ask for more of the role that the function has, and only of Reef's own may more be asked.
    if (spec.vpc === null || found?.settings.vpc !== null || baseName(current) !== name) return { kind: 'given', arn: current };
  }
  const roles = await context.roles();
  const role = await roles.find(name, signal);
  if (role === null) {
    return current === null ? { kind: 'create', name, attach: policies } : { kind: 'given', arn: current };
  }
  if (role.tags[tagNames.owner] !== owner) {
    if (current !== null) return { kind: 'given', arn: current };
    const sentence = `The role ${name} is there, and this workspace did not make it: name the role that ${spec.name} shall have (--role).`;
    throw new ReefError('in-use', sentence);
  }
  const attached = await roles.policies(name, signal);
  return { kind: 'own', role, attach: policies.filter((policy) => !isAttached(attached, policy)) };
}

/** Its ARN; empty while it is not made. */
export function roleArn(plan: RolePlan): string {
  return plan.kind === 'given' ? plan.arn : plan.kind === 'own' ? plan.role.arn : '';
}

export function roleChanges(plan: RolePlan): PlannedChange[] {
  if (plan.kind === 'given' || plan.attach.length === 0) return [];
  const policies = plan.attach.map(baseName).join(', ');
  return plan.kind === 'create'
    ? [{ action: 'create', what: 'role', from: null, to: `${plan.name}, with ${policies}` }]
    : [{ action: 'update', what: 'role', from: plan.role.name, to: `${plan.role.name}, with ${policies}` }];
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
