import { isCancelled, ReefError } from '../../../protocol/errors.ts';
import type { AwsOptions } from './client-config.ts';
import { areUnknownKeys } from './errors.ts';
import { Identities } from './identity.ts';
import { targetName } from './place.ts';

/**
 * AWS knows no credentials in a region that the account has not enabled, in the words that it has for wrong ones: where they
 * hold in a region that every account has, it is the region. Any other error is returned as it is. No permission is needed.
 */
export async function orDisabledRegion(
  error: unknown,
  { options, regionOf }: { options: AwsOptions; regionOf: () => Promise<string> },
  signal: AbortSignal,
): Promise<unknown> {
  if (!areUnknownKeys(error)) return error;
  const region = await regionOf();
  using identities = new Identities({ ...options, place: { ...options.place, region: regionOfEveryAccount(region) } });
  try {
    const { account } = await identities.caller(signal);
    const sentence = `The region ${region} is not enabled for the account ${account}, which ${targetName(options.place)} signs in to: enable it in the account's settings, or name another region.`;
    return new ReefError('region-disabled', sentence, { cause: error });
  } catch (other) {
    return isCancelled(other) ? other : error;
  }
}

/** By partition; none of these can be disabled. */
function regionOfEveryAccount(region: string): string {
  if (region.startsWith('cn-')) return 'cn-north-1';
  return region.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1';
}
