import type { DeployedFunction, DeployedVersions, Tags } from '../../protocol/deployed.ts';

/**
 * What a cloud says of the functions that are deployed there; changes nothing. Ids are those that the target knows functions by.
 * All throw ReefError: `no-credentials`, `access-denied`, `throttled`, `unreachable`, `region-disabled`, `service-failed`.
 */
export interface Catalog {
  /** Every function, a page at a time as the cloud gives them. */
  functions(signal: AbortSignal): AsyncIterable<DeployedFunction[]>;
  /** Tags of the functions that have any, a page at a time; in another order than the functions. */
  tags(signal: AbortSignal): AsyncIterable<{ id: string; tags: Tags }[]>;
  tagsOf(id: string, signal: AbortSignal): Promise<Tags>;
  /** The function of that name or id. Throws `no-such-function` too. */
  describe(wanted: string, signal: AbortSignal): Promise<DeployedFunction>;
  /** Of the function of that name or id. Throws `no-such-function` too. */
  versions(wanted: string, signal: AbortSignal): Promise<DeployedVersions>;
}
