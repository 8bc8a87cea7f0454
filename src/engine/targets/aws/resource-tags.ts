import {
  paginateGetResources,
  type ResourceTagMapping,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import type { Tags } from '../../../protocol/deployed.ts';
import { type AwsOptions, clientConfig } from './client-config.ts';
import { explained } from './errors.ts';

type Tagged = { id: string; tags: Tags };

/** As many as one request may ask for. Lambda's own ListTags would be a request a function. */
const resourcesPerPage = 100;

/** Reads tags of Lambda functions; changes nothing. */
export class ResourceTags implements Disposable {
  private readonly options: AwsOptions;
  private readonly client: ResourceGroupsTaggingAPIClient;

  constructor(options: AwsOptions) {
    this.options = options;
    this.client = new ResourceGroupsTaggingAPIClient(clientConfig(options));
  }

  /** Of all functions that have tags, or had some. */
  pages(signal: AbortSignal): AsyncGenerator<Tagged[]> {
    return this.read({ ResourceTypeFilters: ['lambda:function'], ResourcesPerPage: resourcesPerPage }, signal);
  }

  /** Of one function; none where it has none. */
  async of(arn: string, signal: AbortSignal): Promise<Tags> {
    const tags: Tags = {};
    for await (const page of this.read({ ResourceARNList: [arn] }, signal)) {
      for (const found of page) if (found.id === arn) Object.assign(tags, found.tags);
    }
    return tags;
  }

  [Symbol.dispose](): void {
    this.client.destroy();
  }

  private async *read(
    query: { ResourceTypeFilters?: string[]; ResourcesPerPage?: number; ResourceARNList?: string[] },
    signal: AbortSignal,
  ): AsyncGenerator<Tagged[]> {
    try {
      for await (const { ResourceTagMappingList = [] } of paginateGetResources({ client: this.client }, query, {
        abortSignal: signal,
      })) {
        yield ResourceTagMappingList.flatMap(taggedOf);
      }
    } catch (error) {
      throw explained(error, { action: 'tag:GetResources', place: this.options.place });
    }
  }
}

function taggedOf({ ResourceARN: id, Tags = [] }: ResourceTagMapping): Tagged[] {
  if (id === undefined) return [];
  return [{ id, tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])) }];
}
