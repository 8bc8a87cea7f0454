import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionCommand,
  LambdaClient,
  paginateListFunctionUrlConfigs,
  ResourceNotFoundException,
  TagResourceCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import type { Architecture } from '../../../../protocol/functions.ts';
import { type AwsOptions, clientConfig } from '../client-config.ts';
import { type Deployed, deployedOf } from '../deployed.ts';
import { explaining } from '../errors.ts';
import { type Code, codeInput } from '../lambda-code.ts';
import { type Found, foundOf } from './found-function.ts';
import type { SettingsInput } from './settings.ts';

export type NewFunction = Omit<CreateFunctionCommandInput, 'Code' | 'PackageType' | 'Architectures'> & {
  code: Code;
  architecture: Architecture;
};

export type UrlAuth = 'AWS_IAM' | 'NONE';

/** A function URL; of `$LATEST` without an alias. */
export type FunctionUrl = { alias: string | null; url: string; auth: UrlAuth };

/** The calls of Lambda that deploying needs beside those of `Lambda`, each with the IAM action that it needs. */
export class DeployCalls implements Disposable {
  private readonly options: AwsOptions;
  private readonly client: LambdaClient;

  constructor(options: AwsOptions) {
    this.options = options;
    this.client = new LambdaClient(clientConfig(options));
  }

  /** A function, or one of its versions, with its tags and where its code is; null when there is none. */
  find(fn: string, signal: AbortSignal, qualifier?: string): Promise<Found | null> {
    const command = new GetFunctionCommand({ FunctionName: fn, Qualifier: qualifier });
    return this.explain('lambda:GetFunction', fn, async () => {
      try {
        return foundOf(await this.client.send(command, { abortSignal: signal }));
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return null;
        throw error;
      }
    });
  }

  /** Its tags are there from the first moment. Whoever makes it needs `iam:PassRole` on its role. */
  create({ code, architecture, ...input }: NewFunction, signal: AbortSignal): Promise<Deployed> {
    const command = new CreateFunctionCommand({
      ...input,
      Architectures: [architecture],
      PackageType: code.kind === 'zip' ? 'Zip' : 'Image',
      Code: codeInput(code),
    });
    return this.explain('lambda:CreateFunction', input.FunctionName, async () =>
      deployedOf(await this.client.send(command, { abortSignal: signal })),
    );
  }

  /** Changes settings of `$LATEST`, if it is still the given revision. */
  async updateSettings(arn: string, input: SettingsInput, revisionId: string | null, signal: AbortSignal): Promise<void> {
    const command = new UpdateFunctionConfigurationCommand({ FunctionName: arn, ...input, ...ifStill(revisionId) });
    await this.explain('lambda:UpdateFunctionConfiguration', arn, () => this.client.send(command, { abortSignal: signal }));
  }

  /** The function with all its versions, aliases and URLs. Does nothing when it is gone. */
  async deleteFunction(arn: string, signal: AbortSignal): Promise<void> {
    const command = new DeleteFunctionCommand({ FunctionName: arn });
    await this.explain('lambda:DeleteFunction', arn, () => unlessGone(this.client.send(command, { abortSignal: signal })));
  }

  async tag(arn: string, tags: Record<string, string>, signal: AbortSignal): Promise<void> {
    const command = new TagResourceCommand({ Resource: arn, Tags: tags });
    await this.explain('lambda:TagResource', arn, () => this.client.send(command, { abortSignal: signal }));
  }

  /** Those of `$LATEST` and of aliases; none of a function that is not there. */
  urls(fn: string, signal: AbortSignal): Promise<FunctionUrl[]> {
    return this.explain('lambda:ListFunctionUrlConfigs', fn, async () => {
      const urls: FunctionUrl[] = [];
      await unlessGone(this.addUrls(fn, urls, signal));
      return urls;
    });
  }

  /** Makes a URL that asks for IAM signatures: no other is ever made. */
  createUrl(arn: string, alias: string | null, signal: AbortSignal): Promise<string> {
    const command = new CreateFunctionUrlConfigCommand({ FunctionName: arn, AuthType: 'AWS_IAM', ...qualified(alias) });
    return this.explain('lambda:CreateFunctionUrlConfig', arn, async () => {
      const { FunctionUrl: url = '' } = await this.client.send(command, { abortSignal: signal });
      return url;
    });
  }

  async setUrlAuth(arn: string, alias: string | null, auth: UrlAuth, signal: AbortSignal): Promise<void> {
    const command = new UpdateFunctionUrlConfigCommand({ FunctionName: arn, AuthType: auth, ...qualified(alias) });
    await this.explain('lambda:UpdateFunctionUrlConfig', arn, () => this.client.send(command, { abortSignal: signal }));
  }

  /** Does nothing when it is gone. */
  async deleteUrl(arn: string, alias: string | null, signal: AbortSignal): Promise<void> {
    const command = new DeleteFunctionUrlConfigCommand({ FunctionName: arn, ...qualified(alias) });
    await this.explain('lambda:DeleteFunctionUrlConfig', arn, () =>
      unlessGone(this.client.send(command, { abortSignal: signal })),
    );
  }

  [Symbol.dispose](): void {
    this.client.destroy();
  }

  private async addUrls(fn: string, urls: FunctionUrl[], signal: AbortSignal): Promise<void> {
    const pages = paginateListFunctionUrlConfigs({ client: this.client }, { FunctionName: fn }, { abortSignal: signal });
    for await (const { FunctionUrlConfigs = [] } of pages) {
      for (const { FunctionUrl: url = '', FunctionArn = '', AuthType: auth = 'NONE' } of FunctionUrlConfigs) {
        urls.push({ url, auth, alias: FunctionArn.split(':')[7] ?? null });
      }
    }
  }

  private explain<Result>(action: string, resource: string | undefined, call: () => Promise<Result>): Promise<Result> {
    const { place } = this.options;
    return explaining({ action, place, ...(resource !== undefined && { resource }) }, call);
  }
}

function ifStill(revisionId: string | null): { RevisionId?: string } {
  return revisionId === null ? {} : { RevisionId: revisionId };
}

function qualified(alias: string | null): { Qualifier?: string } {
  return alias === null ? {} : { Qualifier: alias };
}

async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
