import { ReefError } from '../../../protocol/errors.ts';

/** An account and region as a user names them. Null: what the AWS SDK takes by itself (environment, default profile). */
export type AwsPlace = { profile: string | null; region: string | null };

/** Regions look like `eu-west-1` or `us-gov-east-1`; a profile may hold a slash, so only such an ending is a region. */
const region = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/**
 * What follows `aws` in a target's name: nothing, `<profile>`, `<profile>/<region>`, or `/<region>`.
 * @throws ReefError `no-such-target` for a region that cannot be one
 */
export function parsePlace(argument: string): AwsPlace {
  const slash = argument.lastIndexOf('/');
  const ending = slash < 0 ? '' : argument.slice(slash + 1);
  const isRegion = region.test(ending);
  if (slash === 0 && !isRegion) {
    throw new ReefError('no-such-target', `"${ending}" is no region of AWS: name one such as aws:/eu-west-1.`);
  }
  const profile = isRegion ? argument.slice(0, slash) : argument;
  return { profile: profile === '' ? null : profile, region: isRegion ? ending : null };
}

/** The place of a target `aws…`; null for other targets. */
export function placeOfTarget(target: string): AwsPlace | null {
  const found = /^aws(?::(.*))?$/.exec(target);
  return found === null ? null : parsePlace(found[1] ?? '');
}

/** The name of the target at a place, as `parsePlace` reads it. */
export function targetName({ profile, region }: AwsPlace): string {
  const place = `${profile ?? ''}${region === null ? '' : `/${region}`}`;
  return place === '' ? 'aws' : `aws:${place}`;
}
