import { ReefError } from '../../../../protocol/errors.ts';
import type { Architecture } from '../../../../protocol/functions.ts';
import type { Deployed } from '../deployed.ts';
import type { Lambda } from '../lambda.ts';
import { LambdaCode } from '../lambda-code.ts';

/** Largest package that can be uploaded without a bucket, bytes. Source: AWS Lambda quotas. */
export const largestUploadBytes = 50 * 2 ** 20;

/**
 * Gives `$LATEST` an architecture, which Lambda takes only together with the code: the package is read and uploaded again as
 * it is. Returns the function once that is in force.
 * @throws ReefError `service-failed` when its code is then another
 */
export async function setArchitecture(
  lambda: Lambda,
  latest: Deployed,
  architecture: Architecture,
  signal: AbortSignal,
): Promise<Deployed> {
  using code = new LambdaCode(lambda.options);
  const bytes = await code.download(latest.arn, signal);
  await code.upload(latest.arn, { kind: 'zip', bytes }, architecture, latest.revisionId, signal);
  const changed = await lambda.settled(latest.arn, signal);
  if (changed.codeSha256 === latest.codeSha256) return changed;
  throw new ReefError(
    'service-failed',
    `The code of ${latest.name} is another after it was uploaded again: check what is deployed.`,
  );
}
