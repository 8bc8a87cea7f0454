import type { GetFunctionCommandOutput, LoggingConfig } from '@aws-sdk/client-lambda';
import { type Deployed, deployedOf } from '../deployed.ts';
import { type Settings, settingsOf } from './settings.ts';
import type { Tags } from './tags.ts';

/** Where the code of a function or version is. */
export type FoundCode =
  /** An address that anybody may read for ten minutes. */
  { kind: 'zip'; location: string | null } | { kind: 'image'; uri: string };

/** All that counts of a function, or of one of its versions, as it is deployed. */
export type Found = {
  deployed: Deployed;
  settings: Settings;
  logging: LoggingConfig;
  /** Of the function: a version has none of its own. */
  tags: Tags;
  code: FoundCode;
};

/** @throws ReefError `service-failed`, `access-denied` as `deployedOf` and `settingsOf` */
export function foundOf({ Configuration = {}, Code = {}, Tags = {} }: GetFunctionCommandOutput): Found {
  const uri = Code.ResolvedImageUri ?? Code.ImageUri;
  return {
    deployed: deployedOf(Configuration),
    settings: settingsOf(Configuration),
    logging: Configuration.LoggingConfig ?? {},
    tags: Tags,
    code: uri === undefined ? { kind: 'zip', location: Code.Location ?? null } : { kind: 'image', uri },
  };
}
