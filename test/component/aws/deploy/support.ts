import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListAliasesCommand,
  ListFunctionUrlConfigsCommand,
  ListVersionsByFunctionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { expect, onTestFinished } from 'vitest';
import type { FunctionSpec } from '../../../../src/engine/deploy/spec.ts';
import type { Deployer, DeployRequest } from '../../../../src/engine/targets/deployer.ts';
import type { CloudPlan, Deployment } from '../../../../src/protocol/deploying.ts';
import { packagingOf, returning, specOf } from '../../../support/aws/deploy/packed.ts';
import { never, temporaryFolder, useAws } from '../support.ts';

export { never, skipped, temporaryFolder } from '../support.ts';
export { returning } from '../../../support/aws/deploy/packed.ts';

/** What deploys from another workspace is called otherwise. */
export const owner = 'ours';

type Wanted = Partial<FunctionSpec> & { name: string };
type Options = { code?: Record<string, string> } & Partial<Pick<DeployRequest, 'adopt' | 'owner' | 'packaging' | 'pushImage'>>;

/** An emulator, and what deploys to it. */
export function useDeployer() {
  const aws = useAws();
  const client = (): LambdaClient => new LambdaClient({ endpoint: aws.url, region: 'us-east-1' });
  const iam = (): IAMClient => new IAMClient({ endpoint: aws.url, region: 'us-east-1' });

  async function deployer(journals?: string): Promise<Deployer> {
    const target = await aws.target(journals === undefined ? {} : { journals });
    onTestFinished(() => target[Symbol.asyncDispose]());
    if (target.deployer === undefined) throw new Error('The target cannot deploy');
    return target.deployer;
  }

  async function request(wanted: Wanted, { code = returning('1'), ...more }: Options = {}): Promise<DeployRequest> {
    cleaned(wanted.name);
    return {
      spec: specOf(wanted),
      packaging: packagingOf(code, await temporaryFolder()),
      owner,
      adopt: false,
      pushImage: () => Promise.reject(new Error('There is no image')),
      ...more,
    };
  }

  /** Nothing of a test stays in the emulator. */
  function cleaned(name: string): void {
    onTestFinished(async () => {
      aws.emulator.faults.length = 0;
      Object.assign(aws.emulator.settings, { slowUpdates: 0, slowCreates: 0, failingUpdates: [] });
      await client()
        .send(new DeleteFunctionCommand({ FunctionName: name }))
        .catch(() => {});
    });
  }

  return {
    aws,
    client,
    iam,
    deployer,
    request,

    /** Plans and deploys; what the plan said, and what came of it. */
    async deploy(
      wanted: Wanted,
      options: Options & { journals?: string } = {},
    ): Promise<{ plan: CloudPlan; deployment: Deployment }> {
      const { journals, ...rest } = options;
      const { plan, apply } = await (await deployer(journals)).deploy(await request(wanted, rest), never, () => {});
      return { plan, deployment: await apply(never, () => {}) };
    },

    async invoke(name: string, qualifier?: string): Promise<unknown> {
      const answer = await client().send(new InvokeCommand({ FunctionName: name, Qualifier: qualifier }));
      return JSON.parse(Buffer.from(answer.Payload ?? []).toString()) as unknown;
    },

    /** All that can be seen of a function from outside, but for what counts changes. */
    async state(name: string): Promise<string> {
      const lambda = client();
      const { Configuration, Code, Tags } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
      const { RevisionId: _revision, LastModified: _modified, ...configuration } = Configuration ?? {};
      const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName: name }));
      const { Aliases = [] } = await lambda.send(new ListAliasesCommand({ FunctionName: name }));
      const { FunctionUrlConfigs = [] } = await lambda.send(new ListFunctionUrlConfigsCommand({ FunctionName: name }));
      return JSON.stringify({
        configuration,
        code: Code?.Location ?? Code?.ResolvedImageUri,
        tags: Tags,
        versions: Versions.filter(({ Version }) => Version !== '$LATEST').map(({ Version, CodeSha256, MemorySize }) => [
          Version,
          CodeSha256,
          MemorySize,
        ]),
        aliases: Aliases.map(({ Name, FunctionVersion, RoutingConfig }) => [Name, FunctionVersion, RoutingConfig]),
        urls: FunctionUrlConfigs.map(({ FunctionArn, AuthType }) => [FunctionArn, AuthType]),
      });
    },

    /** What somebody else sets: `$LATEST` is no published version any more. */
    async setElsewhere(name: string, MemorySize: number): Promise<void> {
      await client().send(new UpdateFunctionConfigurationCommand({ FunctionName: name, MemorySize }));
    },

    async exists(name: string): Promise<boolean> {
      return client()
        .send(new GetFunctionCommand({ FunctionName: name }))
        .then(
          () => true,
          () => false,
        );
    },

    /** Makes a role that a service may assume, for as long as the test. @returns its ARN */
    async roleOf(name: string, service = 'lambda.amazonaws.com'): Promise<string> {
      const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
      const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      const made = { RoleName: name, AssumeRolePolicyDocument, Description: `Role ${name}` };
      const { Role } = await iam().send(new CreateRoleCommand(made));
      onTestFinished(async () => void (await iam().send(new DeleteRoleCommand({ RoleName: name }))));
      return Role?.Arn ?? '';
    },

    /** Policies of a role; null when there is no such role. */
    async rolePolicies(name: string): Promise<string[] | null> {
      const found = await iam()
        .send(new GetRoleCommand({ RoleName: name }))
        .catch(() => null);
      if (found === null) return null;
      const { AttachedPolicies = [] } = await iam().send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
      return AttachedPolicies.map(({ PolicyName = '' }) => PolicyName).toSorted();
    },

    /** Operations since a moment that is the length of `actions` then. */
    changesSince(from: number): string[] {
      return aws.emulator.actions.slice(from).filter((action) => !/^(Get|List|Describe)/.test(action));
    },
  };
}

/** The line of a plan about something. */
export function lineOf({ changes }: CloudPlan, what: string) {
  const found = changes.find((change) => change.what === what);
  expect(found, `${what} in ${changes.map((change) => change.what).join(', ')}`).toBeDefined();
  return found;
}
