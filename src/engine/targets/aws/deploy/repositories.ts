import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ImageNotFoundException,
  ListTagsForResourceCommand,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { ReefError } from '../../../../protocol/errors.ts';
import { type AwsOptions, clientConfig } from '../client-config.ts';
import { explaining } from '../errors.ts';
import type { Tags } from './tags.ts';

export type Repository = {
  name: string;
  arn: string;
  /** Registry and name, as image references begin. */
  uri: string;
};

/** Who may push, for twelve hours. */
export type RegistryLogin = { user: string; password: string };

/** Repositories of images in ECR, each call with the IAM action that it needs. */
export class Repositories implements Disposable {
  private readonly options: AwsOptions;
  private readonly client: ECRClient;

  constructor(options: AwsOptions) {
    this.options = options;
    this.client = new ECRClient(clientConfig(options));
  }

  /** Null when there is none of that name. */
  find(name: string, signal: AbortSignal): Promise<Repository | null> {
    const command = new DescribeRepositoriesCommand({ repositoryNames: [name] });
    return this.explain('ecr:DescribeRepositories', name, async () => {
      const found = await unlessGone(this.client.send(command, { abortSignal: signal }));
      const [repository] = found?.repositories ?? [];
      return repository === undefined ? null : repositoryOf(repository);
    });
  }

  tags({ arn, name }: Repository, signal: AbortSignal): Promise<Tags> {
    const command = new ListTagsForResourceCommand({ resourceArn: arn });
    return this.explain('ecr:ListTagsForResource', name, async () => {
      const { tags = [] } = await this.client.send(command, { abortSignal: signal });
      return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
    });
  }

  /** Its tags need `ecr:TagResource`. */
  create(name: string, tags: Tags, signal: AbortSignal): Promise<Repository> {
    const command = new CreateRepositoryCommand({
      repositoryName: name,
      tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
    return this.explain('ecr:CreateRepository', name, async () => {
      const { repository } = await this.client.send(command, { abortSignal: signal });
      return repositoryOf(repository ?? {});
    });
  }

  /** The repository with all its images. Does nothing when it is gone. */
  async delete(name: string, signal: AbortSignal): Promise<void> {
    const command = new DeleteRepositoryCommand({ repositoryName: name, force: true });
    await this.explain('ecr:DeleteRepository', name, () => unlessGone(this.client.send(command, { abortSignal: signal })));
  }

  /** Digest of the image that has a tag; null when none has it. */
  digest(name: string, tag: string, signal: AbortSignal): Promise<string | null> {
    const command = new DescribeImagesCommand({ repositoryName: name, imageIds: [{ imageTag: tag }] });
    return this.explain('ecr:DescribeImages', name, async () => {
      const found = await unlessGone(this.client.send(command, { abortSignal: signal }));
      return found?.imageDetails?.[0]?.imageDigest ?? null;
    });
  }

  async deleteImage(name: string, tag: string, signal: AbortSignal): Promise<void> {
    const command = new BatchDeleteImageCommand({ repositoryName: name, imageIds: [{ imageTag: tag }] });
    await this.explain('ecr:BatchDeleteImage', name, () => unlessGone(this.client.send(command, { abortSignal: signal })));
  }

  /**
   * The Docker engine that pushes with it needs `ecr:BatchCheckLayerAvailability`, `ecr:InitiateLayerUpload`,
   * `ecr:UploadLayerPart`, `ecr:CompleteLayerUpload`, `ecr:PutImage` and `ecr:BatchGetImage`; and whoever makes a function of the
   * image `ecr:GetDownloadUrlForLayer`, `ecr:GetRepositoryPolicy` and `ecr:SetRepositoryPolicy`, so that Lambda may read it.
   */
  login(signal: AbortSignal): Promise<RegistryLogin> {
    return this.explain('ecr:GetAuthorizationToken', undefined, async () => {
      const { authorizationData = [] } = await this.client.send(new GetAuthorizationTokenCommand({}), { abortSignal: signal });
      const token = Buffer.from(authorizationData[0]?.authorizationToken ?? '', 'base64').toString('utf8');
      const colon = token.indexOf(':');
      if (colon < 0) throw new ReefError('service-failed', 'ECR gave no login to push with: try again.');
      return { user: token.slice(0, colon), password: token.slice(colon + 1) };
    });
  }

  [Symbol.dispose](): void {
    this.client.destroy();
  }

  private explain<Result>(action: string, resource: string | undefined, call: () => Promise<Result>): Promise<Result> {
    const { place } = this.options;
    return explaining({ action, place, ...(resource !== undefined && { resource }) }, call);
  }
}

type Described = { repositoryName?: string | undefined; repositoryArn?: string | undefined; repositoryUri?: string | undefined };

function repositoryOf({ repositoryName: name = '', repositoryArn: arn = '', repositoryUri: uri = '' }: Described): Repository {
  return { name, arn, uri };
}

async function unlessGone<Result>(call: Promise<Result>): Promise<Result | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof RepositoryNotFoundException || error instanceof ImageNotFoundException) return null;
    throw error;
  }
}
