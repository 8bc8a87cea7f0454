import { GetRoleCommand, IAMClient, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type AwsOptions, clientConfig } from './client-config.ts';
import { explained } from './errors.ts';

export type Identity = { account: string; arn: string };

/** Who the credentials are, and what they may do as far as IAM tells. Changes nothing. */
export class Identities implements Disposable {
  private readonly options: AwsOptions;
  private readonly sts: STSClient;
  private readonly iam: IAMClient;

  constructor(options: AwsOptions) {
    this.options = options;
    this.sts = new STSClient(clientConfig(options));
    this.iam = new IAMClient(clientConfig(options));
  }

  caller(signal: AbortSignal): Promise<Identity> {
    return this.explain('sts:GetCallerIdentity', async () => {
      const { Account, Arn } = await this.sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
      return { account: Account ?? 'unknown', arn: Arn ?? 'unknown' };
    });
  }

  /**
   * Those of the actions that a policy of the caller denies or none allows. Policies of resources and of the organisation
   * are not part of the simulation.
   * @throws ReefError `access-denied` when it may not simulate
   */
  denied({ arn }: Identity, actions: readonly string[], signal: AbortSignal): Promise<string[]> {
    return this.explain('iam:SimulatePrincipalPolicy', async () => {
      const query = { PolicySourceArn: await this.principalOf(arn, signal), ActionNames: [...actions] };
      const denied: string[] = [];
      for await (const { EvaluationResults = [] } of paginateSimulatePrincipalPolicy({ client: this.iam }, query, {
        abortSignal: signal,
      })) {
        for (const { EvalActionName: action, EvalDecision: decision } of EvaluationResults) {
          if (decision !== 'allowed' && action !== undefined) denied.push(action);
        }
      }
      return denied;
    });
  }

  [Symbol.dispose](): void {
    this.sts.destroy();
    this.iam.destroy();
  }

  /** The role of a session: IAM knows its path, which the session's own ARN leaves out. */
  private async principalOf(arn: string, signal: AbortSignal): Promise<string> {
    const [, account, role] = /^arn:[\w-]+:sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
    if (account === undefined || role === undefined) return arn;
    const { Role } = await this.iam.send(new GetRoleCommand({ RoleName: role }), { abortSignal: signal });
    return Role?.Arn ?? `arn:aws:iam::${account}:role/${role}`;
  }

  private async explain<Result>(action: string, call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (error) {
      throw explained(error, { action, place: this.options.place });
    }
  }
}
