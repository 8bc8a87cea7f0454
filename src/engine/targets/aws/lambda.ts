import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AliasConfiguration,
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandOutput,
  LambdaClient,
  ListVersionsByFunctionCommand,
  paginateListAliases,
  paginateListFunctions,
  PublishVersionCommand,
  ResourceNotFoundException,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { ReefError } from '../../../protocol/errors.ts';
import { type AwsOptions, clientConfig } from './client-config.ts';
import { type Deployed, deployedOf } from './deployed.ts';
import { explained } from './errors.ts';
import type { Routing } from './journal.ts';
import type { AwsPlace } from './place.ts';

export type AccountLimits = { concurrency: number; codeBytesLeft: number };

export type Publishing = { arn: string; description: string; codeSha256: string | null; revisionId: string | null };

export type Alias = Routing & { name: string; description: string; revisionId: string | null };

/** Longest wait until an update or a published version is in force, ms: a snapshot takes minutes. */
const longestWaitMs = 900_000;
const firstWaitMs = 100;
const slowestPollMs = 2_000;

/** Longer than the function's own timeout: what the service itself adds (init, queueing), ms. */
const invokeMarginMs = 60_000;

/**
 * The calls of Lambda that Reef makes, each with the IAM action that it needs. Every error is one sentence
 * (`explained`). Functions are named by their ARN, so that no other account is ever changed by mistake.
 */
export class Lambda implements Disposable {
  readonly place: AwsPlace;
  /** As it was made with: for clients of other parts of the same service. */
  readonly options: AwsOptions;
  private readonly control: LambdaClient;
  /** Never repeats a call by itself: each is an attempt, which may have side effects and is paid for. */
  private readonly invoking: LambdaClient;

  constructor(options: AwsOptions) {
    this.place = options.place;
    this.options = options;
    this.control = new LambdaClient(clientConfig(options));
    this.invoking = new LambdaClient({ ...clientConfig(options), maxAttempts: 1 });
  }

  /** The region that is asked. @throws ReefError `no-credentials` when none is set anywhere */
  region(): Promise<string> {
    return this.explain('lambda:GetAccountSettings', undefined, () => this.control.config.region());
  }

  limits(signal: AbortSignal): Promise<AccountLimits> {
    return this.explain('lambda:GetAccountSettings', undefined, async () => {
      const { AccountLimit, AccountUsage } = await this.control.send(new GetAccountSettingsCommand({}), { abortSignal: signal });
      return {
        concurrency: AccountLimit?.ConcurrentExecutions ?? Infinity,
        codeBytesLeft: (AccountLimit?.TotalCodeSize ?? Infinity) - (AccountUsage?.TotalCodeSize ?? 0),
      };
    });
  }

  /** Functions a page at a time, as the service gives them (50). */
  async *functionPages(signal: AbortSignal): AsyncGenerator<Deployed[]> {
    const pages = paginateListFunctions({ client: this.control }, {}, { abortSignal: signal })[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await this.explain('lambda:ListFunctions', undefined, () => pages.next());
      if (done === true) return;
      yield (value.Functions ?? []).map(deployedOf);
    }
  }

  configuration(fn: string, signal: AbortSignal, qualifier?: string): Promise<Deployed> {
    return this.explain('lambda:GetFunctionConfiguration', fn, async () =>
      deployedOf(
        await this.control.send(new GetFunctionConfigurationCommand({ FunctionName: fn, Qualifier: qualifier }), {
          abortSignal: signal,
        }),
      ),
    );
  }

  /** Changes the size of `$LATEST`, if it is still the given revision, and nothing else. */
  async setMemory(arn: string, memoryMb: number, revisionId: string | null, signal: AbortSignal): Promise<void> {
    await this.explain('lambda:UpdateFunctionConfiguration', arn, () =>
      this.control.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: arn,
          MemorySize: memoryMb,
          ...(revisionId !== null && { RevisionId: revisionId }),
        }),
        { abortSignal: signal },
      ),
    );
  }

  /**
   * Waits until the last change is in force, and returns what then holds.
   * @throws ReefError `service-failed` when the change failed, or takes longer than a snapshot does
   */
  async settled(arn: string, signal: AbortSignal, qualifier?: string): Promise<Deployed> {
    const deployed = await this.ended(arn, signal, qualifier);
    if (deployed.state === 'ready') return deployed;
    throw new ReefError('service-failed', `AWS could not bring ${arn} into force${reasonOf(deployed)}`);
  }

  /**
   * Waits until no change is under way, whether the last one is in force or failed.
   * @throws ReefError `service-failed` when it takes longer than a snapshot does
   */
  async ended(arn: string, signal: AbortSignal, qualifier?: string): Promise<Deployed> {
    const untilMs = performance.now() + longestWaitMs;
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, slowestPollMs)) {
      const deployed = await this.configuration(arn, signal, qualifier);
      if (deployed.state !== 'pending') return deployed;
      if (performance.now() > untilMs) {
        throw new ReefError('service-failed', `${arn} is still not ready after 15 minutes${reasonOf(deployed)}`);
      }
      await sleep(waitMs, undefined, { signal });
    }
  }

  /** A new version of `$LATEST` as it is, or the last one where nothing has changed since: its description tells. */
  publish({ arn, description, codeSha256, revisionId }: Publishing, signal: AbortSignal): Promise<Deployed> {
    return this.explain('lambda:PublishVersion', arn, async () =>
      deployedOf(
        await this.control.send(
          new PublishVersionCommand({
            FunctionName: arn,
            Description: description,
            ...(codeSha256 !== null && { CodeSha256: codeSha256 }),
            ...(revisionId !== null && { RevisionId: revisionId }),
          }),
          { abortSignal: signal },
        ),
      ),
    );
  }

  versions(arn: string, signal: AbortSignal): Promise<Deployed[]> {
    return this.explain('lambda:ListVersionsByFunction', arn, async () => {
      const versions: Deployed[] = [];
      let marker: string | undefined;
      do {
        const page = await this.control.send(new ListVersionsByFunctionCommand({ FunctionName: arn, Marker: marker }), {
          abortSignal: signal,
        });
        versions.push(...(page.Versions ?? []).map(deployedOf));
        marker = page.NextMarker;
      } while (marker !== undefined && marker !== '');
      return versions;
    });
  }

  async createAlias(arn: string, name: string, version: string, description: string, signal: AbortSignal): Promise<void> {
    const alias = { FunctionName: arn, Name: name, FunctionVersion: version, Description: description };
    await this.explain('lambda:CreateAlias', arn, () =>
      this.control.send(new CreateAliasCommand(alias), { abortSignal: signal }),
    );
  }

  /** Null when there is no such alias. */
  alias(arn: string, name: string, signal: AbortSignal): Promise<Alias | null> {
    return this.explain('lambda:GetAlias', arn, async () => {
      const command = new GetAliasCommand({ FunctionName: arn, Name: name });
      const alias = await unlessGone(this.control.send(command, { abortSignal: signal }));
      return alias === null ? null : aliasOf(alias);
    });
  }

  aliases(arn: string, signal: AbortSignal): Promise<Alias[]> {
    return this.explain('lambda:ListAliases', arn, async () => {
      const aliases: Alias[] = [];
      const pages = paginateListAliases({ client: this.control }, { FunctionName: arn }, { abortSignal: signal });
      for await (const { Aliases = [] } of pages) aliases.push(...Aliases.map(aliasOf));
      return aliases;
    });
  }

  /** Sends an alias's calls to other versions, if it is still the given revision. */
  async routeAlias(
    arn: string,
    name: string,
    { version, weights }: Routing,
    revisionId: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    const command = new UpdateAliasCommand({
      FunctionName: arn,
      Name: name,
      FunctionVersion: version,
      RoutingConfig: { AdditionalVersionWeights: weights },
      ...(revisionId !== null && { RevisionId: revisionId }),
    });
    await this.explain('lambda:UpdateAlias', arn, () => this.control.send(command, { abortSignal: signal }));
  }

  /** Does nothing when there is no such alias. */
  async deleteAlias(arn: string, name: string, signal: AbortSignal): Promise<void> {
    const command = new DeleteAliasCommand({ FunctionName: arn, Name: name });
    await this.explain('lambda:DeleteAlias', arn, () => unlessGone(this.control.send(command, { abortSignal: signal })));
  }

  /** Deletes one published version, never the function. Does nothing when it is gone. */
  async deleteVersion(arn: string, version: string, signal: AbortSignal): Promise<void> {
    if (!/^\d+$/.test(version)) throw new RangeError(`Not a published version: ${version}`);
    const command = new DeleteFunctionCommand({ FunctionName: arn, Qualifier: version });
    await this.explain('lambda:DeleteFunction', arn, () => unlessGone(this.control.send(command, { abortSignal: signal })));
  }

  /** One attempt; errors come as the SDK throws them, as some of them are outcomes. */
  invoke(arn: string, qualifier: string, payload: string, timeoutMs: number, signal: AbortSignal): Promise<InvokeCommandOutput> {
    return this.invoking.send(
      new InvokeCommand({ FunctionName: arn, Qualifier: qualifier, LogType: 'Tail', Payload: Buffer.from(payload) }),
      { abortSignal: signal, requestTimeout: timeoutMs + invokeMarginMs },
    );
  }

  [Symbol.dispose](): void {
    this.control.destroy();
    this.invoking.destroy();
  }

  private async explain<Result>(action: string, resource: string | undefined, call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (error) {
      throw explained(error, { action, ...(resource !== undefined && { resource }), place: this.place });
    }
  }
}

function aliasOf({ Name, FunctionVersion, Description, RevisionId, RoutingConfig }: AliasConfiguration): Alias {
  return {
    name: Name ?? '',
    version: FunctionVersion ?? '$LATEST',
    weights: RoutingConfig?.AdditionalVersionWeights ?? {},
    description: Description ?? '',
    revisionId: RevisionId ?? null,
  };
}

function reasonOf({ stateReason }: Deployed): string {
  return stateReason === null ? '' : `: ${stateReason}`;
}

async function unlessGone<Result>(call: Promise<Result>): Promise<Result | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}
