import type { GetFunctionCommandOutput, LoggingConfig } from '@aws-sdk/client-lambda';
import { ReefError } from '../../../../protocol/errors.ts';
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

/**
 * @throws ReefError `access-denied` where tags or environment may not be read: without them it is not known whose it is; and as
 * `deployedOf`
 */
export function foundOf({ Configuration = {}, Code = {}, Tags = {}, TagsError }: GetFunctionCommandOutput): Found {
  if (TagsError !== undefined) {
    const { FunctionName: name = '' } = Configuration;
    const why = TagsError.Message ?? TagsError.ErrorCode ?? 'no reason given';
    throw new ReefError('access-denied', `The tags of ${name} may not be read (${why}): allow lambda:ListTags on it.`);
  }
  const uri = Code.ResolvedImageUri ?? Code.ImageUri;
  return {
    deployed: deployedOf(Configuration),
    settings: settingsOf(Configuration),
    logging: Configuration.LoggingConfig ?? {},
    tags: Tags,
    code: uri === undefined ? { kind: 'zip', location: Code.Location ?? null } : { kind: 'image', uri },
  };
}
