import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  NoSuchEntityException,
  paginateListAttachedRolePolicies,
  paginateListRoles,
  type Role,
} from '@aws-sdk/client-iam';
import type { ExecutionRole } from '../../../../protocol/deploying.ts';
import { ReefError } from '../../../../protocol/errors.ts';
import { parseJson } from '../../../runtime/wire.ts';
import { type AwsOptions, clientConfig } from '../client-config.ts';
import { explaining } from '../errors.ts';
import type { Tags } from './tags.ts';

/** A role with what decides whose it is. */
export type FoundRole = { name: string; arn: string; tags: Tags };

/** AWS's own policies of an execution role: writing logs, and network interfaces in a VPC. Source: AWS Lambda, "Execution role". */
const basicPolicy = 'service-role/AWSLambdaBasicExecutionRole';
const vpcPolicy = 'service-role/AWSLambdaVPCAccessExecutionRole';

/** Lambda, and nobody else, may assume it. */
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** The policies that a role of Reef's has. */
export function policiesOf(usesVpc: boolean): string[] {
  return usesVpc ? [basicPolicy, vpcPolicy] : [basicPolicy];
}

/** Execution roles in IAM, each call with the action that it needs. */
export class Roles implements Disposable {
  private readonly options: AwsOptions;
  private readonly client: IAMClient;

  constructor(options: AwsOptions) {
    this.options = options;
    this.client = new IAMClient(clientConfig(options));
  }

  /** Null when there is none of that name. */
  find(name: string, signal: AbortSignal): Promise<FoundRole | null> {
    return this.explain('iam:GetRole', name, async () => {
      const found = await unlessGone(this.client.send(new GetRoleCommand({ RoleName: name }), { abortSignal: signal }));
      return found?.Role === undefined ? null : foundRole(found.Role);
    });
  }

  /**
   * The ARN of a role that a user named by its name or ARN.
   * @throws ReefError `invalid-settings` when there is none of that name
   */
  async arnOf(role: string, signal: AbortSignal): Promise<string> {
    if (role.startsWith('arn:')) return role;
    const found = await this.find(role.slice(role.lastIndexOf('/') + 1), signal);
    if (found !== null) return found.arn;
    throw new ReefError(
      'invalid-settings',
      `There is no role "${role}" in this account: "reef deploy --roles" lists those that can be used.`,
    );
  }

  /** Roles that Lambda may assume, by name. */
  assumable(signal: AbortSignal): Promise<ExecutionRole[]> {
    return this.explain('iam:ListRoles', undefined, async () => {
      const roles: ExecutionRole[] = [];
      for await (const { Roles = [] } of paginateListRoles({ client: this.client }, {}, { abortSignal: signal })) {
        for (const { RoleName: name = '', Arn: arn = '', Description: description = '', AssumeRolePolicyDocument } of Roles) {
          if (trustsLambda(AssumeRolePolicyDocument ?? '')) roles.push({ name, arn, description });
        }
      }
      return roles.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    });
  }

  /** Its tags need `iam:TagRole`. */
  create(name: string, tags: Tags, description: string, signal: AbortSignal): Promise<FoundRole> {
    const command = new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: trust,
      Description: description,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
    return this.explain('iam:CreateRole', name, async () => {
      const { Role } = await this.client.send(command, { abortSignal: signal });
      return { ...foundRole(Role ?? {}), tags };
    });
  }

  /** One of AWS's own policies, e.g. `service-role/AWSLambdaBasicExecutionRole`. */
  async attach({ name, arn }: FoundRole, policy: string, signal: AbortSignal): Promise<void> {
    const command = new AttachRolePolicyCommand({ RoleName: name, PolicyArn: policyArn(arn, policy) });
    await this.explain('iam:AttachRolePolicy', name, () => this.client.send(command, { abortSignal: signal }));
  }

  policies(name: string, signal: AbortSignal): Promise<string[]> {
    return this.explain('iam:ListAttachedRolePolicies', name, async () => {
      const arns: string[] = [];
      const pages = paginateListAttachedRolePolicies({ client: this.client }, { RoleName: name }, { abortSignal: signal });
      for await (const { AttachedPolicies = [] } of pages)
        arns.push(...AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []));
      return arns;
    });
  }

  /** The role and what is attached to it. Does nothing when it is gone. */
  async delete(name: string, signal: AbortSignal): Promise<void> {
    if ((await this.find(name, signal)) === null) return;
    for (const arn of await this.policies(name, signal)) {
      const command = new DetachRolePolicyCommand({ RoleName: name, PolicyArn: arn });
      await this.explain('iam:DetachRolePolicy', name, () => unlessGone(this.client.send(command, { abortSignal: signal })));
    }
    const command = new DeleteRoleCommand({ RoleName: name });
    await this.explain('iam:DeleteRole', name, () => unlessGone(this.client.send(command, { abortSignal: signal })));
  }

  [Symbol.dispose](): void {
    this.client.destroy();
  }

  private explain<Result>(action: string, resource: string | undefined, call: () => Promise<Result>): Promise<Result> {
    const { place } = this.options;
    return explaining({ action, place, ...(resource !== undefined && { resource }) }, call);
  }
}

/** The partition is that of the role: `aws`, `aws-cn`, `aws-us-gov`. */
function policyArn(roleArn: string, policy: string): string {
  return `arn:${roleArn.split(':')[1] ?? 'aws'}:iam::aws:policy/${policy}`;
}

export function isAttached(policies: readonly string[], policy: string): boolean {
  return policies.some((arn) => arn.endsWith(`:policy/${policy}`));
}

function foundRole({ RoleName: name = '', Arn: arn = '', Tags = [] }: Partial<Role>): FoundRole {
  const tags = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  return { name, arn, tags };
}

/** IAM gives the document in URL encoding. */
function trustsLambda(document: string): boolean {
  const policy = parseJson(decodeURIComponent(document)) as { Statement?: unknown } | undefined;
  const statements = [policy?.Statement ?? []].flat() as { Effect?: unknown; Principal?: { Service?: unknown } }[];
  return statements.some(
    ({ Effect, Principal }) => Effect === 'Allow' && [Principal?.Service ?? []].flat().includes('lambda.amazonaws.com'),
  );
}

async function unlessGone<Result>(call: Promise<Result>): Promise<Result | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return null;
    throw error;
  }
}
